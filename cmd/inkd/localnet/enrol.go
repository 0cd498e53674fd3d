package localnet

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// registry brings the chain to where the demo enterprise may deposit. Each step
// looks at the chain and does only what is missing, so that it can be interrupted
// and run again; there is no marker file.
type registry struct {
	net *network
	ctx client.Context
	// send signs messages with a key, broadcasts them and waits for the commit; it
	// returns the height of the block.
	send func(ctx context.Context, from string, msgs ...sdk.Msg) (height int64, err error)
}

// enrol enrols officers, users and the demo enterprise, and returns its id.
func (n *network) enrol(ctx context.Context) (uint64, error) {
	g, err := n.newRegistry()
	if err != nil {
		return 0, err
	}
	if err := g.officers(ctx); err != nil {
		return 0, fmt.Errorf("officers: %w", err)
	}
	if err := g.users(ctx); err != nil {
		return 0, fmt.Errorf("users: %w", err)
	}
	id, err := g.enterprise(ctx)
	if err != nil {
		return 0, fmt.Errorf("enterprise: %w", err)
	}
	if err := g.apply(ctx, id); err != nil {
		return id, fmt.Errorf("applications: %w", err)
	}
	if err := g.approve(ctx, id); err != nil {
		return id, fmt.Errorf("approvals: %w", err)
	}
	return id, nil
}

// step sends one signer's messages and says so. It returns when all nodes have the
// block: a transaction may go to any of them next.
func (g *registry) step(ctx context.Context, what, from string, msgs ...sdk.Msg) error {
	began := time.Now()
	height, err := g.send(ctx, from, msgs...)
	if err != nil {
		return fmt.Errorf("%s, signed by %s: %w", what, from, err)
	}
	if _, err := g.net.awaitNodes(ctx, height); err != nil {
		return err
	}
	g.net.sayf("登记 · enrolling  %-44s %-17s block %-4d %.1f s", what, from, height, time.Since(began).Seconds())
	return nil
}

// officers has each institution's operator appoint the officers that are missing.
func (g *registry) officers(ctx context.Context) error {
	var steps []func() error
	for _, f := range founders[:len(g.net.Nodes)] {
		var missing []sdk.Msg
		for _, o := range f.officers {
			key, found, err := g.key(ctx, o.key)
			if err != nil {
				return err
			}
			if !found || key.OfficerId == 0 {
				m, err := g.appointment(f, o)
				if err != nil {
					return err
				}
				missing = append(missing, m)
			}
		}
		if len(missing) > 0 {
			what := fmt.Sprintf("%s: officers appointed (%d)", f.name, len(missing))
			steps = append(steps, func() error { return g.step(ctx, what, f.operator(), missing...) })
		}
	}
	return parallel(steps...)
}

func (g *registry) appointment(f founder, o officer) (sdk.Msg, error) {
	operator, err := g.address(f.operator())
	if err != nil {
		return nil, err
	}
	key, err := publicKey(g.ctx.Keyring, o.key)
	return &consortiumtypes.MsgAppointOfficer{
		Operator: operator, Key: key, Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: []logtypes.Role{o.role}, PersonCommitment: nobody(),
	}, err
}

// users has the registrar enrol the people of the demo enterprise.
func (g *registry) users(ctx context.Context) error {
	registrar, err := g.address("center-registrar")
	if err != nil {
		return err
	}
	var missing []sdk.Msg
	for _, name := range []string{demoAdmin, demoEmployee} {
		key, found, err := g.key(ctx, name)
		if err != nil {
			return err
		}
		if found && key.UserId != 0 {
			continue
		}
		pub, err := publicKey(g.ctx.Keyring, name)
		if err != nil {
			return err
		}
		missing = append(missing, &enterprisetypes.MsgEnrolUser{
			Officer: registrar, Key: pub, Custody: logtypes.CUSTODY_SELF_SOFTWARE,
			PersonCommitment: nobody(), AgreementVersion: 1,
		})
	}
	if len(missing) == 0 {
		return nil
	}
	return g.step(ctx, fmt.Sprintf("users enrolled (%d)", len(missing)), "center-registrar", missing...)
}

// enterprise has the administrator apply and the registrar approve.
func (g *registry) enterprise(ctx context.Context) (uint64, error) {
	e, err := g.demoEnterprise(ctx)
	if err != nil {
		return 0, err
	}
	if e == nil {
		admin, err := g.address(demoAdmin)
		if err != nil {
			return 0, err
		}
		if err := g.step(ctx, "enterprise applied for", demoAdmin, &enterprisetypes.MsgApplyEnterprise{
			Applicant: admin, Name: demoEnterprise, Uscc: demoUSCC, DossierCommitment: nobody(),
		}); err != nil {
			return 0, err
		}
		if e, err = g.demoEnterprise(ctx); err != nil {
			return 0, err
		}
		if e == nil {
			return 0, errors.New("expected the application on the chain, got none")
		}
	}
	if e.State != enterprisetypes.ENTERPRISE_STATE_PENDING {
		return e.Id, nil
	}
	registrar, err := g.address("center-registrar")
	if err != nil {
		return 0, err
	}
	return e.Id, g.step(ctx, "enterprise certified", "center-registrar",
		&enterprisetypes.MsgReviewEnterprise{Officer: registrar, EnterpriseId: e.Id, Approve: true})
}

// demoEnterprise finds the certified enterprise or its pending application.
func (g *registry) demoEnterprise(ctx context.Context) (*enterprisetypes.Enterprise, error) {
	q := enterprisetypes.NewQueryClient(g.ctx)
	certified, err := q.EnterpriseByUscc(ctx, &enterprisetypes.QueryEnterpriseByUsccRequest{Uscc: demoUSCC})
	if err == nil {
		return &certified.Enterprise, nil
	}
	if status.Code(err) != codes.NotFound {
		return nil, err
	}
	// The first page is enough: on a chain where it is not, the demo was enrolled.
	all, err := q.Enterprises(ctx, &enterprisetypes.QueryEnterprisesRequest{})
	if err != nil {
		return nil, err
	}
	for _, e := range all.Enterprises {
		if e.Uscc == demoUSCC && e.State == enterprisetypes.ENTERPRISE_STATE_PENDING {
			return &e, nil
		}
	}
	return nil, nil
}

// apply has the employee apply for membership and the administrator for the
// qualification, in one block.
func (g *registry) apply(ctx context.Context, enterprise uint64) error {
	state, user, err := g.membership(ctx, enterprise)
	if err != nil {
		return err
	}
	q, err := g.demoQualification(ctx, enterprise)
	if err != nil {
		return err
	}
	employee, err := g.address(demoEmployee)
	if err != nil {
		return err
	}
	admin, err := g.address(demoAdmin)
	if err != nil {
		return err
	}
	var steps []func() error
	if state == enterprisetypes.MEMBER_STATE_UNSPECIFIED && user != 0 {
		steps = append(steps, func() error {
			return g.step(ctx, "membership applied for", demoEmployee, &enterprisetypes.MsgApplyMembership{
				Applicant: employee, EnterpriseId: enterprise, FormCommitment: nobody(),
			})
		})
	}
	if q == nil {
		steps = append(steps, func() error {
			return g.step(ctx, "qualification applied for", demoAdmin, &enterprisetypes.MsgApplyQualification{
				Manager: admin, EnterpriseId: enterprise, Categories: demoCategories,
				FormCommitment: nobody(), TemplateVersion: 1,
			})
		})
	}
	return parallel(steps...)
}

// approve has the administrator approve the employee and a reviewer the
// qualification, in one block.
func (g *registry) approve(ctx context.Context, enterprise uint64) error {
	state, user, err := g.membership(ctx, enterprise)
	if err != nil {
		return err
	}
	q, err := g.demoQualification(ctx, enterprise)
	if err != nil {
		return err
	}
	admin, err := g.address(demoAdmin)
	if err != nil {
		return err
	}
	reviewer, err := g.address("center-reviewer-1")
	if err != nil {
		return err
	}
	var steps []func() error
	if state == enterprisetypes.MEMBER_STATE_APPLIED {
		steps = append(steps, func() error {
			return g.step(ctx, "membership approved: deposit, certificate", demoAdmin, &enterprisetypes.MsgReviewMembership{
				Manager: admin, EnterpriseId: enterprise, UserId: user, Approve: true,
				Rights: []enterprisetypes.Right{enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE},
			})
		})
	}
	if q != nil && q.State == enterprisetypes.QUALIFICATION_STATE_PENDING {
		steps = append(steps, func() error {
			return g.step(ctx, "qualification approved: manufacturing, other", "center-reviewer-1",
				&enterprisetypes.MsgReviewQualification{Officer: reviewer, QualificationId: q.Id, Approve: true})
		})
	}
	return parallel(steps...)
}

// membership is where the employee's membership stands, unspecified if there is none.
func (g *registry) membership(ctx context.Context, enterprise uint64) (enterprisetypes.MemberState, uint64, error) {
	key, _, err := g.key(ctx, demoEmployee)
	if err != nil {
		return 0, 0, err
	}
	m, err := enterprisetypes.NewQueryClient(g.ctx).Member(ctx, &enterprisetypes.QueryMemberRequest{EnterpriseId: enterprise, UserId: key.UserId})
	if status.Code(err) == codes.NotFound {
		return enterprisetypes.MEMBER_STATE_UNSPECIFIED, key.UserId, nil
	}
	if err != nil {
		return 0, 0, err
	}
	return m.Member.State, key.UserId, nil
}

// demoQualification is the enterprise's first qualification that stands or waits.
func (g *registry) demoQualification(ctx context.Context, enterprise uint64) (*enterprisetypes.Qualification, error) {
	all, err := enterprisetypes.NewQueryClient(g.ctx).Qualifications(ctx, &enterprisetypes.QueryQualificationsRequest{})
	if err != nil {
		return nil, err
	}
	for _, q := range all.Qualifications {
		if q.EnterpriseId == enterprise && q.State <= enterprisetypes.QUALIFICATION_STATE_APPROVED {
			return &q, nil
		}
	}
	return nil, nil
}

// key is what the chain says of a key of the client home.
func (g *registry) key(ctx context.Context, name string) (consortiumtypes.Key, bool, error) {
	address, err := g.address(name)
	if err != nil {
		return consortiumtypes.Key{}, false, err
	}
	resp, err := consortiumtypes.NewQueryClient(g.ctx).KeyByAddress(ctx, &consortiumtypes.QueryKeyByAddressRequest{Address: address})
	if status.Code(err) == codes.NotFound {
		return consortiumtypes.Key{}, false, nil
	}
	if err != nil {
		return consortiumtypes.Key{}, false, err
	}
	return resp.Key, true, nil
}

func (g *registry) address(name string) (string, error) {
	k, err := g.ctx.Keyring.Key(name)
	if err != nil {
		return "", fmt.Errorf("key %s: %w", name, err)
	}
	a, err := k.GetAddress()
	return a.String(), err
}

// nobody is a commitment that cannot be opened: behind the demo's officers, people
// and forms stand no real ones.
func nobody() []byte {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // never: crypto/rand does not fail
	}
	h := sha256.Sum256(b[:])
	return h[:]
}

// parallel runs steps of different signers at the same time, so that they share blocks.
func parallel(steps ...func() error) error {
	errs := make(chan error)
	for _, s := range steps {
		go func() { errs <- s() }()
	}
	var all []error
	for range steps {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}
