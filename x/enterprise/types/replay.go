package types

import (
	"bytes"
	"slices"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Replay is what the entries of the log say of enterprises, members and
// qualifications. Its tables are looked up and counted, never iterated.
type Replay struct {
	enterprises    map[uint64]Enterprise
	members        map[[2]uint64]Member // by enterprise and user
	qualifications map[uint64]Qualification
	// params are the decided ones, nil if there was no decision; categories are those
	// of all decisions, which are never taken back.
	params     *Params
	categories []Category
	wrong      error
}

// NewReplay is the replay of an empty log.
func NewReplay() *Replay {
	return &Replay{
		enterprises: map[uint64]Enterprise{}, members: map[[2]uint64]Member{}, qualifications: map[uint64]Qualification{},
	}
}

// Enter takes the next entry of the log.
func (r *Replay) Enter(entry *logtypes.Entry) {
	switch b := entry.Body.(type) {
	case *logtypes.Entry_EnterpriseCertified:
		e := b.EnterpriseCertified
		r.enterprises[e.EnterpriseId] = Enterprise{
			Id: e.EnterpriseId, Name: e.Name, Uscc: e.Uscc, State: ENTERPRISE_STATE_CERTIFIED,
			Administrator: e.Administrator, DossierCommitment: e.DossierCommitment,
		}
	case *logtypes.Entry_EnterpriseSuspended:
		e := r.enterprises[b.EnterpriseSuspended.EnterpriseId]
		e.State = ENTERPRISE_STATE_CERTIFIED // lifted: the reason stays
		if !b.EnterpriseSuspended.Lifted {
			e.State, e.Reason = ENTERPRISE_STATE_SUSPENDED, uint32(b.EnterpriseSuspended.Reason)
		}
		r.enterprises[b.EnterpriseSuspended.EnterpriseId] = e
	case *logtypes.Entry_MemberGranted:
		m := b.MemberGranted
		granted := Member{EnterpriseId: m.EnterpriseId, UserId: m.UserId, State: MEMBER_STATE_ACTIVE}
		for _, right := range m.Rights {
			granted.Rights = append(granted.Rights, Right(right))
		}
		r.members[[2]uint64{m.EnterpriseId, m.UserId}] = granted
	case *logtypes.Entry_MemberRemoved:
		m := b.MemberRemoved
		r.members[[2]uint64{m.EnterpriseId, m.UserId}] = Member{EnterpriseId: m.EnterpriseId, UserId: m.UserId, State: MEMBER_STATE_REMOVED}
	case *logtypes.Entry_QualificationDecided:
		r.decide(b.QualificationDecided)
	case *logtypes.Entry_QualificationRevoked:
		q := r.qualifications[b.QualificationRevoked.QualificationId]
		q.State, q.Reason = QUALIFICATION_STATE_REVOKED, uint32(b.QualificationRevoked.Reason)
		r.qualifications[b.QualificationRevoked.QualificationId] = q
	case *logtypes.Entry_ParametersChanged:
		r.decideParams(b.ParametersChanged)
	}
}

func (r *Replay) decide(d *logtypes.QualificationDecided) {
	state := QUALIFICATION_STATE_REJECTED
	if d.Approved {
		state = QUALIFICATION_STATE_APPROVED
	}
	r.qualifications[d.QualificationId] = Qualification{
		Id: d.QualificationId, EnterpriseId: d.EnterpriseId, Categories: d.Categories, FormCommitment: d.FormCommitment,
		TemplateVersion: d.TemplateVersion, State: state, Reason: uint32(d.Reason),
	}
}

// paramsModule is the module's name in entries of parameters: its proto package.
const paramsModule = "ink.enterprise.v1"

func (r *Replay) decideParams(e *logtypes.ParametersChanged) {
	if e.Module != paramsModule {
		return
	}
	m := new(MsgUpdateParams)
	if err := m.Unmarshal(e.Message); err != nil {
		r.wrong = invalid("params", "expected parameters in the log: %s", err)
		return
	}
	r.params = &m.Params
	known := Params{Categories: r.categories}
	r.categories = append(r.categories, known.Former(m.Params.Categories)...)
}

// checkParams compares the parameters with the last decision, and all categories
// with those of every decision. What the first genesis had stands in no entry.
func (r *Replay) checkParams(g *GenesisState) error {
	if r.wrong != nil || r.params == nil {
		return r.wrong
	}
	if !slices.Equal(g.Params.Categories, r.params.Categories) || g.Params.Quota != r.params.Quota {
		return invalid("params", "expected those of the last decision in the log, got others")
	}
	ever := g.ever()
	for _, want := range r.categories {
		if got, _ := ever.Category(want.Code); got != want {
			return invalid("former_categories", "expected %d %s %s as in the log, got %d %s %s", want.Code, want.Name, want.Zh, got.Code, got.Name, got.Zh)
		}
	}
	return nil
}

// Check refuses a genesis that says anything else than the log of what the log
// knows, that adds to it or leaves out. Error: ErrInvalidGenesis naming the field.
func (r *Replay) Check(g *GenesisState) error {
	if err := r.checkParams(g); err != nil {
		return err
	}
	if err := r.checkEnterprises(g); err != nil {
		return err
	}
	if err := r.checkMembers(g); err != nil {
		return err
	}
	return r.checkQualifications(g)
}

func (r *Replay) checkEnterprises(g *GenesisState) error {
	found := 0
	for i, e := range g.Enterprises {
		at := field("enterprises", i)
		want, logged := r.enterprises[e.Id]
		switch {
		case !logged && !e.Stands():
			continue // an application, of which the log knows nothing
		case !logged:
			return invalid(at("state"), "expected pending or rejected, since the log has no certification, got %s", e.State.Word())
		case e.State != want.State:
			return invalid(at("state"), "expected %s as in the log, got %s", want.State.Word(), e.State.Word())
		case e.Name != want.Name:
			return invalid(at("name"), "expected %s as in the log, got %s", want.Name, e.Name)
		case e.Uscc != want.Uscc:
			return invalid(at("uscc"), "expected %s as in the log, got %s", want.Uscc, e.Uscc)
		case e.Administrator != want.Administrator:
			return invalid(at("administrator"), "expected user %d as in the log, got %d", want.Administrator, e.Administrator)
		case e.Reason != want.Reason:
			return invalid(at("reason"), "expected %d as in the log, got %d", want.Reason, e.Reason)
		case !bytes.Equal(e.DossierCommitment, want.DossierCommitment):
			return invalid(at("dossier_commitment"), "expected %x as in the log, got %x", want.DossierCommitment, e.DossierCommitment)
		}
		found++
	}
	return complete("enterprises", len(r.enterprises), found)
}

// checkMembers knows that an application and its refusal leave no entry, also
// after a removal.
func (r *Replay) checkMembers(g *GenesisState) error {
	found := 0
	for i, m := range g.Members {
		at := field("members", i)
		want, logged := r.members[[2]uint64{m.EnterpriseId, m.UserId}]
		undecided := m.State == MEMBER_STATE_APPLIED || m.State == MEMBER_STATE_REJECTED
		switch {
		case !logged && !undecided:
			return invalid(at("state"), "expected applied or rejected, since the log has no entry of user %d in enterprise %d, got %s", m.UserId, m.EnterpriseId, m.State.Word())
		case !logged:
			continue
		case m.State != want.State && (want.State == MEMBER_STATE_ACTIVE || !undecided):
			return invalid(at("state"), "expected %s as in the log, got %s", want.State.Word(), m.State.Word())
		case !slices.Equal(m.Rights, want.Rights):
			return invalid(at("rights"), "expected %v as in the log, got %v", RightNumbers(want.Rights), RightNumbers(m.Rights))
		}
		found++
	}
	return complete("members", len(r.members), found)
}

func (r *Replay) checkQualifications(g *GenesisState) error {
	found := 0
	for i, q := range g.Qualifications {
		at := field("qualifications", i)
		want, logged := r.qualifications[q.Id]
		switch {
		case !logged && q.State == QUALIFICATION_STATE_PENDING:
			continue
		case !logged:
			return invalid(at("state"), "expected pending, since the log has no decision, got %s", q.State.Word())
		case q.State != want.State:
			return invalid(at("state"), "expected %s as in the log, got %s", want.State.Word(), q.State.Word())
		case q.EnterpriseId != want.EnterpriseId:
			return invalid(at("enterprise_id"), "expected %d as in the log, got %d", want.EnterpriseId, q.EnterpriseId)
		case !slices.Equal(q.Categories, want.Categories):
			return invalid(at("categories"), "expected %v as in the log, got %v", want.Categories, q.Categories)
		case !bytes.Equal(q.FormCommitment, want.FormCommitment):
			return invalid(at("form_commitment"), "expected %x as in the log, got %x", want.FormCommitment, q.FormCommitment)
		case q.TemplateVersion != want.TemplateVersion:
			return invalid(at("template_version"), "expected %d as in the log, got %d", want.TemplateVersion, q.TemplateVersion)
		case q.Reason != want.Reason:
			return invalid(at("reason"), "expected %d as in the log, got %d", want.Reason, q.Reason)
		}
		found++
	}
	return complete("qualifications", len(r.qualifications), found)
}

// complete refuses a table that leaves out what the log has; each of its rows has
// a key of its own.
func complete(table string, logged, found int) error {
	if found != logged {
		return invalid(table, "expected all %d that the log has, got %d of them", logged, found)
	}
	return nil
}
