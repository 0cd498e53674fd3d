package keeper_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/core/address"
	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/x/consortium/keeper"
	"github.com/inkchain/inkd/x/consortium/types"
	logkeeper "github.com/inkchain/inkd/x/log/keeper"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	center   = "center"
	court    = "court"
	notary   = "notary"
	exchange = "exchange"
)

// authority is in whose name decisions are carried out.
const authority = "ink1authority"

var addresses = addresscodec.NewBech32Codec("ink")

// accounts are the auth module's accounts, by address.
type accounts map[string]sdk.AccountI

func (a accounts) AddressCodec() address.Codec { return addresses }

func (a accounts) GetAccount(_ context.Context, addr sdk.AccAddress) sdk.AccountI {
	if acc, ok := a[string(addr)]; ok {
		return acc
	}
	return nil
}

func (a accounts) SetAccount(_ context.Context, acc sdk.AccountI) { a[string(acc.GetAddress())] = acc }

// house is the module over the real log.
type house struct {
	t        *testing.T
	ctx      sdk.Context
	accounts accounts
	log      *logkeeper.Keeper
	k        *keeper.Keeper
	msg      types.MsgServer
	router   *baseapp.MsgServiceRouter
	// plan is the name of the planned upgrade.
	plan string
}

// Handler lets a decision carry any message of this module, and a cancellation.
func (h *house) Handler(_ context.Context, msg sdk.Msg) (func(sdk.Context, sdk.Msg) (*sdk.Result, error), error) {
	if _, ok := msg.(*upgradetypes.MsgCancelUpgrade); ok {
		return func(sdk.Context, sdk.Msg) (*sdk.Result, error) { return &sdk.Result{}, nil }, nil
	}
	return h.router.Handler(msg), nil
}

func (h *house) Plan(context.Context) (string, uint64, error) { return h.plan, 99, nil }

// newHouse has empty stores and the accounts of the auth genesis.
func newHouse(t *testing.T, known accounts) *house {
	keys := storetypes.NewKVStoreKeys(logtypes.HeadStoreKey, logtypes.LogStoreKey, types.StoreKey)
	cms := store.NewCommitMultiStore(dbm.NewMemDB(), log.NewNopLogger())
	for _, name := range []string{logtypes.HeadStoreKey, logtypes.LogStoreKey, types.StoreKey} {
		cms.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, cms.LoadLatestVersion())
	h := &house{t: t, accounts: known, plan: "v2"}
	h.log = logkeeper.New(runtime.NewKVStoreService(keys[logtypes.HeadStoreKey]), runtime.NewKVStoreService(keys[logtypes.LogStoreKey]))
	registry := codectypes.NewInterfaceRegistry()
	types.RegisterInterfaces(registry)
	upgradetypes.RegisterInterfaces(registry)
	h.router = baseapp.NewMsgServiceRouter()
	h.router.SetInterfaceRegistry(registry)
	h.k = keeper.New(codec.NewProtoCodec(registry), runtime.NewKVStoreService(keys[types.StoreKey]), h.accounts, h.log, h, authority)
	h.msg = keeper.NewMsgServer(h.k)
	types.RegisterMsgServer(h.router, h.msg)
	h.ctx = sdk.NewContext(cms, cmtproto.Header{ChainID: "ink-test", Height: 1}, false, log.NewNopLogger()).
		WithBlockTime(time.Date(2026, 3, 1, 15, 59, 58, 0, time.UTC)) // two seconds to midnight in China
	return h
}

// newChain has an identified log without entries, as when the module's genesis begins.
func newChain(t *testing.T) *house {
	h := newHouse(t, accounts{})
	require.NoError(t, h.log.InitGenesis(h.ctx, &logtypes.GenesisState{LogId: person("log")}))
	return h
}

// successor has the log and the accounts of a chain that goes on at the next height,
// as when the module's import begins.
func (h *house) successor() *house {
	gs, err := h.log.ExportGenesis(h.ctx)
	require.NoError(h.t, err)
	again := newHouse(h.t, h.accounts)
	again.ctx = again.ctx.WithBlockHeight(h.ctx.BlockHeight() + 1).WithBlockTime(h.ctx.BlockTime())
	require.NoError(h.t, again.log.InitGenesis(again.ctx, gs))
	return again
}

// founded has four institutions with their operators.
func founded(t *testing.T) *house {
	h := newChain(t)
	updates, err := h.k.InitGenesis(h.ctx, &types.GenesisState{Founders: founders(), Params: &types.Params{EpochBlocks: 1}})
	require.NoError(t, err)
	require.Len(t, updates, 4)
	h.ctx = h.ctx.WithBlockHeight(2)
	return h
}

func founders() []types.GenesisInstitution {
	in := func(name string, kind logtypes.InstitutionKind, uscc string) types.GenesisInstitution {
		return types.GenesisInstitution{
			Name: name, Kind: kind, Uscc: uscc, Power: 10,
			OperatorKey: key(name + "-operator"), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE, ConsensusKey: key(name + "-validator"),
		}
	}
	return []types.GenesisInstitution{
		in(center, logtypes.INSTITUTION_KIND_CENTER, "12330000000000001C"),
		in(court, logtypes.INSTITUTION_KIND_COURT, "11330000000000002J"),
		in(notary, logtypes.INSTITUTION_KIND_NOTARY, "12330000000000003J"),
		in(exchange, logtypes.INSTITUTION_KIND_EXCHANGE, "91330000000000004G"),
	}
}

func secret(name string) *ed25519.PrivKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.GenPrivKeyFromSecret(seed[:])
}

func key(name string) types.PublicKey {
	return types.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: secret(name).PubKey().Bytes()}
}

// addr is the address of a name's key.
func addr(name string) string {
	s, err := addresses.BytesToString(secret(name).PubKey().Address())
	if err != nil {
		panic(err)
	}
	return s
}

func person(name string) []byte {
	h := sha256.Sum256([]byte("person " + name))
	return h[:]
}

// appointment is a message of an institution's operator.
func appointment(institution, name string, enrolCap uint64, roles ...logtypes.Role) *types.MsgAppointOfficer {
	return &types.MsgAppointOfficer{
		Operator: addr(institution + "-operator"), Key: key(name), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: roles, EnrolCap: enrolCap, PersonCommitment: person(name),
	}
}

// appoint runs a message as a block does: what fails leaves nothing behind.
func (h *house) appoint(m *types.MsgAppointOfficer) (*types.MsgAppointOfficerResponse, error) {
	ctx, write := h.ctx.CacheContext()
	resp, err := h.msg.AppointOfficer(ctx, m)
	if err == nil {
		write()
	}
	return resp, err
}

func (h *house) mustAppoint(m *types.MsgAppointOfficer) uint64 {
	h.t.Helper()
	resp, err := h.appoint(m)
	require.NoError(h.t, err)
	return resp.OfficerId
}

func (h *house) dismiss(institution string, officer uint64, reason logtypes.Reason) error {
	ctx, write := h.ctx.CacheContext()
	_, err := h.msg.DismissOfficer(ctx, &types.MsgDismissOfficer{Operator: addr(institution + "-operator"), OfficerId: officer, Reason: reason})
	if err == nil {
		write()
	}
	return err
}

// bindUser binds a name's key to a user.
func (h *house) bindUser(name string, user uint64) (uint64, error) {
	ctx, write := h.ctx.CacheContext()
	id, err := h.k.BindUserKey(ctx, key(name), logtypes.CUSTODY_SELF_SOFTWARE, user, 1, person(name), 1)
	if err == nil {
		write()
	}
	return id, err
}

// last is the log's last entry.
func (h *house) last() *logtypes.Entry {
	head, err := h.log.Head(h.ctx)
	require.NoError(h.t, err)
	e, err := h.log.Entry(h.ctx, head.Size_-1)
	require.NoError(h.t, err)
	return e
}
