package testutil

import (
	"crypto/sha256"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Institution is an institution of tests.
type Institution struct {
	Name string
	Kind logtypes.InstitutionKind
	USCC string
}

// Institutions of tests, by id from 1.
var Institutions = []Institution{
	{"center", logtypes.INSTITUTION_KIND_CENTER, "12330000000000001C"},
	{"court", logtypes.INSTITUTION_KIND_COURT, "11330000000000002J"},
	{"notary", logtypes.INSTITUTION_KIND_NOTARY, "12330000000000003J"},
	{"exchange", logtypes.INSTITUTION_KIND_EXCHANGE, "91330000000000004G"},
}

// Operator of an institution.
func Operator(institution string) Signer { return NewSigner(institution + "-operator") }

func consensusKey(in Institution) cmted25519.PrivKey { return ConsensusKey(in.Name) }

// ConsensusKey makes the same consensus key of the same name each time.
func ConsensusKey(name string) cmted25519.PrivKey {
	seed := sha256.Sum256([]byte("inkd test validator " + name))
	return cmted25519.GenPrivKeyFromSecret(seed[:])
}

// Founding is the founding of tests: four institutions of equal power.
func Founding() app.Founding {
	f := app.Founding{ChainID: ChainID, LogID: Commitment("log id"), Params: &consortiumtypes.Params{EpochBlocks: 1}}
	for _, in := range Institutions {
		f.Founders = append(f.Founders, consortiumtypes.GenesisInstitution{
			Name: in.Name, Kind: in.Kind, Uscc: in.USCC,
			OperatorKey: Operator(in.Name).PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE,
			ConsensusKey: PublicConsensusKey(consensusKey(in)),
			Power:        10,
		})
	}
	return f
}

// USCCs of enterprises in tests.
var USCCs = []string{"91330000000000100R", "91330000000000200F", "913300000000003005"}

// World is a chain with everybody in it.
type World struct {
	*Chain
	People
}

// NewWorld founds a chain and fills it by real transactions.
func NewWorld(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{Chain: NewChain(t, o)}
	w.People = NewPeople(w.Chain)
	return w
}

// Officer appoints an officer of an institution.
func (c *Chain) Officer(institution, name string, enrolCap uint64, roles ...logtypes.Role) Signer {
	return appoint(c, institution, name, enrolCap, roles...)
}

// Deposit is the message of a deposit in category 1.
func Deposit(s Signer, enterprise uint64, commitment []byte) *evidencetypes.MsgSubmitRecord {
	return &evidencetypes.MsgSubmitRecord{
		Submitter: s.Address(), EnterpriseId: enterprise, Kind: logtypes.RECORD_KIND_DATA_PACKAGE,
		Category: 1, Commitment: commitment,
	}
}
