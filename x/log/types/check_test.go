package types_test

import (
	"bytes"
	"fmt"
	"reflect"
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
	&types.Entry_InstitutionAdmitted{InstitutionAdmitted: &types.InstitutionAdmitted{Name: "a", Kind: types.INSTITUTION_KIND_COURT, Uscc: "a"}},
	&types.Entry_ValidatorKeyBound{ValidatorKeyBound: &types.ValidatorKeyBound{KeyType: types.KEY_TYPE_ED25519, PublicKey: h}},
	&types.Entry_OfficerAppointed{OfficerAppointed: &types.OfficerAppointed{Roles: []types.Role{types.ROLE_JUDGE}}},
	&types.Entry_OfficerDismissed{OfficerDismissed: &types.OfficerDismissed{Reason: types.REASON_LEFT}},
	&types.Entry_Era{Era: &types.Era{OldChainId: "a", HeaderHash: h, Root: h, MinutesDigest: h}},
}

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
			bad = []any{int32(0), int32(-5), int32(99)}
		case f.Type() == reflect.TypeOf(h) && message.Type().Field(i).Name != "Public":
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
