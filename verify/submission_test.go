package verify_test

import (
	"crypto/elliptic"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	submissionKeyID = 300 // of two bytes as a varint
	submissionFirm  = 7
)

var keyTypes = []logtypes.KeyType{
	logtypes.KEY_TYPE_ED25519, logtypes.KEY_TYPE_SECP256K1, logtypes.KEY_TYPE_SECP256R1, logtypes.KEY_TYPE_ML_DSA_65,
}

// deposit is a transaction in parts with what the log says of it.
type deposit struct {
	t      testing.TB
	signer testutil.Signer
	body   *txtypes.TxBody
	auth   *txtypes.AuthInfo
	// What is signed for.
	chainID string
	number  uint64
	// bodyTail is appended to the encoded body before it is signed.
	bodyTail []byte
	// spoil changes what was signed.
	spoil func(*txtypes.TxRaw)
	// tail is appended to the whole.
	tail []byte
	// shown is the account number that the bundle shows.
	shown  uint64
	record verify.Submitted
	// otherHash says that the log has another transaction.
	otherHash bool
}

func newDeposit(t testing.TB, keyType logtypes.KeyType, change func(*deposit)) (*bundle.Submission, verify.Submitted) {
	s := testutil.NewSignerOf(keyType, "submitter")
	m := testutil.Deposit(s, submissionFirm, testutil.Commitment("a"))
	m.RequestId = testutil.Commitment("request")
	d := &deposit{
		t: t, signer: s, chainID: testutil.ChainID, number: submissionKeyID, shown: submissionKeyID,
		body: &txtypes.TxBody{Messages: []*codectypes.Any{anyOf(t, m)}},
		auth: &txtypes.AuthInfo{
			SignerInfos: []*txtypes.SignerInfo{{PublicKey: anyOf(t, s.Key.PubKey()), Sequence: 5, ModeInfo: modeInfo(signing.SignMode_SIGN_MODE_DIRECT)}},
			Fee:         &txtypes.Fee{GasLimit: testutil.TxGas},
		},
		record: recordOf(s, m),
	}
	if change != nil {
		change(d)
	}
	return d.build()
}

// recordOf is what the log says of a deposit.
func recordOf(s testutil.Signer, m *evidencetypes.MsgSubmitRecord) verify.Submitted {
	k := s.PublicKey()
	return verify.Submitted{
		EnterpriseID: m.EnterpriseId, Kind: uint64(m.Kind), Category: uint64(m.Category), Commitment: m.Commitment,
		KeyID: submissionKeyID, Key: bundle.PublicKey{Type: uint32(k.Type), Key: k.Key}, ChainID: testutil.ChainID,
	}
}

func (d *deposit) build() (*bundle.Submission, verify.Submitted) {
	raw := &txtypes.TxRaw{BodyBytes: append(marshal(d.t, d.body), d.bodyTail...), AuthInfoBytes: marshal(d.t, d.auth)}
	doc := marshal(d.t, &txtypes.SignDoc{BodyBytes: raw.BodyBytes, AuthInfoBytes: raw.AuthInfoBytes, ChainId: d.chainID, AccountNumber: d.number})
	signature, err := d.signer.Key.Sign(doc)
	require.NoError(d.t, err)
	raw.Signatures = [][]byte{signature}
	if d.spoil != nil {
		d.spoil(raw)
	}
	tx := append(marshal(d.t, raw), d.tail...)
	hash := sha256.Sum256(tx)
	if d.otherHash {
		hash[0] ^= 1
	}
	d.record.TxHash = hash[:]
	return &bundle.Submission{Tx: tx, AccountNumber: d.shown}, d.record
}

// submit replaces the message.
func (d *deposit) submit(change func(*evidencetypes.MsgSubmitRecord)) {
	m := testutil.Deposit(d.signer, submissionFirm, testutil.Commitment("a"))
	change(m)
	d.body.Messages[0] = anyOf(d.t, m)
}

type badSubmission struct {
	name, rule string
	change     func(*deposit)
	// also says that other rules refuse it too.
	also bool
}

var (
	unknownField4 = []byte{4<<3 | 2, 1, 'x'}
	otherKeyField = []byte{9<<3 | 2, 1, 'x'}
)

func badSubmissions() []badSubmission {
	return slices.Concat(badEncodings(), badMessages(), badSigners(), badSignatures())
}

func badEncodings() []badSubmission {
	const rule = "submission.encoding"
	return []badSubmission{
		{"another transaction", "submission.hash", func(d *deposit) { d.otherHash = true }, false},
		{"unknown field", rule, func(d *deposit) { d.tail = unknownField4 }, false},
		{"field of no number", rule, func(d *deposit) { d.tail = []byte{2, 0} }, false},
		{"two signatures", rule, func(d *deposit) {
			d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures = append(raw.Signatures, raw.Signatures[0]) }
		}, false},
		{"memo", rule, func(d *deposit) { d.body.Memo = "hello" }, false},
		{"unordered", rule, func(d *deposit) { d.body.Unordered = true }, false},
		{"extension", rule, func(d *deposit) { d.body.NonCriticalExtensionOptions = d.body.Messages }, false},
		{"unknown field of the body", rule, func(d *deposit) { d.bodyTail = []byte{0x82, 0x40, 3, 'h', 'i', '!'} }, false},
		{"messages behind the timeout height", rule, func(d *deposit) {
			d.body.TimeoutHeight = 9
			d.bodyTail = marshal(d.t, &txtypes.TxBody{Messages: d.body.Messages})
		}, false},
		{"fee", rule, func(d *deposit) { d.auth.Fee.Amount = sdk.Coins{sdk.NewInt64Coin("ink", 1)} }, false},
		{"fee payer", rule, func(d *deposit) { d.auth.Fee.Payer = d.signer.Address() }, false},
		//lint:ignore SA1019 what is refused
		{"tip", rule, func(d *deposit) { d.auth.Tip = &txtypes.Tip{Tipper: "x"} }, false},
		{"unknown field of the message", rule, func(d *deposit) {
			d.body.Messages[0].Value = append(d.body.Messages[0].Value, otherKeyField...)
		}, false},
		{"enterprise twice", rule, func(d *deposit) {
			d.body.Messages[0].Value = append(d.body.Messages[0].Value, 2<<3, 99)
		}, false},
		{"long varint", rule, func(d *deposit) {
			v := d.body.Messages[0].Value
			i := slices.Index(v, byte(2<<3))
			for v[i+1] != submissionFirm {
				i += 1 + slices.Index(v[i+1:], byte(2<<3))
			}
			d.body.Messages[0].Value = slices.Concat(v[:i+1], []byte{submissionFirm | 0x80, 0}, v[i+2:])
		}, true},
		{"several keys", rule, func(d *deposit) {
			d.auth.SignerInfos[0].ModeInfo = &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Multi_{Multi: &txtypes.ModeInfo_Multi{}}}
		}, true},
		{"cut", rule, func(d *deposit) { d.tail = []byte{3<<3 | 2, 64} }, false},
		{"no transaction", rule, func(d *deposit) {
			d.spoil = func(raw *txtypes.TxRaw) { *raw = txtypes.TxRaw{BodyBytes: []byte{0xff}} }
		}, true},
	}
}

func badMessages() []badSubmission {
	const fields = "submission.fields"
	return []badSubmission{
		{"no such message", "submission.message", func(d *deposit) { d.record.MsgIndex = 1 }, false},
		{"index beyond all", "submission.message", func(d *deposit) { d.record.MsgIndex = 1<<32 - 1 }, false},
		{"another message's name", "submission.message", func(d *deposit) { d.body.Messages[0].TypeUrl = "/ink.evidence.v1.MsgOpen" }, false},
		{"no name", "submission.message", func(d *deposit) { d.body.Messages[0].TypeUrl = "" }, false},
		{"enterprise", fields, func(d *deposit) { d.record.EnterpriseID++ }, false},
		{"kind", fields, func(d *deposit) { d.record.Kind++ }, false},
		{"category", fields, func(d *deposit) { d.record.Category++ }, false},
		{"commitment", fields, func(d *deposit) { d.record.Commitment = testutil.Commitment("b") }, false},
		{"no commitment", fields, func(d *deposit) { d.submit(func(m *evidencetypes.MsgSubmitRecord) { m.Commitment = nil }) }, false},
		{"a sibling's record", fields, func(d *deposit) {
			d.body.Messages = append(d.body.Messages, anyOf(d.t, testutil.Deposit(d.signer, submissionFirm, testutil.Commitment("b"))))
			d.record.MsgIndex = 1
		}, false},
	}
}

func badSigners() []badSubmission {
	const rule = "submission.signer"
	return []badSubmission{
		{"no signer", rule, func(d *deposit) { d.auth.SignerInfos = nil }, false},
		{"two signers", rule, func(d *deposit) { d.auth.SignerInfos = slices.Repeat(d.auth.SignerInfos, 2) }, false},
		{"brings another key", rule, func(d *deposit) {
			d.auth.SignerInfos[0].PublicKey = anyOf(d.t, testutil.NewSigner("another").Key.PubKey())
		}, false},
		{"brings a key of another name", rule, func(d *deposit) { d.auth.SignerInfos[0].PublicKey.TypeUrl += "2" }, false},
		{"amino", "submission.mode", changeMode(signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON), false},
		{"no mode", "submission.mode", func(d *deposit) { d.auth.SignerInfos[0].ModeInfo = nil }, false},
		{"another account", "submission.account", func(d *deposit) { d.number, d.shown = 301, 301 }, false},
		{"account 0", "submission.account", func(d *deposit) { d.number, d.shown = 0, 0 }, false},
		{"another account shown", "submission.account", func(d *deposit) { d.shown = 301 }, true},
		{"another key id", "submission.account", func(d *deposit) { d.record.KeyID++ }, false},
	}
}

func changeMode(m signing.SignMode) func(*deposit) {
	return func(d *deposit) { d.auth.SignerInfos[0].ModeInfo = modeInfo(m) }
}

func badSignatures() []badSubmission {
	const rule = "submission.signature"
	spoil := func(f func(*txtypes.TxRaw)) func(*deposit) { return func(d *deposit) { d.spoil = f } }
	return []badSubmission{
		{"other signer", rule, func(d *deposit) { d.signer = testutil.NewSignerOf(logtypes.KeyType(d.record.Key.Type), "another") }, false},
		{"signed for another chain", rule, func(d *deposit) { d.chainID = "ink-2" }, false},
		{"shown for another chain", rule, func(d *deposit) { d.record.ChainID = "ink-2" }, false},
		{"signed for another account", rule, func(d *deposit) { d.number++ }, false},
		{"body after signing", rule, spoil(func(raw *txtypes.TxRaw) { raw.BodyBytes = append(raw.BodyBytes, 3<<3, 99) }), false},
		{"auth info after signing", rule, spoil(func(raw *txtypes.TxRaw) {
			raw.AuthInfoBytes[len(raw.AuthInfoBytes)-1] ^= 1
		}), false},
		{"no signature", rule, spoil(func(raw *txtypes.TxRaw) { raw.Signatures = nil }), false},
		{"short signature", rule, spoil(func(raw *txtypes.TxRaw) { raw.Signatures[0] = raw.Signatures[0][1:] }), false},
	}
}

// highS is r ‖ n−s of an ECDSA signature.
func highS(keyType logtypes.KeyType) func(*deposit) {
	return func(d *deposit) {
		order := secp256k1.Params().N
		if keyType == logtypes.KEY_TYPE_SECP256R1 {
			order = elliptic.P256().Params().N
		}
		d.spoil = func(raw *txtypes.TxRaw) {
			s := raw.Signatures[0][32:]
			new(big.Int).Sub(order, new(big.Int).SetBytes(s)).FillBytes(s)
		}
	}
}

// badSubmissionsOf adds what only some types of keys can do wrong.
func badSubmissionsOf(keyType logtypes.KeyType) []badSubmission {
	all := badSubmissions()
	if keyType == logtypes.KEY_TYPE_SECP256K1 || keyType == logtypes.KEY_TYPE_SECP256R1 {
		all = append(all, badSubmission{"high s", "submission.low-s", highS(keyType), false})
	}
	if keyType != logtypes.KEY_TYPE_SECP256K1 {
		all = append(all, badSubmission{"another submitter", "submission.signer", func(d *deposit) {
			d.submit(func(m *evidencetypes.MsgSubmitRecord) { m.Submitter = testutil.NewSigner("another").Address() })
		}, false})
	}
	return all
}

func TestSubmissionRefusals(t *testing.T) {
	for _, keyType := range keyTypes {
		for _, c := range badSubmissionsOf(keyType) {
			t.Run(keyType.String()+"/"+c.name, func(t *testing.T) {
				s, r := newDeposit(t, keyType, c.change)
				_, rule, err := verify.CheckSubmission(s, r)
				require.Error(t, err)
				require.Equal(t, c.rule, rule, "%s", err)
			})
		}
	}
}

// TestSubmissionOfTheClient takes the bytes that the chain's own client makes.
func TestSubmissionOfTheClient(t *testing.T) {
	enc := app.NewEncoding()
	evidencetypes.RegisterInterfaces(enc.Registry)
	for _, keyType := range keyTypes {
		s := testutil.NewSignerOf(keyType, "submitter")
		m := testutil.Deposit(s, submissionFirm, testutil.Commitment("a"))
		for _, number := range []uint64{0, submissionKeyID, 1 << 40} {
			sibling := testutil.Deposit(s, submissionFirm, testutil.Commitment("b"))
			tx, err := s.Sign(enc.TxConfig, testutil.ChainID, number, 0, func(b client.TxBuilder) { b.SetTimeoutHeight(77) }, sibling, m, sibling)
			require.NoError(t, err)
			hash := sha256.Sum256(tx)
			r := recordOf(s, m)
			r.TxHash, r.MsgIndex, r.KeyID = hash[:], 1, number
			siblings, _, err := verify.CheckSubmission(&bundle.Submission{Tx: tx, AccountNumber: number}, r)
			require.NoError(t, err)
			require.Equal(t, 2, siblings)
		}
	}
}

// TestSubmissionVariants are accepted as they are on the chain.
func TestSubmissionVariants(t *testing.T) {
	for name, change := range map[string]func(*deposit){
		"plain":          nil,
		"timeout height": func(d *deposit) { d.body.TimeoutHeight = 9 },
		"brings no key":  func(d *deposit) { d.auth.SignerInfos[0].PublicKey = nil },
		"first sequence": func(d *deposit) { d.auth.SignerInfos[0].Sequence = 0 },
		"no request id":  func(d *deposit) { d.submit(func(*evidencetypes.MsgSubmitRecord) {}) },
		"no category": func(d *deposit) {
			d.submit(func(m *evidencetypes.MsgSubmitRecord) { m.Category = 0 })
			d.record.Category = 0
		},
		"a foreign sibling": func(d *deposit) { d.body.Messages = append(d.body.Messages, &codectypes.Any{TypeUrl: "/x.Y"}) },
	} {
		for _, keyType := range keyTypes {
			s, r := newDeposit(t, keyType, change)
			siblings, _, err := verify.CheckSubmission(s, r)
			require.NoError(t, err, "%s, %s", name, keyType)
			require.Equal(t, name == "a foreign sibling", siblings == 1)
		}
	}
}

// TestSubmissionFlippedBytes: with the log's word for any other bytes, none of them
// passes for the submitter's.
func TestSubmissionFlippedBytes(t *testing.T) {
	for _, keyType := range keyTypes {
		s, r := newDeposit(t, keyType, nil)
		_, _, err := verify.CheckSubmission(s, r)
		require.NoError(t, err)
		for i := range s.Tx {
			s.Tx[i] ^= 1 << (i % 8)
			hash := sha256.Sum256(s.Tx)
			r.TxHash = hash[:]
			_, rule, err := verify.CheckSubmission(s, r)
			require.Error(t, err, "%s, byte %d", keyType, i)
			require.NotEmpty(t, rule)
			s.Tx[i] ^= 1 << (i % 8)
		}
		for n := range s.Tx {
			hash := sha256.Sum256(s.Tx[:n])
			r.TxHash = hash[:]
			_, _, err := verify.CheckSubmission(&bundle.Submission{Tx: s.Tx[:n], AccountNumber: s.AccountNumber}, r)
			require.Error(t, err, "%s, %d bytes", keyType, n)
		}
	}
}

// TestSubmissionUnknownKeyType is not checked, rather than wrong.
func TestSubmissionUnknownKeyType(t *testing.T) {
	s, r := newDeposit(t, logtypes.KEY_TYPE_ED25519, func(d *deposit) {
		d.auth.SignerInfos[0].PublicKey = nil
		d.record.Key.Type = 9
	})
	_, rule, err := verify.CheckSubmission(s, r)
	require.Error(t, err)
	require.Equal(t, "not made: submission.key-type", rule)
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
