package app_test

import (
	stded25519 "crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"filippo.io/edwards25519"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"

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

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// Keys of small order cannot be bound: anybody could sign for them.
func TestKeysOfSmallOrderAreRefused(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for _, encoded := range smallOrder {
		m := &enterprisetypes.MsgEnrolUser{
			Officer: w.Registrar.Address(), Key: consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: unhex(t, encoded)},
			Custody: logtypes.CUSTODY_SELF_SOFTWARE, PersonCommitment: testutil.Commitment(encoded), AgreementVersion: 1,
		}
		require.ErrorIs(t, w.Direct(m), consortiumtypes.ErrInvalidKey, encoded)
	}
}

// ZIP-215 multiplies by the cofactor: a signature whose R has a part of small order
// is good there and bad in crypto/ed25519. The ante chain, the SDK's key type and
// CometBFT's agree on each of them, and so do all nodes on whatever odd signature
// a signer makes.
func TestZIP215(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for _, encoded := range smallOrder {
		torsion, err := new(edwards25519.Point).SetBytes(unhex(t, encoded))
		require.NoError(t, err)
		differs := requireAgreement(t, w, func(doc []byte) []byte { return mixedOrder(t, w.Employee, doc, torsion) }, true)
		require.Equal(t, torsion.Equal(edwards25519.NewIdentityPoint()) == 0, differs, "crypto/ed25519 thinks otherwise: %s", encoded)
	}
	requireAgreement(t, w, func([]byte) []byte { return append(slices.Repeat([]byte{0x05}, 32), make([]byte, 32)...) }, false)
	// S must be below the group's order in every case.
	requireAgreement(t, w, func([]byte) []byte { return append(unhex(t, smallOrder[0]), littleEndian(groupOrder())...) }, false)
}

// mixedOrder signs with R = rB + T.
func mixedOrder(t *testing.T, s testutil.Signer, doc []byte, torsion *edwards25519.Point) []byte {
	t.Helper()
	secret := sha512.Sum512(s.Key.Bytes()[:32])
	a, err := edwards25519.NewScalar().SetBytesWithClamping(secret[:32])
	require.NoError(t, err)
	wide := sha512.Sum512(doc)
	r, err := edwards25519.NewScalar().SetUniformBytes(wide[:])
	require.NoError(t, err)
	point := new(edwards25519.Point).ScalarBaseMult(r)
	encoded := point.Add(point, torsion).Bytes()
	challenge := sha512.Sum512(slices.Concat(encoded, s.Key.PubKey().Bytes(), doc))
	k, err := edwards25519.NewScalar().SetUniformBytes(challenge[:])
	require.NoError(t, err)
	return append(encoded, k.MultiplyAdd(k, a, r).Bytes()...)
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

// requireAgreement puts the signature under a transaction and asks all three. It
// answers whether crypto/ed25519, which is not to be asked, thinks otherwise.
func requireAgreement(t *testing.T, w *testutil.World, sign func(doc []byte) []byte, want bool) bool {
	t.Helper()
	var doc, signature []byte
	raw := forge(w.Chain, w.Employee, func(d *draft) {
		d.spoil = func(raw *txtypes.TxRaw) {
			doc = marshal(t, &txtypes.SignDoc{
				BodyBytes: raw.BodyBytes, AuthInfoBytes: raw.AuthInfoBytes, ChainId: d.chainID, AccountNumber: d.number,
			})
			signature = sign(doc)
			raw.Signatures[0] = signature
		}
	}, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("zip 215")))
	public := w.Employee.Key.PubKey()
	_, err := w.App.Ante(w.Ctx(), raw)
	require.Equal(t, want, err == nil, "ante: signature %x: %v", signature, err)
	require.Equal(t, want, public.VerifySignature(doc, signature), "SDK: signature %x", signature)
	require.Equal(t, want, cmted25519.PubKey(public.Bytes()).VerifySignature(doc, signature), "CometBFT: signature %x", signature)
	return want != stded25519.Verify(public.Bytes(), doc, signature)
}
