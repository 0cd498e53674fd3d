package testutil_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// asked collects a chain's answers.
type asked struct {
	t       *testing.T
	c       *testutil.Chain
	answers map[string]string
	methods map[string]bool
}

// ask asks one query; an error is an answer too.
func (a *asked) ask(method string, req interface{ Marshal() ([]byte, error) }) {
	data, err := req.Marshal()
	require.NoError(a.t, err)
	resp, err := a.c.App.Query(context.Background(), &abci.RequestQuery{Path: "/" + method, Data: data})
	require.NoError(a.t, err)
	a.methods[method] = true
	a.answers[fmt.Sprintf("%s %v", method, req)] = fmt.Sprintf("%d %s %x", resp.Code, resp.Log, resp.Value)
}

// answers asks every query of the four modules about every object there is, and
// about one more that is not there.
func answers(t *testing.T, c *testutil.Chain) map[string]string {
	a := &asked{t: t, c: c, answers: map[string]string{}, methods: map[string]bool{}}
	a.log()
	a.consortium()
	a.enterprise()
	a.evidence()
	for _, module := range []string{"log", "consortium", "enterprise", "evidence"} {
		queries := service(t, "ink."+module+".v1.Query")
		for i := range queries.Methods().Len() {
			name := string(queries.FullName()) + "/" + string(queries.Methods().Get(i).Name())
			require.True(t, a.methods[name], "expected %s to be asked", name)
		}
	}
	return a.answers
}

func (a *asked) log() {
	const service = "ink.log.v1.Query/"
	head, err := a.c.App.LogKeeper.Head(a.c.Ctx())
	require.NoError(a.t, err)
	a.ask(service+"Head", &logtypes.QueryHeadRequest{})
	a.ask(service+"ApplicationCounter", &logtypes.QueryApplicationCounterRequest{})
	for seq := range head.Size_ + 1 {
		a.ask(service+"Entry", &logtypes.QueryEntryRequest{Seq: seq})
		a.ask(service+"CertificateStatus", &logtypes.QueryCertificateStatusRequest{CertSeq: seq})
		a.ask(service+"EvidenceStatus", &logtypes.QueryEvidenceStatusRequest{EvidenceSeq: seq})
		if seq%logtypes.MaxPage == 0 {
			a.ask(service+"Entries", &logtypes.QueryEntriesRequest{From: seq})
		}
	}
	keys, err := a.c.App.ConsortiumKeeper.ExportGenesis(a.c.Ctx())
	require.NoError(a.t, err)
	for id := range uint64(len(keys.Keys) + 2) {
		a.ask(service+"KeyStatus", &logtypes.QueryKeyStatusRequest{KeyId: id})
	}
	enterprises, err := a.c.App.EnterpriseKeeper.ExportGenesis(a.c.Ctx())
	require.NoError(a.t, err)
	for id := range uint64(len(enterprises.Enterprises) + 2) {
		a.ask(service+"EnterpriseCounter", &logtypes.QueryEnterpriseCounterRequest{EnterpriseId: id})
	}
}

func (a *asked) consortium() {
	const service = "ink.consortium.v1.Query/"
	state, err := a.c.App.ConsortiumKeeper.ExportGenesis(a.c.Ctx())
	require.NoError(a.t, err)
	page := &query.PageRequest{Limit: 100}
	a.government(service, state, page)
	a.ask(service+"Institutions", &consortiumtypes.QueryInstitutionsRequest{Pagination: page})
	a.ask(service+"Officers", &consortiumtypes.QueryOfficersRequest{Pagination: page})
	for id := range uint64(len(state.Institutions) + 2) {
		a.ask(service+"Institution", &consortiumtypes.QueryInstitutionRequest{Id: id})
	}
	for id := range uint64(len(state.Officers) + 2) {
		a.ask(service+"Officer", &consortiumtypes.QueryOfficerRequest{Id: id})
	}
	for id := range uint64(len(state.Keys) + 2) {
		a.ask(service+"Key", &consortiumtypes.QueryKeyRequest{Id: id})
	}
	for _, address := range append(a.addresses(), testutil.NewSigner("nobody").Address()) {
		a.ask(service+"KeyByAddress", &consortiumtypes.QueryKeyByAddressRequest{Address: address})
	}
}

// government asks for what was decided and what was given to consensus.
func (a *asked) government(service string, state *consortiumtypes.GenesisState, page *query.PageRequest) {
	a.ask(service+"Params", &consortiumtypes.QueryParamsRequest{})
	a.ask(service+"Validators", &consortiumtypes.QueryValidatorsRequest{})
	a.ask(service+"ValidatorSets", &consortiumtypes.QueryValidatorSetsRequest{Pagination: page})
	for status := range consortiumtypes.ProposalStatus_name {
		a.ask(service+"Proposals", &consortiumtypes.QueryProposalsRequest{Status: consortiumtypes.ProposalStatus(status), Pagination: page})
	}
	for id := range uint64(len(state.Proposals) + 2) {
		a.ask(service+"Proposal", &consortiumtypes.QueryProposalRequest{Id: id})
	}
	for id := range uint64(len(state.Institutions) + 2) {
		a.ask(service+"Uptime", &consortiumtypes.QueryUptimeRequest{InstitutionId: id, Pagination: page})
	}
	for _, k := range state.ConsensusKeys {
		address, err := k.PublicKey.ConsensusAddress()
		require.NoError(a.t, err)
		a.ask(service+"ConsensusKey", &consortiumtypes.QueryConsensusKeyRequest{Address: fmt.Sprintf("%X", address)})
	}
	for height := range uint64(a.c.Height + 3) {
		a.ask(service+"ValidatorSet", &consortiumtypes.QueryValidatorSetRequest{Height: height})
	}
}

// addresses of all bound keys.
func (a *asked) addresses() []string {
	state, err := a.c.App.ConsortiumKeeper.ExportGenesis(a.c.Ctx())
	require.NoError(a.t, err)
	var list []string
	for _, k := range state.Keys {
		key, err := k.PublicKey.CryptoKey()
		require.NoError(a.t, err)
		address, err := a.c.App.AddressCodec.BytesToString(key.Address())
		require.NoError(a.t, err)
		list = append(list, address)
	}
	return list
}

func (a *asked) enterprise() {
	const service = "ink.enterprise.v1.Query/"
	state, err := a.c.App.EnterpriseKeeper.ExportGenesis(a.c.Ctx())
	require.NoError(a.t, err)
	page := &query.PageRequest{Limit: 100}
	a.ask(service+"Params", &enterprisetypes.QueryParamsRequest{})
	a.ask(service+"Enterprises", &enterprisetypes.QueryEnterprisesRequest{Pagination: page})
	a.ask(service+"Qualifications", &enterprisetypes.QueryQualificationsRequest{Pagination: page})
	for id := range uint64(len(state.Users) + 2) {
		a.ask(service+"User", &enterprisetypes.QueryUserRequest{Id: id})
		a.ask(service+"Memberships", &enterprisetypes.QueryMembershipsRequest{UserId: id})
	}
	for _, address := range a.addresses() {
		a.ask(service+"UserByAddress", &enterprisetypes.QueryUserByAddressRequest{Address: address})
	}
	for id := range uint64(len(state.Enterprises) + 2) {
		a.ask(service+"Enterprise", &enterprisetypes.QueryEnterpriseRequest{Id: id})
		a.ask(service+"Members", &enterprisetypes.QueryMembersRequest{EnterpriseId: id, Pagination: page})
		a.ask(service+"Quota", &enterprisetypes.QueryQuotaRequest{EnterpriseId: id})
		for user := range uint64(len(state.Users) + 2) {
			a.ask(service+"Member", &enterprisetypes.QueryMemberRequest{EnterpriseId: id, UserId: user})
		}
	}
	for _, e := range state.Enterprises {
		a.ask(service+"EnterpriseByUscc", &enterprisetypes.QueryEnterpriseByUsccRequest{Uscc: e.Uscc})
	}
	for id := range uint64(len(state.Qualifications) + 2) {
		a.ask(service+"Qualification", &enterprisetypes.QueryQualificationRequest{Id: id})
	}
}

func (a *asked) evidence() {
	const service = "ink.evidence.v1.Query/"
	head, err := a.c.App.LogKeeper.Head(a.c.Ctx())
	require.NoError(a.t, err)
	for seq := range head.Size_ {
		e, err := a.c.App.LogKeeper.Entry(a.c.Ctx(), seq)
		require.NoError(a.t, err)
		switch e.Kind() {
		case "record":
			number, err := format.EvidenceNumber(seq, e.BlockTime)
			require.NoError(a.t, err)
			a.ask(service+"Record", &evidencetypes.QueryRecordRequest{Number: number})
			a.ask(service+"Certificate", &evidencetypes.QueryCertificateRequest{Id: strings.Replace(number, "CZ", "ZS", 1)})
		case "certificate_applied":
			a.ask(service+"Certificate", &evidencetypes.QueryCertificateRequest{Id: fmt.Sprint(seq)})
		case "certificate_issued":
			number, err := format.CertificateNumber(seq, e.BlockTime)
			require.NoError(a.t, err)
			a.ask(service+"Certificate", &evidencetypes.QueryCertificateRequest{Id: number})
		}
	}
	for state := range logtypes.CertificateState_name {
		for enterprise := range uint64(30) {
			a.ask(service+"Certificates", &evidencetypes.QueryCertificatesRequest{
				EnterpriseId: enterprise, State: logtypes.CertificateState(state), Pagination: &query.PageRequest{Limit: 100},
			})
		}
	}
}
