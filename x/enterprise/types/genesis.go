package types

import (
	"fmt"
	"slices"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// DefaultGenesis has the default parameters and nobody.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks every field and every reference between the tables. Error:
// ErrInvalidGenesis naming the field, as in `users[3].key_id: expected …`.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	for _, check := range []func() error{
		g.validateFormer, g.validateUsers, g.validateEnterprises, g.validateMembers, g.validateAdministrators,
		g.validateQualifications, g.validateQuotaUses,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// validateFormer checks the categories that the parameters leave out, against those
// too.
func (g GenesisState) validateFormer() error {
	if n := len(g.FormerCategories); n > MaxFormer {
		return invalid("former_categories", "expected at most %d, got %d", MaxFormer, n)
	}
	if err := validateCategories("former_categories", g.FormerCategories, invalid); err != nil {
		return err
	}
	for i, old := range g.FormerCategories {
		for _, c := range g.Params.Categories {
			if c.Code == old.Code || c.Name == old.Name || c.Zh == old.Zh {
				return invalid(field("former_categories", i)("code"), "expected code and names that are no present category's, got %d %s %s", old.Code, old.Name, old.Zh)
			}
		}
	}
	return nil
}

// ever are all categories that there were, as parameters to look them up in.
func (g GenesisState) ever() Params {
	return Params{Categories: append(slices.Clone(g.Params.Categories), g.FormerCategories...)}
}

// field names fields of row i of a table.
func field(table string, i int) func(string) string {
	return func(name string) string { return fmt.Sprintf("%s[%d].%s", table, i, name) }
}

func (g GenesisState) validateUsers() error {
	keys := make(map[uint64]bool)
	for i, u := range g.Users {
		at := field("users", i)
		switch {
		case u.Id != uint64(i)+1:
			return invalid(at("id"), "expected %d, got %d", i+1, u.Id)
		case u.KeyId == 0:
			return invalid(at("key_id"), "expected an id from 1, got 0")
		case keys[u.KeyId]:
			return invalid(at("key_id"), "expected a key of no other user, got %d again", u.KeyId)
		case u.AgreementVersion == 0:
			return invalid(at("agreement_version"), "expected a version from 1, got 0")
		case u.EnrolledBy == 0:
			return invalid(at("enrolled_by"), "expected an officer's id from 1, got 0")
		}
		if err := consortiumtypes.CheckCommitment(at("person_commitment"), u.PersonCommitment); err != nil {
			return invalid(at("person_commitment"), "%s", err)
		}
		keys[u.KeyId] = true
	}
	return nil
}

func (g GenesisState) validateEnterprises() error {
	codes, names, pending := make(map[string]bool), make(map[string]bool), make(map[uint64]bool)
	for i, e := range g.Enterprises {
		at := field("enterprises", i)
		if err := g.validateEnterprise(i, e); err != nil {
			return err
		}
		switch {
		case e.Stands() && codes[e.Uscc]:
			return invalid(at("uscc"), "expected a code of no other certified enterprise, got %s again", e.Uscc)
		case e.Stands() && names[FoldName(e.Name)]:
			return invalid(at("name"), "expected a name of no other certified enterprise, got %s again", e.Name)
		case e.Stands():
			codes[e.Uscc], names[FoldName(e.Name)] = true, true
		case e.State == ENTERPRISE_STATE_PENDING && pending[e.Administrator]:
			return invalid(at("state"), "expected one pending application of user %d, got another", e.Administrator)
		case e.State == ENTERPRISE_STATE_PENDING:
			pending[e.Administrator] = true
		}
	}
	return nil
}

func (g GenesisState) validateEnterprise(i int, e Enterprise) error {
	at := field("enterprises", i)
	if e.Id != uint64(i)+1 {
		return invalid(at("id"), "expected %d, got %d", i+1, e.Id)
	}
	if err := CheckName(e.Name); err != nil {
		return invalid(at("name"), "%s", err)
	}
	if err := CheckUSCC(e.Uscc); err != nil {
		return invalid(at("uscc"), "%s", err)
	}
	if e.State == ENTERPRISE_STATE_UNSPECIFIED || !defined(EnterpriseState_name, e.State) {
		return invalid(at("state"), "expected a state of 1 to 4, got %d", e.State)
	}
	if e.Administrator == 0 || e.Administrator > uint64(len(g.Users)) {
		return invalid(at("administrator"), "expected a user of 1 to %d, got %d", len(g.Users), e.Administrator)
	}
	if err := consortiumtypes.CheckCommitment(at("dossier_commitment"), e.DossierCommitment); err != nil {
		return invalid(at("dossier_commitment"), "%s", err)
	}
	// A certified enterprise keeps the reason of a suspension that was lifted.
	refused := e.State == ENTERPRISE_STATE_REJECTED || e.State == ENTERPRISE_STATE_SUSPENDED
	lifted := e.State == ENTERPRISE_STATE_CERTIFIED && e.Reason != 0
	if err := checkReason(e.Reason, refused || lifted); err != nil {
		return invalid(at("reason"), "%s", err)
	}
	if e.Quota > MaxQuota || (e.Quota != 0 && !e.Stands()) {
		return invalid(at("quota"), "expected at most %d, and 0 unless certified or suspended, got %d", MaxQuota, e.Quota)
	}
	return nil
}

func (g GenesisState) validateMembers() error {
	live, pending := make(map[uint64]int), make(map[uint64]int)
	for i, m := range g.Members {
		at := field("members", i)
		if i > 0 {
			if p := g.Members[i-1]; m.EnterpriseId < p.EnterpriseId || (m.EnterpriseId == p.EnterpriseId && m.UserId <= p.UserId) {
				return invalid(at("user_id"), "expected members ascending by enterprise and user, got %d, %d after %d, %d", m.EnterpriseId, m.UserId, p.EnterpriseId, p.UserId)
			}
		}
		if err := g.validateMember(i, m); err != nil {
			return err
		}
		if m.Lives() {
			live[m.UserId]++
		}
		if m.State == MEMBER_STATE_APPLIED {
			pending[m.EnterpriseId]++
		}
		if live[m.UserId] > MaxMemberships {
			return invalid(at("user_id"), "expected at most %d memberships of user %d, got more", MaxMemberships, m.UserId)
		}
		if pending[m.EnterpriseId] > MaxPendingMembers {
			return invalid(at("state"), "expected at most %d pending applications of enterprise %d, got more", MaxPendingMembers, m.EnterpriseId)
		}
	}
	return nil
}

func (g GenesisState) validateMember(i int, m Member) error {
	at := field("members", i)
	e, err := g.standing(at("enterprise_id"), m.EnterpriseId)
	if err != nil {
		return err
	}
	if m.UserId == 0 || m.UserId > uint64(len(g.Users)) {
		return invalid(at("user_id"), "expected a user of 1 to %d, got %d", len(g.Users), m.UserId)
	}
	if m.State == MEMBER_STATE_UNSPECIFIED || !defined(MemberState_name, m.State) {
		return invalid(at("state"), "expected a state of 1 to 4, got %d", m.State)
	}
	if active := m.State == MEMBER_STATE_ACTIVE; active {
		if err := CheckRights(m.Rights); err != nil {
			return invalid(at("rights"), "%s", err)
		}
	} else if len(m.Rights) != 0 {
		return invalid(at("rights"), "expected none unless active, got %d", len(m.Rights))
	}
	if err := checkReason(m.Reason, m.State == MEMBER_STATE_REJECTED); err != nil {
		return invalid(at("reason"), "%s", err)
	}
	if m.UserId == e.Administrator {
		if len(m.FormCommitment) != 0 {
			return invalid(at("form_commitment"), "expected none of the administrator, got %d bytes", len(m.FormCommitment))
		}
		return nil
	}
	if err := consortiumtypes.CheckCommitment(at("form_commitment"), m.FormCommitment); err != nil {
		return invalid(at("form_commitment"), "%s", err)
	}
	return nil
}

// validateAdministrators checks that the administrator of every certified or
// suspended enterprise is its active member with all rights.
func (g GenesisState) validateAdministrators() error {
	found := make(map[uint64]bool)
	for _, m := range g.Members {
		e := g.Enterprises[m.EnterpriseId-1]
		if m.UserId == e.Administrator && m.State == MEMBER_STATE_ACTIVE && len(m.Rights) == len(AllRights()) {
			found[e.Id] = true
		}
	}
	for i, e := range g.Enterprises {
		if e.Stands() && !found[e.Id] {
			return invalid(field("enterprises", i)("administrator"), "expected user %d as active member with all rights, got none", e.Administrator)
		}
	}
	return nil
}

func (g GenesisState) validateQualifications() error {
	pending, ever := make(map[uint64]bool), g.ever()
	for i, q := range g.Qualifications {
		at := field("qualifications", i)
		if q.Id != uint64(i)+1 {
			return invalid(at("id"), "expected %d, got %d", i+1, q.Id)
		}
		if _, err := g.standing(at("enterprise_id"), q.EnterpriseId); err != nil {
			return err
		}
		if err := ever.CheckCategories(q.Categories); err != nil {
			return invalid(at("categories"), "%s", err)
		}
		if err := consortiumtypes.CheckCommitment(at("form_commitment"), q.FormCommitment); err != nil {
			return invalid(at("form_commitment"), "%s", err)
		}
		if q.TemplateVersion == 0 {
			return invalid(at("template_version"), "expected a version from 1, got 0")
		}
		if q.State == QUALIFICATION_STATE_UNSPECIFIED || !defined(QualificationState_name, q.State) {
			return invalid(at("state"), "expected a state of 1 to 4, got %d", q.State)
		}
		refused := q.State == QUALIFICATION_STATE_REJECTED || q.State == QUALIFICATION_STATE_REVOKED
		if err := checkReason(q.Reason, refused); err != nil {
			return invalid(at("reason"), "%s", err)
		}
		// One is pending at a time, so what follows a pending one cannot be.
		if pending[q.EnterpriseId] {
			return invalid(at("enterprise_id"), "expected no qualification of enterprise %d after its pending one, got one", q.EnterpriseId)
		}
		pending[q.EnterpriseId] = q.State == QUALIFICATION_STATE_PENDING
	}
	return nil
}

func (g GenesisState) validateQuotaUses() error {
	for i, u := range g.QuotaUses {
		at := field("quota_uses", i)
		if i > 0 && u.EnterpriseId <= g.QuotaUses[i-1].EnterpriseId {
			return invalid(at("enterprise_id"), "expected more than %d (ascending and distinct), got %d", g.QuotaUses[i-1].EnterpriseId, u.EnterpriseId)
		}
		if _, err := g.standing(at("enterprise_id"), u.EnterpriseId); err != nil {
			return err
		}
		if u.Day == 0 {
			return invalid(at("day"), "expected a day from 1, got 0")
		}
		if u.Used == 0 || u.Used > MaxQuota {
			return invalid(at("used"), "expected 1 to %d records, got %d", MaxQuota, u.Used)
		}
	}
	return nil
}

// standing is the certified or suspended enterprise of an id.
func (g GenesisState) standing(field string, id uint64) (Enterprise, error) {
	if id == 0 || id > uint64(len(g.Enterprises)) {
		return Enterprise{}, invalid(field, "expected an enterprise of 1 to %d, got %d", len(g.Enterprises), id)
	}
	e := g.Enterprises[id-1]
	if !e.Stands() {
		return Enterprise{}, invalid(field, "expected a certified or suspended enterprise, got %d, which is %s", id, e.State.Word())
	}
	return e, nil
}

// checkReason checks a stored reason.
func checkReason(reason uint32, required bool) error {
	if reason > uint32(logtypes.REASON_OTHER) {
		reason = uint32(logtypes.REASON_OTHER) + 1 // undefined, and no overflow
	}
	return consortiumtypes.CheckReason(logtypes.Reason(reason), required)
}
