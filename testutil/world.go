package testutil

import (
	"crypto/sha256"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
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
			ConsensusKey: consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: consensusKey(in).PubKey().Bytes()},
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
	Registrar, Enroller, Reviewer1, Reviewer2, Certifier, Cashier, Registry, Notary, Judge Signer
	// Users and their ids.
	Admin, Employee, Outsider       Signer
	AdminID, EmployeeID, OutsiderID uint64
	// Enterprise is certified and qualified for categories 1 and 3.
	Enterprise uint64
}

// NewWorld founds a chain and fills it by real transactions.
func NewWorld(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{Chain: NewChain(t, o)}
	w.Registrar = w.Officer("center", "registrar", 0, logtypes.ROLE_REGISTRAR)
	w.Enroller = w.Officer("center", "enroller", 1000, logtypes.ROLE_ENROLLER)
	w.Reviewer1 = w.Officer("center", "reviewer-1", 0, logtypes.ROLE_REVIEWER)
	w.Reviewer2 = w.Officer("center", "reviewer-2", 0, logtypes.ROLE_REVIEWER)
	w.Certifier = w.Officer("center", "certifier", 0, logtypes.ROLE_CERTIFIER)
	w.Cashier = w.Officer("center", "cashier", 0, logtypes.ROLE_CASHIER)
	w.Registry = w.Officer("center", "registry", 0, logtypes.ROLE_REGISTRY)
	w.Judge = w.Officer("court", "judge", 0, logtypes.ROLE_JUDGE)
	w.Notary = w.Officer("notary", "notary-officer", 0, logtypes.ROLE_NOTARY)
	w.Admin, w.AdminID = w.User("admin")
	w.Employee, w.EmployeeID = w.User("employee")
	w.Outsider, w.OutsiderID = w.User("outsider")
	w.Enterprise = w.NewEnterprise(w.Admin, "浙江示例数据科技有限公司", USCCs[0])
	w.Join(w.Enterprise, w.Admin, w.Employee, w.EmployeeID, enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE)
	w.Qualify(w.Enterprise, w.Admin, 1, 3)
	return w
}

// Officer appoints an officer of an institution.
func (c *Chain) Officer(institution, name string, enrolCap uint64, roles ...logtypes.Role) Signer {
	c.T.Helper()
	s := NewSigner(name)
	c.Must(Operator(institution), &consortiumtypes.MsgAppointOfficer{
		Operator: Operator(institution).Address(), Key: s.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: roles, EnrolCap: enrolCap, PersonCommitment: Commitment(name),
	}, nil)
	return s
}

// User enrols a user.
func (w *World) User(name string) (Signer, uint64) {
	w.T.Helper()
	s := NewSigner(name)
	return s, w.Enrol(s)
}

// Enrol enrols a key of any type.
func (w *World) Enrol(s Signer) uint64 {
	w.T.Helper()
	var r enterprisetypes.MsgEnrolUserResponse
	w.Must(w.Registrar, &enterprisetypes.MsgEnrolUser{
		Officer: w.Registrar.Address(), Key: s.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		PersonCommitment: Commitment(s.Name), AgreementVersion: 1,
	}, &r)
	return r.UserId
}

// NewEnterprise certifies an enterprise with its administrator.
func (w *World) NewEnterprise(admin Signer, name, uscc string) uint64 {
	w.T.Helper()
	var r enterprisetypes.MsgApplyEnterpriseResponse
	w.Must(admin, &enterprisetypes.MsgApplyEnterprise{
		Applicant: admin.Address(), Name: name, Uscc: uscc, DossierCommitment: Commitment(name),
	}, &r)
	w.Must(w.Registrar, &enterprisetypes.MsgReviewEnterprise{
		Officer: w.Registrar.Address(), EnterpriseId: r.EnterpriseId, Approve: true,
	}, nil)
	return r.EnterpriseId
}

// Join makes a user a member of an enterprise.
func (w *World) Join(enterprise uint64, admin, user Signer, userID uint64, rights ...enterprisetypes.Right) {
	w.T.Helper()
	w.Must(user, &enterprisetypes.MsgApplyMembership{
		Applicant: user.Address(), EnterpriseId: enterprise, FormCommitment: Commitment(user.Name),
	}, nil)
	w.Must(admin, &enterprisetypes.MsgReviewMembership{
		Manager: admin.Address(), EnterpriseId: enterprise, UserId: userID, Approve: true, Rights: rights,
	}, nil)
}

// Qualify gives an enterprise the qualification for categories.
func (w *World) Qualify(enterprise uint64, admin Signer, categories ...uint32) uint64 {
	w.T.Helper()
	var r enterprisetypes.MsgApplyQualificationResponse
	w.Must(admin, &enterprisetypes.MsgApplyQualification{
		Manager: admin.Address(), EnterpriseId: enterprise, Categories: categories,
		FormCommitment: Commitment("form"), TemplateVersion: 1,
	}, &r)
	w.Must(w.Reviewer1, &enterprisetypes.MsgReviewQualification{
		Officer: w.Reviewer1.Address(), QualificationId: r.QualificationId, Approve: true,
	}, nil)
	return r.QualificationId
}

// Submit deposits a commitment.
func (w *World) Submit(s Signer, enterprise uint64, commitment []byte) uint64 {
	w.T.Helper()
	var r evidencetypes.MsgSubmitRecordResponse
	w.Must(s, Deposit(s, enterprise, commitment), &r)
	return r.Seq
}

// Deposit is the message of a deposit in category 1.
func Deposit(s Signer, enterprise uint64, commitment []byte) *evidencetypes.MsgSubmitRecord {
	return &evidencetypes.MsgSubmitRecord{
		Submitter: s.Address(), EnterpriseId: enterprise, Kind: logtypes.RECORD_KIND_DATA_PACKAGE,
		Category: 1, Commitment: commitment,
	}
}
