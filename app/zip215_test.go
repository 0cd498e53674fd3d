package app_test

import (
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// smallOrder are the encodings of the eight points of small order, canonical or not:
// those that implementations of ed25519 disagree about.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000", // identity
	"0100000000000000000000000000000000000000000000000000000000000080", // its other sign
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p+1
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"0000000000000000000000000000000000000000000000000000000000000000", // order 4
	"0000000000000000000000000000000000000000000000000000000000000080",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}

// oddKey signs with one key in the name of another, to which there is none.
type oddKey struct {
	*ed25519.PrivKey
	public *ed25519.PubKey
}

// PubKey is the other.
func (k oddKey) PubKey() cryptotypes.PubKey { return k.public }

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// ZIP-215: with S = 0, each R of small order is a signature of each key of small
// order on each message. The ante chain, the SDK's key type and CometBFT's agree on
// all 196, and so do all nodes on whatever odd signature a proposer finds.
func TestZIP215(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	somebody := testutil.NewSigner("somebody")
	for _, encoded := range smallOrder {
		public := &ed25519.PubKey{Key: unhex(t, encoded)}
		s := testutil.Signer{Name: encoded, Key: oddKey{somebody.Key.(*ed25519.PrivKey), public}}
		w.Must(w.Registrar, &enterprisetypes.MsgEnrolUser{
			Officer: w.Registrar.Address(), Key: consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: public.Key},
			Custody: logtypes.CUSTODY_SELF_SOFTWARE, PersonCommitment: testutil.Commitment(encoded), AgreementVersion: 1,
		}, nil)
		for _, r := range smallOrder {
			requireAgreement(t, w, s, public, append(unhex(t, r), make([]byte, 32)...), true)
		}
		noPoint := slices.Repeat([]byte{0x05}, 32)
		requireAgreement(t, w, s, public, append(noPoint, make([]byte, 32)...), false)
		// S must be below the group's order in every case.
		requireAgreement(t, w, s, public, append(unhex(t, smallOrder[0]), littleEndian(groupOrder())...), false)
	}
}

// A proper signature with S + L instead of S is another encoding of the same: no.
func TestZIP215RefusesLargeS(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	large := spoiled(func(b []byte) []byte {
		s := slices.Clone(b[32:])
		slices.Reverse(s)
		n := new(big.Int).Add(new(big.Int).SetBytes(s), groupOrder())
		copy(b[32:], littleEndian(n))
		return b
	})
	got := w.Check(forge(w.Chain, w.Employee, large, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))))
	require.NotZero(t, got.Code)
	require.Contains(t, got.Log, "unable to verify")
}

func groupOrder() *big.Int {
	n, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	return n.Add(n, new(big.Int).Lsh(big.NewInt(1), 252))
}

func littleEndian(n *big.Int) []byte {
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

// requireAgreement puts the signature under a transaction and asks all three.
func requireAgreement(t *testing.T, w *testutil.World, s testutil.Signer, public *ed25519.PubKey, signature []byte, want bool) {
	t.Helper()
	var doc []byte
	raw := forge(w.Chain, s, func(d *draft) {
		d.spoil = func(raw *txtypes.TxRaw) {
			doc = marshal(t, &txtypes.SignDoc{
				BodyBytes: raw.BodyBytes, AuthInfoBytes: raw.AuthInfoBytes, ChainId: d.chainID, AccountNumber: d.number,
			})
			raw.Signatures[0] = signature
		}
	}, application(s, 930))
	_, err := w.App.Ante(w.Ctx(), raw)
	require.Equal(t, want, err == nil, "ante: key %x, signature %x: %v", public.Key, signature, err)
	require.Equal(t, want, public.VerifySignature(doc, signature), "SDK: key %x, signature %x", public.Key, signature)
	require.Equal(t, want, cmted25519.PubKey(public.Key).VerifySignature(doc, signature), "CometBFT: key %x, signature %x", public.Key, signature)
}
