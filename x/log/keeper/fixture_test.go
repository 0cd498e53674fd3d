package keeper_test

import (
	"time"

	"github.com/stretchr/testify/require"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/log/keeper"
	"github.com/inkchain/inkd/x/log/types"
)

const chainID = "ink-test"

var logID = format.Hash{0: 0x10, 31: 0x01}

// bench is a log over stores in memory, with a block that the test moves.
type bench struct {
	cms  storetypes.CommitMultiStore
	ctx  sdk.Context
	k    *keeper.Keeper
	head storetypes.StoreKey
}

// newBench has empty stores, as before InitGenesis, at an initial height.
func newBench(t require.TestingT, height int64) *bench { return newBenchOn(t, dbm.NewMemDB(), height) }

func newBenchOn(t require.TestingT, db dbm.DB, height int64) *bench {
	keys := storetypes.NewKVStoreKeys(types.HeadStoreKey, types.LogStoreKey)
	cms := store.NewCommitMultiStore(db, log.NewNopLogger())
	cms.MountStoreWithDB(keys[types.HeadStoreKey], storetypes.StoreTypeIAVL, nil)
	cms.MountStoreWithDB(keys[types.LogStoreKey], storetypes.StoreTypeIAVL, nil)
	require.NoError(t, cms.LoadLatestVersion())
	b := &bench{cms: cms, head: keys[types.HeadStoreKey]}
	b.k = keeper.New(runtime.NewKVStoreService(keys[types.HeadStoreKey]), runtime.NewKVStoreService(keys[types.LogStoreKey]))
	b.ctx = sdk.NewContext(cms, cmtproto.Header{ChainID: chainID, Height: height}, false, log.NewNopLogger()).
		WithBlockTime(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	return b
}

// founded has an empty log.
func founded(t require.TestingT) *bench { return foundedOn(t, dbm.NewMemDB()) }

func foundedOn(t require.TestingT, db dbm.DB) *bench {
	b := newBenchOn(t, db, 1)
	require.NoError(t, b.k.InitGenesis(b.ctx, &types.GenesisState{LogId: logID[:]}))
	return b
}

// append appends as a message does: what fails leaves nothing behind.
func (b *bench) append(body types.Body) (*types.Entry, error) {
	ctx, write := b.ctx.CacheContext()
	e, err := b.k.Append(ctx, body)
	if err == nil {
		write()
	}
	return e, err
}

// block commits and goes on to the next block; it returns the app hash.
func (b *bench) block() []byte {
	hash := b.cms.Commit().Hash
	b.ctx = b.ctx.WithBlockHeight(b.ctx.BlockHeight() + 1).WithBlockTime(b.ctx.BlockTime().Add(time.Second))
	return hash
}

// transaction says in which transaction the next entries are made.
func (b *bench) transaction(tx []byte, index int) { b.ctx = b.ctx.WithTxBytes(tx).WithMsgIndex(index) }

func (b *bench) export(t require.TestingT) *types.GenesisState {
	gs, err := b.k.ExportGenesis(b.ctx)
	require.NoError(t, err)
	return gs
}

// imported goes on from an export at the next height, at the time of that block.
func imported(t require.TestingT, gs *types.GenesisState) (*bench, error) {
	b := newBench(t, int64(gs.LastHeight)+1).later(gs.LastHeight)
	return b, b.k.InitGenesis(b.ctx, gs)
}

// later moves the time by as many seconds as blocks.
func (b *bench) later(blocks uint64) *bench {
	b.ctx = b.ctx.WithBlockTime(b.ctx.BlockTime().Add(time.Duration(blocks) * time.Second))
	return b
}

func hash32(fill byte) []byte {
	h := format.Hash{}
	for i := range h {
		h[i] = fill
	}
	return h[:]
}

func record(enterprise uint64) types.Body {
	return &types.Entry_Record{Record: &types.Record{
		Kind: types.RECORD_KIND_DATA_PACKAGE, EnterpriseId: enterprise, Category: 1, UserId: 1, KeyId: 1, Commitment: hash32(7),
	}}
}

func opening(evidence uint64, public int) types.Body {
	return &types.Entry_Opening{Opening: &types.Opening{
		EvidenceSeq: evidence, Public: make([]byte, public), Nonce: hash32(1), PrivateDigest: hash32(2), UserId: 1,
	}}
}

func disclosure(evidence uint64) types.Body {
	return &types.Entry_ItemDisclosure{ItemDisclosure: &types.ItemDisclosure{
		EvidenceSeq: evidence, Items: []*types.DisclosedItem{{Salt: hash32(3), Size_: 1, Sha256: hash32(4), Sm3: hash32(5)}},
	}}
}

func application(evidence uint64) types.Body {
	return &types.Entry_CertificateApplied{CertificateApplied: &types.CertificateApplied{
		EvidenceSeq: evidence, EnterpriseId: 1, UserId: 1, ConsentToPublish: true,
	}}
}

func keyBound(key uint64) types.Body {
	return &types.Entry_KeyBound{KeyBound: &types.KeyBound{
		KeyId: key, UserId: key, KeyType: types.KEY_TYPE_ED25519, PublicKey: hash32(6), Custody: types.CUSTODY_CUSTODIAL,
		PersonCommitment: hash32(9), AgreementVersion: 1,
	}}
}

func keyRetired(key uint64) types.Body {
	return &types.Entry_KeyRetired{KeyRetired: &types.KeyRetired{KeyId: key, Reason: types.REASON_KEY_COMPROMISED}}
}

// applied is the first entry of new software that found and left the given head.
func applied(size uint64, root []byte) types.Body {
	return &types.Entry_SoftwareUpgrade{SoftwareUpgrade: &types.SoftwareUpgrade{
		Stage: types.UPGRADE_STAGE_APPLIED, Name: "v2", UpgradeHeight: 9, LogSize: size, LogRoot: root,
	}}
}

// governance is the n-th of the entries about the consortium that count for no subject.
func governance(n int, id uint64) types.Body {
	switch n {
	case 0:
		return &types.Entry_InstitutionRemoved{InstitutionRemoved: &types.InstitutionRemoved{InstitutionId: id, Reason: types.REASON_BREACH}}
	case 1:
		return &types.Entry_InstitutionPower{InstitutionPower: &types.InstitutionPower{InstitutionId: id, Power: id}}
	case 2:
		return &types.Entry_ParametersChanged{ParametersChanged: &types.ParametersChanged{Module: "ink.consortium.v1", Message: []byte{1}}}
	case 3:
		return &types.Entry_Misbehaviour{Misbehaviour: &types.Misbehaviour{
			InstitutionId: id, Address: hash32(6)[:20], Kind: types.MISBEHAVIOUR_KIND_DUPLICATE_VOTE, OffenceHeight: 1, PowerRemoved: true,
		}}
	case 4:
		return &types.Entry_InstitutionDigest{InstitutionDigest: &types.InstitutionDigest{InstitutionId: id, Topic: types.DIGEST_TOPIC_RELEASE, Digest: hash32(7)}}
	}
	return institution(id)
}

func institution(id uint64) types.Body {
	return &types.Entry_InstitutionAdmitted{InstitutionAdmitted: &types.InstitutionAdmitted{
		InstitutionId: id, Name: "n", Kind: types.INSTITUTION_KIND_COURT, Uscc: "u",
	}}
}

// decision is the n-th event of a certificate's life.
func decision(n int, cert uint64) types.Body {
	switch n {
	case 0:
		return &types.Entry_CertificateInitialReview{CertificateInitialReview: &types.CertificateReviewed{CertSeq: cert, OfficerId: 1}}
	case 1:
		return &types.Entry_CertificateFinalReview{CertificateFinalReview: &types.CertificateReviewed{CertSeq: cert, OfficerId: 2}}
	case 2:
		return &types.Entry_CertificateIssued{CertificateIssued: &types.CertificateIssued{CertSeq: cert, OfficerId: 3, KeyId: 3, FieldsCommitment: hash32(8)}}
	case 3:
		return &types.Entry_CertificateRejected{CertificateRejected: &types.CertificateRejected{CertSeq: cert, OfficerId: 1, Reason: types.REASON_OTHER}}
	}
	return &types.Entry_CertificateRevoked{CertificateRevoked: &types.CertificateRevoked{CertSeq: cert, OfficerId: 3, Reason: types.REASON_OTHER}}
}
