package testutil

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// TxGas is the gas that transactions of tests declare.
const TxGas = 1_500_000

// Signer is a key with a name.
type Signer struct {
	Name string
	Key  cryptotypes.PrivKey
}

// NewSigner makes the same ed25519 key of the same name each time.
func NewSigner(name string) Signer {
	seed := sha256.Sum256([]byte("inkd test signer " + name))
	return Signer{Name: name, Key: ed25519.GenPrivKeyFromSecret(seed[:])}
}

// NewSignerOf makes the same key of a type and a name each time.
func NewSignerOf(t logtypes.KeyType, name string) Signer {
	seed := sha256.Sum256([]byte("inkd test signer " + name))
	s := Signer{Name: name}
	switch t {
	case logtypes.KEY_TYPE_ED25519:
		return NewSigner(name)
	case logtypes.KEY_TYPE_SECP256K1:
		s.Key = secp256k1.GenPrivKeyFromSecret(seed[:])
	case logtypes.KEY_TYPE_SECP256R1:
		// The protobuf form is the only way to a P-256 key that is not random.
		k := new(secp256r1.PrivKey)
		if err := k.Unmarshal(append([]byte{0x0a, 32}, seed[:]...)); err != nil {
			panic(err)
		}
		s.Key = sameP256{k}
	case logtypes.KEY_TYPE_ML_DSA_65:
		k, err := mldsa65.GenPrivKeyFromSeed(seed[:])
		if err != nil {
			panic(err)
		}
		s.Key = &k
	default:
		panic(t)
	}
	return s
}

// sameP256 signs as RFC 6979 says, so that a chain is the same each time; the SDK
// draws a number for each signature.
type sameP256 struct{ *secp256r1.PrivKey }

// Sign gives r and s, 32 bytes each, with the lower s.
func (k sameP256) Sign(msg []byte) ([]byte, error) {
	digest := sha256.Sum256(msg)
	der, err := k.Secret.PrivateKey.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, err
	}
	n := k.Secret.Params().N
	if high := new(big.Int).Sub(n, sig.S); high.Cmp(sig.S) < 0 {
		sig.S = high
	}
	return append(sig.R.FillBytes(make([]byte, 32)), sig.S.FillBytes(make([]byte, 32))...), nil
}

// Address of the signer.
func (s Signer) Address() string { return sdk.AccAddress(s.Key.PubKey().Address()).String() }

// PublicKey of the signer as messages carry it.
func (s Signer) PublicKey() consortiumtypes.PublicKey {
	k, err := consortiumtypes.NewPublicKey(s.Key.PubKey())
	if err != nil {
		panic(err)
	}
	return k
}

// Commitment makes 32 bytes that stand for something.
func Commitment(of string) []byte {
	h := sha256.Sum256([]byte("inkd test commitment " + of))
	return h[:]
}

// Sequence of the signer in the committed state, and the account number.
func (c *Chain) Sequence(s Signer) (sequence, number uint64) {
	acc := c.App.AccountKeeper.GetAccount(c.Ctx(), sdk.AccAddress(s.Key.PubKey().Address()))
	if acc == nil {
		return 0, 0
	}
	return acc.GetSequence(), acc.GetAccountNumber()
}

// Sign makes a transaction with the signer's next sequence.
func (c *Chain) Sign(s Signer, msgs ...sdk.Msg) []byte {
	c.T.Helper()
	return c.SignAhead(s, 0, msgs...)
}

// SignAhead makes a transaction for when `ahead` others of the signer went before.
func (c *Chain) SignAhead(s Signer, ahead uint64, msgs ...sdk.Msg) []byte {
	c.T.Helper()
	return c.SignWith(s, ahead, nil, msgs...)
}

// SignWith lets the test change the transaction before it is signed.
func (c *Chain) SignWith(s Signer, ahead uint64, change func(client.TxBuilder), msgs ...sdk.Msg) []byte {
	c.T.Helper()
	sequence, number := c.Sequence(s)
	raw, err := s.Sign(c.App.TxConfig, ChainID, number, sequence+ahead, change, msgs...)
	require.NoError(c.T, err)
	return raw
}

// Sign makes a transaction for any chain; change may change it before it is signed.
func (s Signer) Sign(config client.TxConfig, chainID string, number, sequence uint64, change func(client.TxBuilder), msgs ...sdk.Msg) ([]byte, error) {
	b := config.NewTxBuilder()
	if err := b.SetMsgs(msgs...); err != nil {
		return nil, err
	}
	b.SetGasLimit(TxGas)
	if change != nil {
		change(b)
	}
	const mode = signing.SignMode_SIGN_MODE_DIRECT
	empty := signing.SignatureV2{PubKey: s.Key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: sequence}
	if err := b.SetSignatures(empty); err != nil {
		return nil, err
	}
	data := authsigning.SignerData{
		Address: s.Address(), ChainID: chainID, AccountNumber: number, Sequence: sequence, PubKey: s.Key.PubKey(),
	}
	signature, err := tx.SignWithPrivKey(context.Background(), mode, data, b, s.Key, config, sequence)
	if err != nil {
		return nil, err
	}
	if err := b.SetSignatures(signature); err != nil {
		return nil, err
	}
	return config.TxEncoder()(b.GetTx())
}

// Deliver puts the messages into a transaction and the transaction into a block.
func (c *Chain) Deliver(s Signer, msgs ...sdk.Msg) *abci.ExecTxResult {
	c.T.Helper()
	return c.Block(c.Sign(s, msgs...))[0]
}

// Must is Deliver for what has to succeed; response is filled with the first
// message's response unless nil.
func (c *Chain) Must(s Signer, msg sdk.Msg, response sdk.Msg) {
	c.T.Helper()
	result := c.Deliver(s, msg)
	require.Zero(c.T, result.Code, "%s: %s", sdk.MsgTypeURL(msg), result.Log)
	if response != nil {
		c.Response(result, response)
	}
}

// Response decodes the response of a result's first message.
func (c *Chain) Response(result *abci.ExecTxResult, response sdk.Msg) {
	c.T.Helper()
	decodeResponse(c.T, c.App, result, response)
}

func decodeResponse(t TB, a *app.App, result *abci.ExecTxResult, response sdk.Msg) {
	t.Helper()
	var data sdk.TxMsgData
	require.NoError(t, data.Unmarshal(result.Data))
	require.NotEmpty(t, data.MsgResponses)
	require.NoError(t, a.Codec.Unmarshal(data.MsgResponses[0].Value, response.(interface {
		sdk.Msg
		Marshal() ([]byte, error)
		MarshalTo([]byte) (int, error)
		MarshalToSizedBuffer([]byte) (int, error)
		Size() int
		Unmarshal([]byte) error
	})))
}
