package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func approve(enterprise uint64) *types.MsgReviewEnterprise {
	return &types.MsgReviewEnterprise{Officer: "registrar", EnterpriseId: enterprise, Approve: true}
}

func refuse(enterprise uint64) *types.MsgReviewEnterprise {
	return &types.MsgReviewEnterprise{Officer: "registrar", EnterpriseId: enterprise, Reason: logtypes.REASON_INCOMPLETE}
}

// A name that looks like a certified one is either compared equal or refused.
func TestA14LookAlikeNames(t *testing.T) {
	f := newFixture(t)
	f.user("owner")
	f.user("copier")
	f.must(approve(f.pending("owner", "印刻Data（南通）公司", uscc(1))))
	for _, same := range []string{"印刻Data(南通)公司", "印刻DATA（南通）公司", "印刻data（南通)公司"} {
		f.refused(types.ErrTaken, applyFor("copier", same, uscc(2)))
	}
	for what, alike := range map[string]string{
		"full-width letter":              "印刻Ｄata（南通）公司",
		"full-width digit":               "印刻１公司",
		"Cyrillic a":                     "印刻Dаta（南通）公司",
		"Greek capital Alpha":            "Αcme公司",
		"zero-width space":               "印刻\u200bData（南通）公司",
		"zero-width joiner":              "印刻\u200dData（南通）公司",
		"byte order mark":                "\ufeff印刻Data（南通）公司",
		"right-to-left override":         "印刻\u202eData（南通）公司",
		"variation selector":             "印刻\ufe00Data（南通）公司",
		"ideographic variation selector": "印刻\U000E0100公司",
		"combining acute":                "印刻Da\u0301ta公司",
		"space":                          "印刻 Data公司",
		"no-break space":                 "印刻\u00a0Data公司",
		"ideographic space":              "印刻\u3000Data公司",
		"compatibility ideograph F900":   "\uf900公司",
		"compatibility FA0E":             "\ufa0e公司",
		"compatibility FAFF":             "\ufaff公司",
		"compatibility 2F800":            "\U0002F800公司",
		"compatibility 2FA1F":            "\U0002FA1F公司",
		"Kangxi radical":                 "\u2f08公司",
		"CJK radical":                    "\u2e81公司",
		"katakana middle dot":            "印刻・公司",
		"half-width middle dot":          "印刻･公司",
		"bullet":                         "印刻•公司",
		"hyphenation point":              "印刻‧公司",
		"Greek ano teleia":               "印刻\u0387公司",
		"en dash":                        "印刻–公司",
		"non-breaking hyphen":            "印刻‑公司",
		"soft hyphen":                    "印刻\u00ad公司",
		"full-width ampersand":           "印刻＆公司",
		"small parentheses":              "印刻﹙南通﹚公司",
		"white circle for 〇":             "二○公司",
		"invalid UTF-8":                  "印刻\xff公司",
		"replacement character":          "印刻\ufffd公司",
		"noncharacter":                   "\U0002FFFF公司",
		"unassigned plane 2":             "\U0002EE60公司",
		"beyond extension H":             "\U000323B0公司",
	} {
		f.refused(types.ErrInvalidName, applyFor("copier", alike, uscc(2)), "U+")
		require.Error(t, types.CheckName(alike), what)
	}
	// Unified ideographs that differ are different names, however alike; the registrar
	// compares them with the documents, and the code tells them apart.
	f.must(applyFor("copier", "印刻Date（南通）公司", uscc(2)))
}

func TestA14USCC(t *testing.T) {
	f := newFixture(t)
	f.user("owner")
	f.user("copier")
	good := uscc(1)
	require.NoError(t, format.CheckUSCC(good))
	f.must(approve(f.pending("owner", "南通企业一", good)))

	f.refused(types.ErrTaken, applyFor("copier", "南通企业二", good), good)
	wrongCheck := good[:17] + string("0123456789ABCDEFGHJKLMNPQRTUWXY"[(strings.IndexByte("0123456789ABCDEFGHJKLMNPQRTUWXY", good[17])+1)%31])
	f.refused(types.ErrInvalidUSCC, applyFor("copier", "南通企业二", wrongCheck),
		"character 18", "expected check character '"+good[17:]+"'", "got '"+wrongCheck[17:]+"'")
	for _, bad := range []string{
		strings.ToLower(uscc(2)[:17]) + "a", "O" + uscc(2)[1:], uscc(2)[:17], uscc(2) + "0", " " + uscc(2)[1:],
		"９" + uscc(2)[1:], "", strings.Repeat("1", 10_000),
	} {
		f.refused(types.ErrInvalidUSCC, applyFor("copier", "南通企业二", bad), "expected", "got")
	}
	f.refused(types.ErrInvalidUSCC, applyFor("copier", "南通企业二", "O"+uscc(2)[1:]), "character 1", "a zero?")
}

func TestEN06ApplyEnterprise(t *testing.T) {
	f := newFixture(t)
	f.user("a")
	for _, stranger := range []string{"registrar", "operator", "nobody"} {
		f.refused(consortiumtypes.ErrNotPermitted, applyFor(stranger, "南通企业", uscc(1)))
	}
	m := applyFor("a", "南通企业", uscc(1))
	m.DossierCommitment = nil
	f.refused(consortiumtypes.ErrInvalidField, m, "dossier_commitment")

	id := f.pending("a", "南通企业", uscc(1))
	e, err := f.k.Enterprise(f.ctx, id)
	require.NoError(t, err)
	require.Equal(t, types.Enterprise{
		Id: 1, Name: "南通企业", Uscc: uscc(1), State: types.ENTERPRISE_STATE_PENDING,
		Administrator: 1, DossierCommitment: commitment("南通企业"),
	}, e)
	require.Empty(t, f.log.entries)
	f.refused(types.ErrPending, applyFor("a", "南通另一", uscc(2)), "user 1")
}

// Nobody can keep an enterprise away by applying first: pending applications take
// nothing, and approval checks again.
func TestEN06NoSquatting(t *testing.T) {
	f := newFixture(t)
	f.user("squatter")
	f.user("owner")
	squat := f.pending("squatter", "南通企业", uscc(1))
	own := f.pending("owner", "南通企业", uscc(1))
	f.must(approve(own))
	f.refused(types.ErrTaken, approve(squat), uscc(1))
	f.must(refuse(squat))
}

func TestEN07NameCheckedAgain(t *testing.T) {
	f := newFixture(t)
	f.user("a")
	f.user("b")
	first := f.pending("a", "南通Ink（一）", uscc(1))
	second := f.pending("b", "南通INK(一)", uscc(2))
	f.must(approve(first))
	f.refused(types.ErrTaken, approve(second), "南通INK(一)")
}

func TestEN07ReviewEnterprise(t *testing.T) {
	f := newFixture(t)
	f.user("a")
	id := f.pending("a", "南通企业", uscc(1))
	f.refused(types.ErrEnterpriseNotFound, approve(7), "unknown enterprise", "got 7")
	f.refused(consortiumtypes.ErrInvalidField, &types.MsgReviewEnterprise{Officer: "registrar", EnterpriseId: id}, "reason")
	withReason := approve(id)
	withReason.Reason = logtypes.REASON_OTHER
	f.refused(consortiumtypes.ErrInvalidField, withReason, "reason")
	f.must(approve(id))
	f.refused(types.ErrState, approve(id), "expected pending, got certified")
	f.refused(types.ErrState, refuse(id), "expected pending, got certified")
}

// A registrar does not decide on the own enterprise, whether applicant or member.
func TestEN07Impartial(t *testing.T) {
	f := newFixture(t)
	f.user("registrar")
	own := f.pending("registrar", "南通企业", uscc(1))
	f.refused(consortiumtypes.ErrNotPermitted, approve(own), "without part")
	f.refused(consortiumtypes.ErrNotPermitted, refuse(own))

	f.consortium.appoint("registrar2", logtypes.ROLE_REGISTRAR)
	other := approve(own)
	other.Officer = "registrar2"
	f.must(other)
	f.refused(consortiumtypes.ErrNotPermitted, &types.MsgSetQuota{Officer: "registrar", EnterpriseId: own, Quota: 1})

	f.user("registrar2")
	f.must(join("registrar2", own))
	f.refused(consortiumtypes.ErrNotPermitted, &types.MsgSuspendEnterprise{Officer: "registrar2", EnterpriseId: own, Reason: logtypes.REASON_BREACH})
}

func TestEN08Certification(t *testing.T) {
	f := newFixture(t)
	f.user("a")
	id := f.pending("a", "南通企业", uscc(1))
	f.must(approve(id))
	registrar := f.consortium.officers["registrar"].Id
	require.Len(t, f.log.entries, 2)
	require.Equal(t, &logtypes.EnterpriseCertified{
		EnterpriseId: id, Name: "南通企业", Uscc: uscc(1), Administrator: 1, OfficerId: registrar,
		DossierCommitment: commitment("南通企业"),
	}, f.log.entries[0].GetEnterpriseCertified())
	require.Equal(t, &logtypes.MemberGranted{EnterpriseId: id, UserId: 1, Rights: []uint32{1, 2, 3, 4, 5}}, f.log.entries[1].GetMemberGranted())
	for _, right := range types.AllRights() {
		_, err := f.k.AuthoriseMember(f.ctx, "a", id, right)
		require.NoError(t, err)
	}
	got, err := f.query.EnterpriseByUscc(f.ctx, &types.QueryEnterpriseByUsccRequest{Uscc: uscc(1)})
	require.NoError(t, err)
	require.Equal(t, types.ENTERPRISE_STATE_CERTIFIED, got.Enterprise.State)
}

func TestEN08Refusal(t *testing.T) {
	f := newFixture(t)
	f.user("a")
	id := f.pending("a", "南通企业", uscc(1))
	f.must(refuse(id))
	e, err := f.k.Enterprise(f.ctx, id)
	require.NoError(t, err)
	require.Equal(t, types.ENTERPRISE_STATE_REJECTED, e.State)
	require.Equal(t, uint32(logtypes.REASON_INCOMPLETE), e.Reason)
	require.Empty(t, f.log.entries)
	f.refused(types.ErrState, join("a", id), "expected certified, got rejected")
	again := f.pending("a", "南通企业", uscc(1))
	require.Equal(t, id+1, again)
	f.must(approve(again))
}

func TestEN09Suspension(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	f.user("b")
	stop := &types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: id, Reason: logtypes.REASON_BREACH}
	lift := &types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: id, Lift: true}
	f.refused(types.ErrState, lift, "expected suspended, got certified")
	f.refused(consortiumtypes.ErrInvalidField, &types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: id}, "reason")
	f.must(stop)
	require.Equal(t, &logtypes.EnterpriseSuspended{
		EnterpriseId: id, OfficerId: 1, Reason: logtypes.REASON_BREACH,
	}, f.log.last().GetEnterpriseSuspended())
	f.refused(types.ErrState, stop, "expected certified, got suspended")
	_, err := f.k.AuthoriseMember(f.ctx, "a", id, types.RIGHT_DEPOSIT)
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
	require.ErrorContains(t, err, "suspended")
	f.refused(types.ErrTaken, applyFor("b", "南通另一", uscc(1)))
	f.refused(types.ErrState, join("b", id))

	withReason := *lift
	withReason.Reason = logtypes.REASON_OTHER
	f.refused(consortiumtypes.ErrInvalidField, &withReason, "reason")
	f.must(lift)
	require.True(t, f.log.last().GetEnterpriseSuspended().Lifted)
	_, err = f.k.AuthoriseMember(f.ctx, "a", id, types.RIGHT_DEPOSIT)
	require.NoError(t, err)
	f.must(join("b", id))
}

func TestEN10SetQuota(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	f.user("b")
	waiting := f.pending("b", "南通另一", uscc(99))
	f.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: id, Quota: types.MaxQuota})
	f.refused(types.ErrInvalidQuota, &types.MsgSetQuota{Officer: "registrar", EnterpriseId: id, Quota: types.MaxQuota + 1}, "at most 10000000", "got 10000001")
	f.refused(types.ErrState, &types.MsgSetQuota{Officer: "registrar", EnterpriseId: waiting, Quota: 5}, "expected certified or suspended, got pending")
	f.suspend(id)
	f.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: id})
	q, err := f.query.Quota(f.ctx, &types.QueryQuotaRequest{EnterpriseId: id})
	require.NoError(t, err)
	require.Equal(t, uint64(types.DefaultQuota), q.Quota)
}
