package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// maxKeyFile is more than the longest public key takes.
const maxKeyFile = 1 << 16

const (
	consensusKeyHint = "on the node whose key it is: inkd comet show-validator --home ITS_HOME > key.json"
	operatorKeyHint  = "inkd keys show NAME -p > key.json"
)

// readKey reads a public key: the text itself, a file with it, or - for standard
// input, in the form that `inkd comet show-validator` and `inkd keys show -p` print.
func (s *session) readKey(cmd *cobra.Command, flag, arg, hint string) (consortiumtypes.PublicKey, error) {
	text, err := keyText(cmd, arg)
	if err != nil {
		return consortiumtypes.PublicKey{}, File("无法读取公钥", flag, err, hint)
	}
	var key cryptotypes.PubKey
	if err := s.Codec.UnmarshalInterfaceJSON(text, &key); err != nil {
		return consortiumtypes.PublicKey{}, notAKey(flag, text, hint)
	}
	p, err := consortiumtypes.NewPublicKey(key)
	if err != nil {
		return p, BadInput("公钥类型不被接受", flag, err, hint)
	}
	if _, err := p.CryptoKey(); err != nil {
		return p, BadInput("公钥不正确", flag, err, hint)
	}
	return p, nil
}

func keyText(cmd *cobra.Command, arg string) ([]byte, error) {
	var in io.Reader
	switch {
	case arg == "-":
		in = cmd.InOrStdin()
	case bytes.HasPrefix(bytes.TrimSpace([]byte(arg)), []byte("{")):
		return []byte(arg), nil
	default:
		f, err := os.Open(arg)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxKeyFile))
	return bytes.TrimSpace(text), err
}

// notAKey repeats nothing of a file that may hold a secret.
func notAKey(flag string, text []byte, hint string) error {
	if bytes.Contains(text, []byte("priv_key")) {
		return Usage("这是私钥文件，须给公钥", flag+": expected a public key, got a file with a private key; keep it to yourself", hint)
	}
	return Usage("不是公钥", fmt.Sprintf(`%s: expected a public key like {"@type":"/cosmos.crypto.ed25519.PubKey","key":"…"}, got %d other bytes`, flag, len(text)), hint)
}

// keyJSON is a key in the form in which it is given.
func (s *session) keyJSON(p consortiumtypes.PublicKey) string {
	key, err := p.CryptoKey()
	if err != nil {
		return ""
	}
	text, err := s.Codec.MarshalInterfaceJSON(key)
	if err != nil {
		return ""
	}
	return string(text)
}

// consensusAddress is the address of a consensus key in upper-case hex, as nodes
// show it; empty without a key.
func consensusAddress(p consortiumtypes.PublicKey) string {
	key, err := p.CryptoKey()
	if err != nil {
		return ""
	}
	return key.Address().String()
}
