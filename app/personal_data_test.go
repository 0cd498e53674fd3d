package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// What must be found nowhere: names, phones, numbers of identity cards, remarks,
// and rows of a table that are guessed easily.
const (
	adminName, adminPhone, adminID = "欧阳若兰", "13957112233", "330106198504123456"
	clerkName, clerkPhone, clerkID = "诸葛明远", "18868805566", "330203199012313377"
	officerName                    = "司徒建国"
	remark                         = "市场部，分机八〇二，联系人慕容小姐"
	fileName                       = "欧阳若兰的客户名单.csv"
	title                          = "西湖区客户通讯录二〇二六版"
	lastRow                        = "皇甫嵩,13800001111"
)

var seeds = []string{
	adminName, adminPhone, adminID, clerkName, clerkPhone, clerkID, officerName, remark, fileName, title, lastRow,
	strings.Join([]string{clerkName, clerkPhone, clerkID}, ","),
}

// committed is a salted commitment to fields as an owner's tool makes it: the salt
// stays with the owner.
func committed(fields ...string) []byte {
	h := sha256.New()
	h.Write(testutil.Commitment("salt of " + strings.Join(fields, "|")))
	for _, f := range fields {
		_, _ = h.Write([]byte{byte(len(f) >> 8), byte(len(f))})
		_, _ = h.Write([]byte(f))
	}
	return h.Sum(nil)
}

// privateContent is a table whose rows are the seeds, with a private part that
// names them too.
func privateContent(t *testing.T, w *testutil.World, rows ...string) testutil.Content {
	c := content(w, w.Enterprise, title, rows...)
	private, err := format.Private{Title: title, Summary: remark, FileName: fileName, Source: adminName, Note: clerkPhone}.Bytes()
	require.NoError(t, err)
	secret := format.Secret(testutil.Commitment("secret of " + title))
	digest, nonce := format.PrivateDigest(secret.PrivateNonce(), private), secret.Nonce()
	id, err := w.App.LogKeeper.Identity(w.Ctx())
	require.NoError(t, err)
	c.Revelation.PrivateDigest = digest[:]
	c.Commitment = format.Commitment(format.Hash(id.LogId), w.Enterprise, uint32(logtypes.RECORD_KIND_DATA_PACKAGE), nonce, c.Revelation.Public, digest)
	return c
}

// witness gathers all that leaves the application: transactions as they stand in
// blocks, answers with logs and events, errors, the node's log.
type witness struct {
	*testutil.World
	seen bytes.Buffer
	logs bytes.Buffer
}

func (x *witness) deliver(s testutil.Signer, msg sdk.Msg) *abci.ExecTxResult {
	raw := x.Sign(s, msg)
	x.see(x.Check(raw))
	r := x.Block(raw)[0]
	x.seen.Write(raw)
	x.see(x.Last)
	if err := x.Direct(msg); err != nil {
		x.seen.WriteString(err.Error())
	}
	return r
}

func (x *witness) must(t *testing.T, s testutil.Signer, msg, response sdk.Msg) {
	r := x.deliver(s, msg)
	require.Zero(t, r.Code, r.Log)
	if response != nil {
		x.Response(r, response)
	}
}

func (x *witness) see(answer interface{ Marshal() ([]byte, error) }) {
	x.seen.Write(marshal(x.T, answer))
}

// dump is everything: what was seen, the log, and all keys and values of all stores.
func (x *witness) dump() []byte {
	all := bytes.Join([][]byte{x.seen.Bytes(), x.logs.Bytes()}, nil)
	for _, name := range x.App.StoreNames() {
		it := x.App.CommitMultiStore().GetKVStore(x.App.StoreKey(name)).Iterator(nil, nil)
		for ; it.Valid(); it.Next() {
			all = append(append(all, it.Key()...), it.Value()...)
		}
		require.NoError(x.T, it.Close())
	}
	return all
}

// forms are the ways in which a string can stand somewhere.
func forms(b []byte) map[string][]byte {
	h := hex.EncodeToString(b)
	quoted, _ := json.Marshal(string(b))
	return map[string][]byte{
		"raw": b, "hex": []byte(h), "HEX": []byte(strings.ToUpper(h)), "json": quoted[1 : len(quoted)-1],
		"base64": []byte(strings.TrimRight(base64.StdEncoding.EncodeToString(b), "=")),
	}
}

// traces are the string itself and its unsalted digests, in all forms.
func traces(t *testing.T, s string) map[string][]byte {
	h := format.NewDoubleHasher()
	_, err := h.Write([]byte(s))
	require.NoError(t, err)
	d := h.Sum()
	all := map[string][]byte{}
	for what, b := range map[string][]byte{"text": []byte(s), "SHA-256": d.SHA256[:], "SM3": d.SM3[:]} {
		for form, f := range forms(b) {
			all[what+" "+form] = f
		}
	}
	return all
}

// A8: personal data that goes through all flows is found nowhere: not in state, not
// in blocks, events, errors or the node's log, neither as it is nor as a digest that
// could be guessed from ten thousand million phone numbers.
func TestA8NoPersonalData(t *testing.T) {
	x := &witness{}
	x.World = testutil.NewWorld(t, testutil.Options{Logger: log.NewLogger(&x.logs)})
	w := x.World
	certified := x.run(t)

	dump := x.dump()
	for _, s := range seeds {
		for form, trace := range traces(t, s) {
			require.False(t, bytes.Contains(dump, trace), "%s of %q", form, s)
		}
	}
	// The same search finds what must be there.
	require.True(t, bytes.Contains(dump, []byte("湖州示例数据有限公司")), "the enterprise's name")
	require.True(t, bytes.Contains(dump, []byte(w.Employee.Address())), "an address in a block")
	require.True(t, bytes.Contains(dump, committed(adminName, adminPhone, adminID)), "a commitment")
	require.True(t, bytes.Contains(dump, certified.Revelation.Public), "what the issue revealed")
	require.NotEmpty(t, x.logs.Bytes(), "a log")
	found := 0
	for _, trace := range traces(t, "the whole file of the second evidence") {
		if bytes.Contains(dump, trace) {
			found++
		}
	}
	require.NotZero(t, found, "the digests of a disclosed file")
}

// run sends every message that has to do with people, as an owner's tool would, and
// the mistakes that people make. It returns what was certified.
func (x *witness) run(t *testing.T) testutil.Content {
	w, must := x.World, func(s testutil.Signer, msg, response sdk.Msg) { x.must(t, s, msg, response) }
	operator := testutil.Operator("center")
	must(operator, &consortiumtypes.MsgAppointOfficer{
		Operator: operator.Address(), Key: testutil.NewSigner("personal officer").PublicKey(), Custody: logtypes.CUSTODY_SELF_HARDWARE,
		Roles: []logtypes.Role{logtypes.ROLE_REVIEWER}, PersonCommitment: committed(officerName, adminPhone),
	}, nil)
	admin, clerk := testutil.NewSigner("personal administrator"), testutil.NewSigner("personal clerk")
	user := func(s testutil.Signer, fields ...string) uint64 {
		m := enrol(w.Registrar, s)
		m.PersonCommitment = committed(fields...)
		var r enterprisetypes.MsgEnrolUserResponse
		must(w.Registrar, m, &r)
		return r.UserId
	}
	user(admin, adminName, adminPhone, adminID)
	id := user(clerk, clerkName, clerkPhone, clerkID)

	firm := application(admin, 77)
	firm.Name, firm.DossierCommitment = "湖州示例数据有限公司", committed(adminName, adminID, remark)
	x.mistakes(t, admin, clerk, firm)
	var e enterprisetypes.MsgApplyEnterpriseResponse
	must(admin, firm, &e)
	must(w.Registrar, &enterprisetypes.MsgReviewEnterprise{Officer: w.Registrar.Address(), EnterpriseId: e.EnterpriseId, Approve: true}, nil)
	must(clerk, &enterprisetypes.MsgApplyMembership{
		Applicant: clerk.Address(), EnterpriseId: e.EnterpriseId, FormCommitment: committed(clerkName, remark),
	}, nil)
	must(admin, admit(admin, e.EnterpriseId, id, enterprisetypes.RIGHT_DEPOSIT), nil)
	form := applyQualification(admin, e.EnterpriseId, 1)
	form.FormCommitment = committed(title, adminName, adminPhone)
	must(admin, form, nil)

	table := privateContent(t, w, clerkName, clerkPhone, clerkID, lastRow, adminPhone, adminName)
	x.certify(t, table)
	x.certify(t, content(w, w.Enterprise, "second evidence", "the whole file of the second evidence"))
	must(admin, remove(admin, e.EnterpriseId, id), nil)
	return table
}

// mistakes are refused; what is refused must not speak of what it was given.
func (x *witness) mistakes(t *testing.T, admin, clerk testutil.Signer, firm *enterprisetypes.MsgApplyEnterprise) {
	wrong := *firm
	// Not in a block: what a person signs is the person's to say. The answers are ours.
	for _, name := range []string{adminName + " " + adminPhone, remark, title + "!"} {
		wrong.Name = name
		err := x.Direct(&wrong)
		require.Error(t, err)
		x.seen.WriteString(err.Error())
	}
	wrong.Name, wrong.Uscc = firm.Name, adminID
	err := x.Direct(&wrong)
	require.Error(t, err)
	x.seen.WriteString(err.Error())
	memo := forge(x.Chain, admin, func(d *draft) { d.body.Memo = remark }, firm)
	x.see(x.Check(memo))
	require.False(t, x.Accepts(memo))
	require.Empty(t, x.Propose(memo))
	reused := enrol(x.Registrar, clerk)
	require.NotZero(t, x.deliver(x.Registrar, reused).Code, "a key that is bound already")
	taken := application(clerk, 78)
	taken.Uscc = testutil.USCCs[0]
	require.NotZero(t, x.deliver(clerk, taken).Code, "a code that is taken")
	require.NotZero(t, x.deliver(admin, remove(admin, x.Enterprise, x.EmployeeID)).Code, "no right")
}

// certify deposits, reviews and issues: the issue publishes the public part.
func (x *witness) certify(t *testing.T, c testutil.Content) {
	var record evidencetypes.MsgSubmitRecordResponse
	x.must(t, x.Employee, testutil.Deposit(x.Employee, x.Enterprise, c.Commitment[:]), &record)
	var cert evidencetypes.MsgApplyCertificateResponse
	x.must(t, x.Employee, applyCertificate(x.Employee, record.Seq), &cert)
	x.must(t, x.Reviewer1, review(x.Reviewer1, cert.CertSeq, evidencetypes.REVIEW_STAGE_INITIAL), nil)
	x.must(t, x.Reviewer2, review(x.Reviewer2, cert.CertSeq, evidencetypes.REVIEW_STAGE_FINAL), nil)
	fields := format.CertificateFields{
		CertSeq: cert.CertSeq, EvidenceSeq: record.Seq, EnterpriseID: x.Enterprise, Holder: "浙江示例数据科技有限公司",
		Category: 1, Root: c.Public.Root, Items: c.Public.Items, TotalSize: c.Public.TotalSize, Title: title, Source: adminName,
	}
	f, err := fields.Commitment(format.Hash(testutil.Commitment("nonce of the certificate")))
	require.NoError(t, err)
	m := issue(x.Certifier, cert.CertSeq, c)
	m.FieldsCommitment = f[:]
	x.must(t, x.Certifier, m, nil)
}
