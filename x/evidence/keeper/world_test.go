package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log/v2"
	"github.com/stretchr/testify/require"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	"github.com/inkchain/inkd/x/evidence/keeper"
	"github.com/inkchain/inkd/x/evidence/types"
	logkeeper "github.com/inkchain/inkd/x/log/keeper"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// The enterprises and the category of the tests.
const (
	oak      = uint64(1) // deposits and applies
	elm      = uint64(2) // a competitor
	category = uint32(3)
	quota    = uint64(50)
)

var (
	genesisTime = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	logID       = format.Hash{0: 0x10, 31: 0x01}
	errQuota    = errors.New("quota exhausted")
	errCategory = errors.New("not qualified")
)

// people implements the consortium's and the enterprises' keepers for a few names
// that serve as addresses.
type people struct {
	keys      map[string]consortiumtypes.Key
	officers  map[string]consortiumtypes.Officer
	rights    map[[2]uint64][]enterprisetypes.Right // by user and enterprise
	suspended map[uint64]bool
	used      map[uint64]uint64
	// unqualified: nobody is qualified any more.
	unqualified bool
}

func newPeople() *people {
	p := &people{
		keys: map[string]consortiumtypes.Key{}, officers: map[string]consortiumtypes.Officer{},
		rights: map[[2]uint64][]enterprisetypes.Right{}, suspended: map[uint64]bool{}, used: map[uint64]uint64{},
	}
	p.user("employee", 11, oak, enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE)
	p.user("depositor", 12, oak, enterprisetypes.RIGHT_DEPOSIT)
	p.user("clerk", 13, oak, enterprisetypes.RIGHT_CERTIFICATE)
	p.user("viewer", 14, oak, enterprisetypes.RIGHT_VIEW)
	p.user("copier", 15, elm, enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE)
	p.user("outsider", 16, 0)
	p.officer("reviewer-1", 21, logtypes.ROLE_REVIEWER)
	p.officer("reviewer-2", 22, logtypes.ROLE_REVIEWER)
	p.officer("certifier", 23, logtypes.ROLE_CERTIFIER)
	p.officer("all-round", 24, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
	p.officer("registrar", 25, logtypes.ROLE_REGISTRAR)
	p.officer("insider", 26, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
	p.user("insider", 17, oak, enterprisetypes.RIGHT_VIEW)
	return p
}

// user gives a name a key with a user id and rights in an enterprise.
func (p *people) user(name string, id, enterpriseID uint64, rights ...enterprisetypes.Right) {
	key := p.keys[name]
	key.Id, key.UserId = 100+id, id
	p.keys[name] = key
	if enterpriseID != 0 {
		p.rights[[2]uint64{id, enterpriseID}] = rights
	}
}

func (p *people) officer(name string, id uint64, roles ...logtypes.Role) {
	p.keys[name] = consortiumtypes.Key{Id: 100 + id, OfficerId: id}
	p.officers[name] = consortiumtypes.Officer{Id: id, InstitutionId: 1, KeyId: 100 + id, Roles: roles}
}

func (p *people) KeyOf(_ context.Context, address string) (consortiumtypes.Key, error) {
	key, ok := p.keys[address]
	if !ok {
		return key, consortiumtypes.ErrUnknownSigner
	}
	return key, nil
}

func (p *people) OfficerWith(_ context.Context, address string, roles ...logtypes.Role) (consortiumtypes.Officer, error) {
	o := p.officers[address]
	if !o.Has(roles...) {
		return o, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected an officer with %v", roles)
	}
	return o, nil
}

func (p *people) AuthoriseMember(ctx context.Context, address string, enterpriseID uint64, right enterprisetypes.Right) (enterprisetypes.Member, error) {
	key, err := p.KeyOf(ctx, address)
	if err != nil {
		return enterprisetypes.Member{}, err
	}
	if p.suspended[enterpriseID] || !slices.Contains(p.rights[[2]uint64{key.UserId, enterpriseID}], right) {
		return enterprisetypes.Member{}, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a member of %d with %s", enterpriseID, right)
	}
	return enterprisetypes.Member{EnterpriseId: enterpriseID, UserId: key.UserId}, nil
}

func (p *people) CheckImpartial(_ context.Context, userID, enterpriseID uint64) error {
	if _, ok := p.rights[[2]uint64{userID, enterpriseID}]; ok && userID != 0 {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected an officer without part in enterprise %d", enterpriseID)
	}
	return nil
}

func (p *people) Enterprise(_ context.Context, id uint64) (enterprisetypes.Enterprise, error) {
	e := enterprisetypes.Enterprise{Id: id, Name: fmt.Sprint("企业", id), State: enterprisetypes.ENTERPRISE_STATE_CERTIFIED}
	if p.suspended[id] {
		e.State = enterprisetypes.ENTERPRISE_STATE_SUSPENDED
	}
	return e, nil
}

func (p *people) CheckQualified(_ context.Context, _ uint64, c uint32) error {
	if c != category || p.unqualified {
		return errCategory
	}
	return nil
}

func (p *people) ConsumeQuota(_ context.Context, enterpriseID, records uint64) error {
	if p.used[enterpriseID]+records > quota {
		return errQuota
	}
	p.used[enterpriseID] += records
	return nil
}

// world is the module over the real log and the people of the tests.
type world struct {
	*people
	cms   storetypes.CommitMultiStore
	ctx   sdk.Context
	log   *logkeeper.Keeper
	k     *keeper.Keeper
	msg   types.MsgServer
	query types.QueryServer
}

// newWorld begins at block 10 with one entry, which is no record, in the log.
func newWorld(t require.TestingT) *world {
	w := newEmptyWorld(t)
	w.ctx = w.ctx.WithBlockHeight(1)
	require.NoError(t, w.log.InitGenesis(w.ctx, &logtypes.GenesisState{LogId: logID[:]}))
	_, err := w.log.Append(w.ctx, &logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{
		InstitutionId: 1, Name: "测试中心", Kind: logtypes.INSTITUTION_KIND_CENTER, Uscc: "91320600000000000X",
	}})
	require.NoError(t, err)
	w.ctx = w.ctx.WithBlockHeight(10)
	return w
}

// newEmptyWorld has empty stores, as before InitGenesis.
func newEmptyWorld(t require.TestingT) *world {
	keys := storetypes.NewKVStoreKeys(logtypes.HeadStoreKey, logtypes.LogStoreKey, types.StoreKey)
	db := dbm.NewMemDB()
	cms := store.NewCommitMultiStore(db, log.NewNopLogger())
	for _, name := range []string{logtypes.HeadStoreKey, logtypes.LogStoreKey, types.StoreKey} {
		cms.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, cms.LoadLatestVersion())
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	w := &world{people: newPeople(), cms: cms}
	w.log = logkeeper.New(runtime.NewKVStoreService(keys[logtypes.HeadStoreKey]), runtime.NewKVStoreService(keys[logtypes.LogStoreKey]))
	w.k = keeper.New(cdc, runtime.NewKVStoreService(keys[types.StoreKey]), w.log, w.people, w.people)
	w.msg, w.query = keeper.NewMsgServer(w.k), keeper.NewQueryServer(w.k)
	w.ctx = sdk.NewContext(cms, cmtproto.Header{ChainID: "ink-test"}, false, log.NewNopLogger()).WithBlockTime(genesisTime)
	return w
}

// deliver runs a message as a block does: what fails leaves nothing behind.
func deliver[M, R any](w *world, handler func(context.Context, M) (R, error), m M) (R, error) {
	ctx, write := w.ctx.CacheContext()
	used := w.used[oak]
	resp, err := handler(ctx, m)
	if err != nil {
		w.used[oak] = used
		return resp, err
	}
	write()
	return resp, nil
}

// refused delivers and requires an error of this kind whose text has all parts.
func refused[M, R any](t *testing.T, w *world, handler func(context.Context, M) (R, error), m M, want error, parts ...string) {
	t.Helper()
	before := w.hash()
	_, err := deliver(w, handler, m)
	require.ErrorIs(t, err, want)
	for _, part := range parts {
		require.ErrorContains(t, err, part)
	}
	require.Equal(t, before, w.hash(), "a refused message must leave nothing behind")
}

// hash commits and returns the app hash.
func (w *world) hash() []byte { return w.cms.Commit().Hash }

// after moves the block time.
func (w *world) after(d time.Duration) { w.ctx = w.ctx.WithBlockTime(w.ctx.BlockTime().Add(d)) }

// entries are the stored bytes of the whole log.
func (w *world) entries(t require.TestingT) [][]byte {
	head, err := w.log.Head(w.ctx)
	require.NoError(t, err)
	var all [][]byte
	for seq := range head.Size_ {
		b, err := w.log.EntryBytes(w.ctx, seq)
		require.NoError(t, err)
		all = append(all, b)
	}
	return all
}

// content is what an owner knows of a piece of evidence.
type content struct {
	enterpriseID uint64
	public       format.Public
	rev          types.Revelation
	item         logtypes.DisclosedItem
	commitment   format.Hash
}

// newContent makes the evidence of one file, or of a table of rows if there are more.
func newContent(t require.TestingT, enterpriseID uint64, secret byte, rows ...string) content {
	s := format.Secret{secret}
	tree := format.NewItemTree(s)
	hasher := format.NewDoubleHasher()
	var first format.Digests
	for i, row := range rows {
		hasher.Reset()
		_, err := hasher.Write([]byte(row))
		require.NoError(t, err)
		digests := hasher.Sum()
		if i == 0 {
			first = digests
		}
		require.NoError(t, tree.Add(format.Item{Index: uint64(i), Digests: digests}))
	}
	recipe := format.RecipeFile
	if len(rows) > 1 {
		recipe = format.RecipeLines
	}
	c := content{enterpriseID: enterpriseID, public: format.Public{
		Root: tree.Root(), Items: tree.Items(), TotalSize: tree.TotalSize(), Recipe: recipe, RecipeVersion: format.RecipeVersion,
	}}
	b, err := c.public.Bytes()
	require.NoError(t, err)
	nonce, digest, salt := s.Nonce(), format.PrivateDigest(s.PrivateNonce(), []byte("private")), s.Salt(0)
	c.rev = types.Revelation{Public: b, Nonce: nonce[:], PrivateDigest: digest[:]}
	c.item = logtypes.DisclosedItem{Salt: salt[:], Size_: first.Size, Sha256: first.SHA256[:], Sm3: first.SM3[:]}
	c.commitment = format.Commitment(logID, enterpriseID, uint32(logtypes.RECORD_KIND_DATA_PACKAGE), nonce, b, digest)
	return c
}

func (c content) submission(submitter string) *types.MsgSubmitRecord {
	return &types.MsgSubmitRecord{
		Submitter: submitter, EnterpriseId: c.enterpriseID, Kind: logtypes.RECORD_KIND_DATA_PACKAGE,
		Category: category, Commitment: c.commitment[:],
	}
}

func (w *world) deposit(t require.TestingT, c content) uint64 {
	resp, err := deliver(w, w.msg.SubmitRecord, c.submission("employee"))
	require.NoError(t, err)
	return resp.Seq
}

func (w *world) apply(t require.TestingT, evidenceSeq uint64, decline bool) uint64 {
	resp, err := deliver(w, w.msg.ApplyCertificate, &types.MsgApplyCertificate{
		Applicant: "clerk", EvidenceSeq: evidenceSeq, ConsentToPublish: true, DeclineItem: decline,
	})
	require.NoError(t, err)
	return resp.CertSeq
}

// reviewed deposits a content, applies and passes both reviews.
func (w *world) reviewed(t require.TestingT, evidenceSeq uint64, decline bool) uint64 {
	certSeq := w.apply(t, evidenceSeq, decline)
	for _, r := range []*types.MsgReviewCertificate{
		{Officer: "reviewer-1", CertSeq: certSeq, Stage: types.REVIEW_STAGE_INITIAL},
		{Officer: "reviewer-2", CertSeq: certSeq, Stage: types.REVIEW_STAGE_FINAL},
	} {
		_, err := deliver(w, w.msg.ReviewCertificate, r)
		require.NoError(t, err)
	}
	return certSeq
}

var fields = []byte("0123456789abcdef0123456789abcdef")

// issue issues with the revelation and, for a file, item 0.
func (w *world) issue(t require.TestingT, certSeq uint64, c content) uint64 {
	m := &types.MsgIssueCertificate{Officer: "certifier", CertSeq: certSeq, Revelation: &c.rev, FieldsCommitment: fields}
	if c.public.Recipe == format.RecipeFile {
		m.Item = &c.item
	}
	resp, err := deliver(w, w.msg.IssueCertificate, m)
	require.NoError(t, err)
	return resp.IssuedSeq
}

func (w *world) state(t require.TestingT, certSeq uint64) logtypes.CertificateState {
	c, err := w.k.Certificate(w.ctx, certSeq)
	require.NoError(t, err)
	status, err := w.log.CertificateStatus(w.ctx, certSeq)
	require.NoError(t, err)
	require.Equal(t, status.State, c.State, "the log's status and the working state")
	return c.State
}
