package types_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/log/types"
)

var h = bytes.Repeat([]byte{7}, 32)

// bodies are one valid body of each kind, with every field that is checked set.
var bodies = []types.Body{
	&types.Entry_Record{Record: &types.Record{Kind: types.RECORD_KIND_DATA_PACKAGE, PrevAcc: h, Commitment: h}},
	&types.Entry_Opening{Opening: &types.Opening{Public: []byte("any"), Nonce: h, PrivateDigest: h}},
	&types.Entry_ItemDisclosure{ItemDisclosure: &types.ItemDisclosure{Items: []*types.DisclosedItem{{Salt: h, Sha256: h, Sm3: h, Label: "a", Path: [][]byte{h}}}}},
	&types.Entry_CertificateApplied{CertificateApplied: &types.CertificateApplied{PrevAcc: h}},
	&types.Entry_CertificateInitialReview{CertificateInitialReview: &types.CertificateReviewed{CertSeq: 1}},
	&types.Entry_CertificateFinalReview{CertificateFinalReview: &types.CertificateReviewed{CertSeq: 1}},
	&types.Entry_CertificateIssued{CertificateIssued: &types.CertificateIssued{FieldsCommitment: h}},
	&types.Entry_CertificateRejected{CertificateRejected: &types.CertificateRejected{Reason: types.REASON_OTHER}},
	&types.Entry_CertificateRevoked{CertificateRevoked: &types.CertificateRevoked{Reason: types.REASON_OTHER}},
	&types.Entry_QualificationDecided{QualificationDecided: &types.QualificationDecided{Reason: types.REASON_OTHER, FormCommitment: h}},
	&types.Entry_QualificationRevoked{QualificationRevoked: &types.QualificationRevoked{Reason: types.REASON_OTHER}},
	&types.Entry_EnterpriseCertified{EnterpriseCertified: &types.EnterpriseCertified{Name: "a", Uscc: "a", DossierCommitment: h}},
	&types.Entry_EnterpriseSuspended{EnterpriseSuspended: &types.EnterpriseSuspended{Reason: types.REASON_OTHER}},
	&types.Entry_MemberGranted{MemberGranted: &types.MemberGranted{UserId: 1}},
	&types.Entry_MemberRemoved{MemberRemoved: &types.MemberRemoved{UserId: 1}},
	&types.Entry_KeyBound{KeyBound: &types.KeyBound{KeyType: types.KEY_TYPE_ED25519, PublicKey: h, Custody: types.CUSTODY_CUSTODIAL, PersonCommitment: h}},
	&types.Entry_KeyRetired{KeyRetired: &types.KeyRetired{KeyId: 1, Reason: types.REASON_KEY_COMPROMISED}},
	&types.Entry_InstitutionAdmitted{InstitutionAdmitted: &types.InstitutionAdmitted{Name: "a", Kind: types.INSTITUTION_KIND_COURT, Uscc: "a"}},
	&types.Entry_InstitutionRemoved{InstitutionRemoved: &types.InstitutionRemoved{InstitutionId: 1, Reason: types.REASON_BREACH}},
	&types.Entry_ValidatorKeyBound{ValidatorKeyBound: &types.ValidatorKeyBound{KeyType: types.KEY_TYPE_ED25519, PublicKey: h}},
	&types.Entry_OfficerAppointed{OfficerAppointed: &types.OfficerAppointed{Roles: []types.Role{types.ROLE_JUDGE}}},
	&types.Entry_OfficerDismissed{OfficerDismissed: &types.OfficerDismissed{Reason: types.REASON_LEFT}},
	&types.Entry_ParametersChanged{ParametersChanged: &types.ParametersChanged{Module: "ink.consortium.v1", Message: []byte{1}}},
	&types.Entry_SoftwareUpgrade{SoftwareUpgrade: &types.SoftwareUpgrade{Stage: types.UPGRADE_STAGE_APPLIED, Name: "v2", LogRoot: h}},
	&types.Entry_Misbehaviour{Misbehaviour: &types.Misbehaviour{Address: h[:20], Kind: types.MISBEHAVIOUR_KIND_DUPLICATE_VOTE}},
	&types.Entry_InstitutionDigest{InstitutionDigest: &types.InstitutionDigest{Topic: types.DIGEST_TOPIC_RELEASE, Digest: h}},
	&types.Entry_Era{Era: &types.Era{OldChainId: "a", HeaderHash: h, Root: h, MinutesDigest: h}},
	&types.Entry_InstitutionPower{InstitutionPower: &types.InstitutionPower{InstitutionId: 1, Reason: types.REASON_BREACH}},
}

// octets are fields of any bytes, and optional the enumerations that may be unset.
var (
	octets   = map[string]bool{"opening.Public": true, "parameters_changed.Message": true}
	optional = map[string]bool{"institution_power.Reason": true}
)

// parsed is what ParseEntry says of an entry as it would be stored.
func parsed(t *testing.T, e *types.Entry) error {
	b, err := e.Marshal()
	require.NoError(t, err)
	_, err = types.ParseEntry(b)
	return err
}

// LG-3: every text, enumeration and hash of every kind of entry is checked: found
// by reflection, so that a new field cannot be forgotten.
func TestEveryFieldOfEveryKindIsChecked(t *testing.T) {
	for _, body := range bodies {
		e := &types.Entry{Version: types.Version, TxHash: h, MsgIndex: 1, Body: body}
		require.NoError(t, parsed(t, e), e.Kind())
		changes := 0
		message := reflect.ValueOf(body).Elem().Field(0).Elem()
		spoil(t, message, e.Kind(), func(field string) {
			changes++
			require.ErrorIs(t, parsed(t, e), types.ErrEntry, field)
		})
		t.Logf("%s: %d changes", e.Kind(), changes)
	}
	require.ErrorContains(t, parsed(t, &types.Entry{Version: types.Version, TxHash: h[1:], Body: bodies[0]}), "tx_hash")
	require.ErrorContains(t, parsed(t, &types.Entry{Version: types.Version, MsgIndex: 1, Body: bodies[0]}), "msg_index")
}

// LG-3: all kinds are in the list above.
func TestEveryKindHasABody(t *testing.T) {
	kinds := map[string]bool{}
	for _, body := range bodies {
		kinds[(&types.Entry{Body: body}).Kind()] = true
	}
	require.Len(t, kinds, len((*types.Entry)(nil).XXX_OneofWrappers()))
}

// spoil sets each text, enumeration and hash of a message to what the format
// forbids, one after the other, and puts it back after refuse.
func spoil(t *testing.T, message reflect.Value, name string, refuse func(field string)) {
	for i := range message.NumField() {
		f, field := message.Field(i), name+"."+message.Type().Field(i).Name
		if f.Kind() == reflect.Slice && f.Len() > 0 && f.Type().Elem().Kind() != reflect.Uint8 {
			f = f.Index(0)
		}
		var bad []any
		switch {
		case f.Kind() == reflect.Pointer:
			spoil(t, f.Elem(), field, refuse)
			continue
		case f.Kind() == reflect.String:
			bad = []any{"\xff", "a\x00", "\ufeffa", "a\u202eb", "a\nb"}
		case f.Kind() == reflect.Int32:
			bad = []any{int32(-5), int32(99)}
			if !optional[field] {
				bad = append(bad, int32(0))
			}
		case f.Type() == reflect.TypeOf(h) && !octets[field]:
			bad = []any{h[1:], append([]byte{1}, h...), []byte(nil)}
		}
		before := reflect.ValueOf(f.Interface())
		for _, b := range bad {
			f.Set(reflect.ValueOf(b).Convert(f.Type()))
			refuse(fmt.Sprintf("%s = %q", field, fmt.Sprint(b)))
		}
		f.Set(before)
	}
}

// LG-3: a reason stands exactly where one is required.
func TestReasonOnlyWhereRequired(t *testing.T) {
	for _, body := range []types.Body{
		&types.Entry_QualificationDecided{QualificationDecided: &types.QualificationDecided{Approved: true, Reason: types.REASON_OTHER, FormCommitment: h}},
		&types.Entry_EnterpriseSuspended{EnterpriseSuspended: &types.EnterpriseSuspended{Lifted: true, Reason: types.REASON_OTHER}},
	} {
		require.ErrorContains(t, parsed(t, &types.Entry{Version: types.Version, Body: body}), "reason: expected none")
	}
	require.NoError(t, parsed(t, &types.Entry{Version: types.Version, Body: &types.Entry_EnterpriseSuspended{EnterpriseSuspended: &types.EnterpriseSuspended{Lifted: true}}}))
}

// LG-3: a suspension and a readmission of an institution without a validator have
// power 0, the first with a reason; another power has none.
func TestReasonOfPower(t *testing.T) {
	for _, c := range []struct {
		power  uint64
		reason types.Reason
		want   string
	}{
		{0, types.REASON_BREACH, ""},
		{0, types.REASON_UNSPECIFIED, ""},
		{7, types.REASON_UNSPECIFIED, ""},
		{7, types.REASON_BREACH, "reason: expected none, got 11"},
		{0, 99, "reason: expected a defined number from 1, got 99"},
	} {
		err := parsed(t, &types.Entry{Version: types.Version, Body: &types.Entry_InstitutionPower{
			InstitutionPower: &types.InstitutionPower{InstitutionId: 1, Power: c.power, Reason: c.reason},
		}})
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.want)
		}
	}
}

// LG-3: sizes of decisions on parameters and upgrades; a head only with APPLIED.
func TestDecisionFields(t *testing.T) {
	parameters := func(module string, bytes int) types.Body {
		return &types.Entry_ParametersChanged{ParametersChanged: &types.ParametersChanged{Module: module, Message: make([]byte, bytes)}}
	}
	upgrade := func(stage types.UpgradeStage, name string, size uint64, root []byte) types.Body {
		return &types.Entry_SoftwareUpgrade{SoftwareUpgrade: &types.SoftwareUpgrade{Stage: stage, Name: name, UpgradeHeight: 9, LogSize: size, LogRoot: root}}
	}
	offence := func(address []byte) types.Body {
		return &types.Entry_Misbehaviour{Misbehaviour: &types.Misbehaviour{Address: address, Kind: types.MISBEHAVIOUR_KIND_LIGHT_CLIENT_ATTACK}}
	}
	for _, c := range []struct {
		body types.Body
		want string
	}{
		{parameters("m", 1), ""},
		{parameters(strings.Repeat("m", types.MaxPackageBytes), types.MaxParametersBytes), ""},
		{parameters("", 1), "module: expected 1 to 128 bytes, got none"},
		{parameters(strings.Repeat("m", types.MaxPackageBytes+1), 1), "module: limit exceeded: expected at most 128 bytes, got 129"},
		{parameters("m", 0), "message: expected 1 to 8192 bytes, got 0"},
		{parameters("m", types.MaxParametersBytes+1), "message: expected 1 to 8192 bytes, got 8193"},
		{upgrade(types.UPGRADE_STAGE_SCHEDULED, "v2", 0, nil), ""},
		{upgrade(types.UPGRADE_STAGE_CANCELLED, "v2", 0, nil), ""},
		{upgrade(types.UPGRADE_STAGE_CANCELLED, "", 0, nil), "name: expected 1 to 128 bytes, got none"},
		{upgrade(types.UPGRADE_STAGE_APPLIED, "v2", 3, h), ""},
		{upgrade(types.UPGRADE_STAGE_SCHEDULED, "", 0, nil), "name: expected 1 to 128 bytes, got none"},
		{upgrade(types.UPGRADE_STAGE_APPLIED, "", 3, h), "name: expected 1 to 128 bytes, got none"},
		{upgrade(types.UPGRADE_STAGE_SCHEDULED, strings.Repeat("v", 129), 0, nil), "expected at most 128 bytes, got 129"},
		{upgrade(types.UPGRADE_STAGE_SCHEDULED, "v2", 3, nil), "log_size: expected none with UPGRADE_STAGE_SCHEDULED, got 3"},
		{upgrade(types.UPGRADE_STAGE_CANCELLED, "v2", 0, h), "log_root: expected none with UPGRADE_STAGE_CANCELLED, got 32 bytes"},
		{upgrade(types.UPGRADE_STAGE_APPLIED, "v2", 3, nil), "log_root: expected 32 bytes, got 0"},
		{offence(h[:20]), ""},
		{offence(h[:19]), "address: expected 20 bytes, got 19"},
		{offence(h[:21]), "address: expected 20 bytes, got 21"},
	} {
		err := parsed(t, &types.Entry{Version: types.Version, Body: c.body})
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, types.ErrEntry)
			require.ErrorContains(t, err, c.want)
		}
	}
}
