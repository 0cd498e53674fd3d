package app_test

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/inkchain/inkd/testutil"
)

// draft is a transaction before it is signed, with all parts open to a test.
type draft struct {
	body    *txtypes.TxBody
	auth    *txtypes.AuthInfo
	chainID string
	number  uint64
	// bodyTail is appended to the encoded body before it is signed.
	bodyTail []byte
	// spoil changes what was signed; nil for nothing.
	spoil func(*txtypes.TxRaw)
}

// forge makes a transaction by hand, not through the SDK's builder, which refuses
// much of what a stranger can send. Without a change it is a valid one.
func forge(c *testutil.Chain, s testutil.Signer, change func(*draft), msgs ...sdk.Msg) []byte {
	c.T.Helper()
	sequence, number := c.Sequence(s)
	d := &draft{chainID: testutil.ChainID, number: number, body: &txtypes.TxBody{}}
	for _, m := range msgs {
		d.body.Messages = append(d.body.Messages, anyOf(c.T, m))
	}
	d.auth = &txtypes.AuthInfo{
		SignerInfos: []*txtypes.SignerInfo{{
			PublicKey: anyOf(c.T, s.Key.PubKey()), Sequence: sequence, ModeInfo: modeInfo(signing.SignMode_SIGN_MODE_DIRECT),
		}},
		Fee: &txtypes.Fee{GasLimit: testutil.TxGas},
	}
	if change != nil {
		change(d)
	}
	raw := &txtypes.TxRaw{BodyBytes: marshal(c.T, d.body), AuthInfoBytes: marshal(c.T, d.auth)}
	raw.BodyBytes = append(raw.BodyBytes, d.bodyTail...)
	doc := marshal(c.T, &txtypes.SignDoc{
		BodyBytes: raw.BodyBytes, AuthInfoBytes: raw.AuthInfoBytes, ChainId: d.chainID, AccountNumber: d.number,
	})
	signature, err := s.Key.Sign(doc)
	require.NoError(c.T, err)
	raw.Signatures = [][]byte{signature}
	if d.spoil != nil {
		d.spoil(raw)
	}
	return marshal(c.T, raw)
}

func marshal(t testing.TB, m interface{ Marshal() ([]byte, error) }) []byte {
	t.Helper()
	b, err := m.Marshal()
	require.NoError(t, err)
	return b
}

func anyOf(t testing.TB, m sdk.Msg) *codectypes.Any {
	t.Helper()
	a, err := codectypes.NewAnyWithValue(m)
	require.NoError(t, err)
	return a
}

func modeInfo(m signing.SignMode) *txtypes.ModeInfo {
	return &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Single_{Single: &txtypes.ModeInfo_Single{Mode: m}}}
}

// checkFresh runs CheckTx on the committed state: if it counted, a block follows.
func checkFresh(c *testutil.Chain, raw []byte) *abci.ResponseCheckTx {
	c.T.Helper()
	r := c.Check(raw)
	if r.Code == 0 {
		c.Block()
	}
	return r
}

// padded makes a transaction of exactly so many bytes, in the one field that the
// ante chain does not look at: what an opening reveals.
func padded(c *testutil.Chain, s testutil.Signer, ahead uint64, evidence uint64, size int) []byte {
	c.T.Helper()
	n := size - 600
	for range 4 {
		m := open(s, evidence, testutil.Content{})
		m.Revelation.Public = make([]byte, n)
		raw := forge(c, s, func(d *draft) { d.auth.SignerInfos[0].Sequence += ahead }, m)
		if len(raw) == size {
			return raw
		}
		n += size - len(raw)
	}
	c.T.Fatalf("expected to reach %d bytes", size)
	return nil
}
