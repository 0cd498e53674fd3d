package keeper_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/keeper"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// fakeConsortium knows keys by address; the address of a key is its bytes.
type fakeConsortium struct {
	keys       map[string]consortiumtypes.Key
	officers   map[string]consortiumtypes.Officer
	enrolments int
	refuse     error // what UseEnrolment answers
}

func (f *fakeConsortium) KeyOf(_ context.Context, address string) (consortiumtypes.Key, error) {
	key, ok := f.keys[address]
	if !ok {
		return key, consortiumtypes.ErrUnknownSigner.Wrapf("expected a bound key, got %s", address)
	}
	return key, nil
}

func (f *fakeConsortium) OfficerWith(_ context.Context, address string, roles ...logtypes.Role) (consortiumtypes.Officer, error) {
	if o := f.officers[address]; o.Has(roles...) {
		return o, nil
	}
	return consortiumtypes.Officer{}, consortiumtypes.ErrNotPermitted.Wrapf("expected an officer with %v", roles)
}

func (f *fakeConsortium) BindUserKey(_ context.Context, key consortiumtypes.PublicKey, custody logtypes.Custody, userID, _ uint64, _ []byte, _ uint32) (uint64, error) {
	address := string(key.Key)
	bound, known := f.keys[address]
	if bound.UserId != 0 {
		return 0, consortiumtypes.ErrKeyBound
	}
	if !known {
		bound = consortiumtypes.Key{Id: uint64(len(f.keys)) + 1, PublicKey: key, Custody: custody}
	}
	bound.UserId = userID
	f.keys[address] = bound
	return bound.Id, nil
}

func (f *fakeConsortium) UseEnrolment(context.Context, consortiumtypes.Officer) error {
	f.enrolments++
	return f.refuse
}

func (f *fakeConsortium) AuthoriseDecision(authority string) error {
	if authority != "consortium" {
		return consortiumtypes.ErrNotPermitted.Wrapf("expected the consortium, got %s", authority)
	}
	return nil
}

// appoint makes an officer with a key of the same name.
func (f *fakeConsortium) appoint(address string, roles ...logtypes.Role) {
	id := uint64(len(f.officers)) + 1
	key, known := f.keys[address]
	if !known {
		key.Id = uint64(len(f.keys)) + 1
	}
	key.OfficerId = id
	f.keys[address] = key
	f.officers[address] = consortiumtypes.Officer{Id: id, KeyId: key.Id, Roles: roles}
}

// fakeLog keeps copies of the bodies, as entries.
type fakeLog struct{ entries []*logtypes.Entry }

func (f *fakeLog) Append(_ context.Context, body logtypes.Body) (*logtypes.Entry, error) {
	written := logtypes.Entry{Version: 1, Seq: uint64(len(f.entries)), Height: 1, BlockTime: 1, Body: body}
	raw, err := written.Marshal()
	if err != nil {
		return nil, err
	}
	entry, err := logtypes.ParseEntry(raw)
	if err != nil {
		return nil, err
	}
	f.entries = append(f.entries, entry)
	return entry, nil
}

func (f *fakeLog) Head(context.Context) (logtypes.LogHead, error) {
	return logtypes.LogHead{Size_: uint64(len(f.entries))}, nil
}

func (f *fakeLog) Entry(_ context.Context, seq uint64) (*logtypes.Entry, error) {
	return f.entries[seq], nil
}

// last is the newest entry.
func (f *fakeLog) last() *logtypes.Entry { return f.entries[len(f.entries)-1] }

// fixture is the module on a real store, with officers of every role.
type fixture struct {
	t          testing.TB
	ctx        sdk.Context
	cdc        codec.Codec
	store      corestore.KVStoreService
	k          *keeper.Keeper
	msg        types.MsgServer
	query      types.QueryServer
	consortium *fakeConsortium
	log        *fakeLog
}

// noon is noon at UTC+8 of a day.
var noon = time.Date(2026, 3, 5, 4, 0, 0, 0, time.UTC)

// empty is a fixture without a genesis.
func empty(t testing.TB) *fixture {
	key := storetypes.NewKVStoreKey(types.StoreKey)
	tc := testutil.DefaultContextWithDB(t, key, storetypes.NewTransientStoreKey("transient"))
	registry := codectypes.NewInterfaceRegistry()
	types.RegisterInterfaces(registry)
	f := &fixture{
		t: t, ctx: tc.Ctx.WithBlockTime(noon), cdc: codec.NewProtoCodec(registry), log: &fakeLog{},
		consortium: &fakeConsortium{keys: map[string]consortiumtypes.Key{}, officers: map[string]consortiumtypes.Officer{}},
	}
	f.store = runtime.NewKVStoreService(key)
	f.k = keeper.New(f.cdc, f.store, f.consortium, f.log)
	f.msg, f.query = keeper.NewMsgServer(f.k), keeper.NewQueryServer(f.k)
	return f
}

func newFixture(t testing.TB) *fixture {
	f := empty(t)
	require.NoError(t, f.k.InitGenesis(f.ctx, types.DefaultGenesis()))
	f.consortium.appoint("registrar", logtypes.ROLE_REGISTRAR)
	f.consortium.appoint("enroller", logtypes.ROLE_ENROLLER)
	f.consortium.appoint("reviewer", logtypes.ROLE_REVIEWER)
	f.consortium.appoint("certifier", logtypes.ROLE_CERTIFIER)
	f.consortium.keys["operator"] = consortiumtypes.Key{Id: uint64(len(f.consortium.keys)) + 1, InstitutionId: 1}
	return f
}

// send runs a message as a transaction does: its writes stay only if it succeeds.
func (f *fixture) send(m sdk.Msg) error {
	_, err := f.sendFor(m)
	return err
}

func (f *fixture) sendFor(m sdk.Msg) (any, error) {
	ctx, write := f.ctx.CacheContext()
	entries := len(f.log.entries)
	answer, err := f.handle(ctx, m)
	if err != nil {
		f.log.entries = f.log.entries[:entries]
		return nil, err
	}
	write()
	return answer, nil
}

func (f *fixture) handle(ctx context.Context, msg sdk.Msg) (any, error) {
	switch m := msg.(type) {
	case *types.MsgEnrolUser:
		return f.msg.EnrolUser(ctx, m)
	case *types.MsgApplyEnterprise:
		return f.msg.ApplyEnterprise(ctx, m)
	case *types.MsgReviewEnterprise:
		return f.msg.ReviewEnterprise(ctx, m)
	case *types.MsgSuspendEnterprise:
		return f.msg.SuspendEnterprise(ctx, m)
	case *types.MsgSetQuota:
		return f.msg.SetQuota(ctx, m)
	case *types.MsgApplyMembership:
		return f.msg.ApplyMembership(ctx, m)
	case *types.MsgReviewMembership:
		return f.msg.ReviewMembership(ctx, m)
	case *types.MsgSetRights:
		return f.msg.SetRights(ctx, m)
	case *types.MsgRemoveMember:
		return f.msg.RemoveMember(ctx, m)
	case *types.MsgApplyQualification:
		return f.msg.ApplyQualification(ctx, m)
	case *types.MsgReviewQualification:
		return f.msg.ReviewQualification(ctx, m)
	case *types.MsgRevokeQualification:
		return f.msg.RevokeQualification(ctx, m)
	case *types.MsgUpdateParams:
		return f.msg.UpdateParams(ctx, m)
	}
	return nil, fmt.Errorf("expected a message of the module, got %T", msg)
}

// must sends a message that has to succeed.
func (f *fixture) must(m sdk.Msg) any {
	f.t.Helper()
	answer, err := f.sendFor(m)
	require.NoError(f.t, err)
	return answer
}

// refused sends a message that has to fail with an error and leave no entry.
func (f *fixture) refused(kind error, m sdk.Msg, words ...string) {
	f.t.Helper()
	err := f.send(m)
	require.ErrorIs(f.t, err, kind)
	for _, w := range words {
		require.ErrorContains(f.t, err, w)
	}
}

func enrol(officer, name string) *types.MsgEnrolUser {
	return &types.MsgEnrolUser{
		Officer: officer, Key: consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: []byte(name)},
		Custody: logtypes.CUSTODY_SELF_SOFTWARE, PersonCommitment: commitment(name), AgreementVersion: 1,
	}
}

// user enrols a user whose address is the name.
func (f *fixture) user(name string) uint64 {
	f.t.Helper()
	return f.must(enrol("registrar", name)).(*types.MsgEnrolUserResponse).UserId
}

func applyFor(applicant, name, uscc string) *types.MsgApplyEnterprise {
	return &types.MsgApplyEnterprise{Applicant: applicant, Name: name, Uscc: uscc, DossierCommitment: commitment(name)}
}

// pending stores an application for an enterprise by a user of the name.
func (f *fixture) pending(applicant, name, uscc string) uint64 {
	f.t.Helper()
	return f.must(applyFor(applicant, name, uscc)).(*types.MsgApplyEnterpriseResponse).EnterpriseId
}

// certified makes an enterprise with a new user as administrator.
func (f *fixture) certified(administrator string) uint64 {
	f.t.Helper()
	n := f.user(administrator)
	id := f.pending(administrator, fmt.Sprintf("南通企业%d", n), uscc(n))
	f.must(&types.MsgReviewEnterprise{Officer: "registrar", EnterpriseId: id, Approve: true})
	return id
}

func join(applicant string, enterprise uint64) *types.MsgApplyMembership {
	return &types.MsgApplyMembership{Applicant: applicant, EnterpriseId: enterprise, FormCommitment: commitment(applicant)}
}

// member makes a new user an active member with rights.
func (f *fixture) member(administrator string, enterprise uint64, name string, rights ...types.Right) uint64 {
	f.t.Helper()
	id := f.user(name)
	f.must(join(name, enterprise))
	f.must(&types.MsgReviewMembership{Manager: administrator, EnterpriseId: enterprise, UserId: id, Approve: true, Rights: rights})
	return id
}

func applyQualification(manager string, enterprise uint64, categories ...uint32) *types.MsgApplyQualification {
	return &types.MsgApplyQualification{
		Manager: manager, EnterpriseId: enterprise, Categories: categories,
		FormCommitment: commitment("form"), TemplateVersion: 1,
	}
}

// asked stores a pending qualification.
func (f *fixture) asked(manager string, enterprise uint64, categories ...uint32) uint64 {
	f.t.Helper()
	return f.must(applyQualification(manager, enterprise, categories...)).(*types.MsgApplyQualificationResponse).QualificationId
}

// qualified makes an approved qualification.
func (f *fixture) qualified(manager string, enterprise uint64, categories ...uint32) uint64 {
	f.t.Helper()
	id := f.asked(manager, enterprise, categories...)
	f.must(&types.MsgReviewQualification{Officer: "reviewer", QualificationId: id, Approve: true})
	return id
}

func (f *fixture) suspend(enterprise uint64) {
	f.t.Helper()
	f.must(&types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: enterprise, Reason: logtypes.REASON_BREACH})
}

// commitment is 32 bytes that differ by the seed.
func commitment(seed string) []byte {
	sum := sha256.Sum256([]byte(seed))
	return sum[:]
}

// uscc is a valid unified social credit code that differs by n.
func uscc(n uint64) string {
	body := fmt.Sprintf("91320600%09d", n)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code := body + string(c); format.CheckUSCC(code) == nil {
			return code
		}
	}
	panic("no check character for " + strings.ToUpper(body))
}
