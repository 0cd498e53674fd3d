package testutil

import (
	"context"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtmldsa "github.com/cometbft/cometbft/crypto/mldsa65"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Story is a chain on which happened what bundles are about. It is the same each
// time, to the last byte: vectors are made from it. Numbers are seqs of records
// unless said otherwise.
type Story struct {
	*Consensus
	People
	Source *Prover
	// Anchor names the founders only: whoever came later is proven by entries.
	Anchor *bundle.Anchor
	// Evidence is what the owners keep, by seq; not of each record.
	Evidence map[uint64]*Deposited

	// Before any change of the validator set: a file; rows, opened on purpose; a
	// directory; one whose certificate was refused; one whose application waits.
	File, Table, Package, Refused, Waiting uint64
	// Certificates by the seq of the application: of File, issued; of Package, issued
	// and revoked; of Refused; of Waiting.
	Issued, Revoked, Rejected, Undecided uint64
	// Submitted by a P-256 key, just after the court's validator got another key; by
	// an ML-DSA-65 key, after an institution joined; by a secp256k1 key.
	P256, MLDSA, Secp256k1 uint64
	// Powers were decided in consecutive blocks, 10, 12, 10: a record in each.
	Powers [3]uint64
	// PostQuantum: signed by an institution with an ML-DSA-65 key. Removed: after the
	// second notary was removed.
	PostQuantum, Removed uint64
	// Siblings are two records of one transaction.
	Siblings [2]uint64
	// Stalled was deposited at a block stamp hours before it was committed. Round: its
	// header was committed in round 2, with one vote for no block. Absent: with one
	// signature missing.
	Stalled, Round, Absent uint64
	// Busy is an enterprise with Deposits, some a day from BusyFrom on; BusyDays later
	// it had them all.
	Busy     uint64
	Deposits []uint64
	BusyFrom time.Time

	// Of validators to come, by name.
	p256, mldsa, secp Signer
}

// The story's busy enterprise.
const (
	BusyDays      = 6
	BusyPerDay    = 5
	storyNotary   = 5 // institution ids
	storyIdle     = 3
	storyStall    = 6 * time.Hour
	storyExchange = 4
)

// NewStory tells the story.
func NewStory(t TB) *Story {
	t.Helper()
	return tell(NewConsensus(t, Founding(), storyParams(), FoundersKeys()...))
}

// NewStoryIn tells it with the databases of a node in a home. Stop closes them.
func NewStoryIn(t TB, home string) *Story {
	t.Helper()
	return tell(NewConsensusIn(t, home, Founding(), storyParams(), FoundersKeys()...))
}

// FoundersKeys are the consensus keys of the institutions that found.
func FoundersKeys() []crypto.PrivKey {
	var keys []crypto.PrivKey
	for _, in := range Institutions {
		keys = append(keys, consensusKey(in))
	}
	return keys
}

// FoundingWith is Founding with so many notaries more ("notary 0" and on), and the
// consensus keys of all.
func FoundingWith(notaries int) (app.Founding, []crypto.PrivKey) {
	f, keys := Founding(), FoundersKeys()
	for n := range notaries {
		name := fmt.Sprintf("notary %d", n)
		keys = append(keys, ConsensusKey(name))
		f.Founders = append(f.Founders, consortiumtypes.GenesisInstitution{
			Name: name, Kind: logtypes.INSTITUTION_KIND_NOTARY, Uscc: SomeUSCC(n + 10),
			OperatorKey: Operator(name).PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE,
			ConsensusKey: PublicConsensusKey(ConsensusKey(name)), Power: 10,
		})
	}
	return f, keys
}

// PublicConsensusKey is what the chain knows of an ed25519 key of ConsensusKey.
func PublicConsensusKey(k crypto.PrivKey) consortiumtypes.PublicKey {
	return consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: k.PubKey().Bytes()}
}

func storyParams() *cmttypes.ConsensusParams {
	params := app.ConsensusParams()
	params.Validator.PubKeyTypes = append(params.Validator.PubKeyTypes, cmttypes.ABCIPubKeyTypeMlDsa65)
	return params
}

func tell(c *Consensus) *Story {
	s := &Story{Consensus: c, Evidence: map[uint64]*Deposited{}}
	s.Source = NewProver(s.Consensus)
	s.anchor()
	s.People = NewPeople(s.Consensus)
	s.newcomers()
	s.firstDeposits()
	s.certificates()
	s.changes()
	s.oddities()
	s.busy()
	for range storyIdle {
		s.Block(Next{})
	}
	return s
}

// anchor is made when only the founders are there.
func (s *Story) anchor() {
	founders, err := blocks.Set(s.Validators(1))
	require.NoError(s.T, err)
	s.Anchor, err = prove.Anchor(context.Background(), s.Source, 0, bundle.Era{
		ChainID: ChainID, InitialHeight: 1, Validators: founders, LogRoot: format.TreeRoot(nil),
	})
	require.NoError(s.T, err)
}

// newcomers are users with keys of all types, one of them with an own enterprise.
func (s *Story) newcomers() {
	s.p256 = NewSignerOf(logtypes.KEY_TYPE_SECP256R1, "p256 user")
	s.mldsa = NewSignerOf(logtypes.KEY_TYPE_ML_DSA_65, "ml-dsa user")
	s.secp = NewSignerOf(logtypes.KEY_TYPE_SECP256K1, "secp256k1 user")
	s.Join(s.Enterprise, s.Admin, s.p256, s.Enrol(s.p256), enterprisetypes.RIGHT_DEPOSIT)
	s.Join(s.Enterprise, s.Admin, s.mldsa, s.Enrol(s.mldsa), enterprisetypes.RIGHT_DEPOSIT)
	s.Enrol(s.secp)
	s.Busy = s.NewEnterprise(s.secp, "杭州忙碌设计有限公司", USCCs[1])
	s.Qualify(s.Busy, s.secp, 1)
}

// keep deposits evidence and keeps what its owner keeps.
func (s *Story) keep(signer Signer, recipe format.Recipe, title string, parts ...Part) uint64 {
	d, err := NewDeposited(s.Anchor.LogID, s.Enterprise, recipe, title, parts...)
	require.NoError(s.T, err)
	seq := s.Submit(signer, s.Enterprise, d.Header.Commitment[:])
	s.Evidence[seq] = d
	return seq
}

func (s *Story) keepFile(signer Signer, title string) uint64 {
	return s.keep(signer, format.RecipeFile, title, Part{Bytes: []byte(title + "的内容\n")})
}

func (s *Story) firstDeposits() {
	s.File = s.keepFile(s.Admin, "一号设计图")
	s.Table = s.keep(s.Employee, format.RecipeLines, "传感器数据",
		Part{Bytes: []byte("2026-05-20,21.5\n")}, Part{Bytes: []byte("2026-05-21,22.0\n")}, Part{Bytes: []byte("2026-05-22,19.8\n")})
	s.Package = s.keep(s.Employee, format.RecipeDir, "产品数据包",
		Part{Label: "data/一月.csv", Bytes: []byte("a,b\n1,2\n")}, Part{Label: "data/二月.csv", Bytes: []byte("a,b\n3,4\n")}, Part{Label: "说明.txt", Bytes: []byte("说明")})
	s.Refused = s.keepFile(s.Employee, "材料不全的数据")
	s.Waiting = s.keepFile(s.Employee, "待审数据")
}

// changes are those of the validator set, with a record after each.
func (s *Story) changes() {
	s.rotate("court", "court, second key")
	s.P256 = s.keepFile(s.p256, "二号设计图")
	s.decide(3, s.admission("second notary", logtypes.INSTITUTION_KIND_NOTARY, 11, ConsensusKey("second notary")))
	s.MLDSA = s.keepFile(s.mldsa, "三号设计图")
	s.powers()
	s.decide(4, s.admission("court of appeal", logtypes.INSTITUTION_KIND_COURT, 12, s.postQuantumKey("court of appeal")))
	s.Block(Next{})
	s.PostQuantum = s.keepFile(s.Admin, "四号设计图")
	s.decide(5, s.removal(storyNotary))
	s.Removed = s.keepFile(s.Admin, "五号设计图")
}

// postQuantumKey makes the same consensus key of the same name each time.
func (s *Story) postQuantumKey(name string) crypto.PrivKey {
	key, err := cmtmldsa.GenPrivKeyFromSeed(Commitment("validator " + name))
	require.NoError(s.T, err)
	return key
}

// powers lets the exchange's power be 11, and then 10, 12, 10 in consecutive blocks,
// each with a deposit. All three are proposed at 11: nobody can propose what is.
func (s *Story) powers() {
	s.decide(4, s.power(storyExchange, 11))
	var votes []func() []byte
	for _, power := range []uint64{10, 12, 10} {
		votes = append(votes, s.propose(4, s.power(storyExchange, power)))
	}
	for i, vote := range votes {
		commitment := Commitment("power " + string(rune('0'+i)))
		s.Block(Next{Txs: [][]byte{vote(), s.Sign(s.Admin, 0, Deposit(s.Admin, s.Enterprise, commitment))}})
		s.Powers[i] = s.lastRecord()
	}
}

// oddities of blocks and of transactions.
func (s *Story) oddities() {
	two := []sdk.Msg{Deposit(s.Admin, s.Enterprise, Commitment("sibling 1")), Deposit(s.Admin, s.Enterprise, Commitment("sibling 2"))}
	require.Zero(s.T, s.Block(Next{Txs: [][]byte{s.Sign(s.Admin, 0, two...)}})[0].Code)
	s.Siblings = [2]uint64{s.lastRecord() - 1, s.lastRecord()}
	s.MustIn(Next{Pause: storyStall}, s.Admin, Deposit(s.Admin, s.Enterprise, Commitment("stalled")), nil)
	s.Stalled = s.lastRecord()
	s.Round = s.keepFile(s.Admin, "六号设计图")
	validators := s.State.Validators.Validators
	s.Block(Next{Round: 2, Nil: []crypto.Address{validators[1].Address}})
	s.Absent = s.keepFile(s.Admin, "七号设计图")
	s.Block(Next{Absent: []crypto.Address{s.State.Validators.Validators[0].Address}})
	// The notary's officer is the administrator: a second holder of one key.
	appoint(s.Consensus, "notary", s.Admin.Name, 0, logtypes.ROLE_NOTARY)
}

// busy deposits some records a day.
func (s *Story) busy() {
	s.BusyFrom = s.Now()
	for day := range BusyDays {
		for n := range BusyPerDay {
			commitment := Commitment("busy " + string(rune('a'+day)) + string(rune('a'+n)))
			s.MustIn(Next{Pause: 24 * time.Hour / BusyPerDay}, s.secp, Deposit(s.secp, s.Busy, commitment), nil)
			s.Deposits = append(s.Deposits, s.lastRecord())
		}
	}
	s.Secp256k1 = s.Deposits[0]
}

// lastRecord is the last entry, which is a record.
func (s *Story) lastRecord() uint64 {
	head, err := s.App.LogKeeper.Head(s.Ctx())
	require.NoError(s.T, err)
	e, err := s.App.LogKeeper.Entry(s.Ctx(), head.Size_-1)
	require.NoError(s.T, err)
	require.NotNil(s.T, e.GetRecord(), "expected a record at last, got %s", e.Kind())
	return e.Seq
}
