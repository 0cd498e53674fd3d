package app

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/cosmos/go-bip39"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdked25519 "github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
)

// KeyringOptions adds ed25519 account keys to what the SDK's keyring can make.
func KeyringOptions(o *keyring.Options) {
	o.SupportedAlgos = keyring.SigningAlgoList{hd.Secp256k1, Ed25519, hd.MlDsa65}
}

// Ed25519 derives ed25519 account keys from a mnemonic as SLIP-0010 says. That
// knows hardened steps only, so each step of a path counts as hardened:
// m/44'/118'/0'/0/0 gives the key of m/44'/118'/0'/0'/0'.
var Ed25519 = ed25519Algo{}

type ed25519Algo struct{}

// Name is what --key-type takes.
func (ed25519Algo) Name() hd.PubKeyType { return hd.Ed25519Type }

// Derive makes the 32-byte seed of a key from a mnemonic and a path.
func (ed25519Algo) Derive() hd.DeriveFn {
	return func(mnemonic, passphrase, path string) ([]byte, error) {
		seed, err := bip39.NewSeedWithErrorChecking(mnemonic, passphrase)
		if err != nil {
			return nil, err
		}
		return slip10(seed, path)
	}
}

// Generate makes the key of a seed.
func (ed25519Algo) Generate() hd.GenerateFn {
	return func(seed []byte) cryptotypes.PrivKey {
		return &sdked25519.PrivKey{Key: ed25519.NewKeyFromSeed(seed)}
	}
}

// slip10 is SLIP-0010's derivation for curve ed25519.
func slip10(seed []byte, path string) ([]byte, error) {
	key, chain := hmacSHA512([]byte("ed25519 seed"), seed)
	for _, step := range strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, "m"), "/"), "/") {
		if step == "" {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSuffix(step, "'"), 10, 31)
		if err != nil {
			return nil, fmt.Errorf("derivation path: expected steps below 2^31, got %q in %q", step, path)
		}
		data := append([]byte{0}, key...)
		data = binary.BigEndian.AppendUint32(data, uint32(n)|1<<31)
		key, chain = hmacSHA512(chain, data)
	}
	return key, nil
}

func hmacSHA512(key, data []byte) (left, right []byte) {
	h := hmac.New(sha512.New, key)
	h.Write(data)
	sum := h.Sum(nil)
	return sum[:32], sum[32:]
}
