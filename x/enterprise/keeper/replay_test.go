package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/enterprise/types"
)

// rejoined is an eventful world in which former members applied again, and one was
// refused: neither leaves an entry.
func rejoined(t *testing.T) world {
	w := eventful(t)
	again := w.member("administrator", w.enterprise, "again", types.RIGHT_VIEW)
	w.must(remove("administrator", w.enterprise, again))
	w.must(join("again", w.enterprise))
	w.must(join("removed", w.enterprise))
	w.must(turnDown("administrator", w.enterprise, w.consortium.keys["removed"].UserId))
	return w
}

// find is the index of the first row that fits.
func find[T any](t *testing.T, rows []T, fits func(T) bool) int {
	for i, row := range rows {
		if fits(row) {
			return i
		}
	}
	t.Fatal("expected a row, got none")
	return 0
}

// forgeries are genesis states that are consistent in themselves, but say
// something else than the log; each names the table and the field.
var forgeries = map[string]struct {
	table, field string
	forge        func(t *testing.T, g *types.GenesisState) int // the forged row, -1 for the table
}{
	"name": {"enterprises", "name", func(_ *testing.T, g *types.GenesisState) int { g.Enterprises[0].Name = "南通伪造"; return 0 }},
	"code": {"enterprises", "uscc", func(_ *testing.T, g *types.GenesisState) int { g.Enterprises[0].Uscc = uscc(987); return 0 }},
	"dossier": {"enterprises", "dossier_commitment", func(_ *testing.T, g *types.GenesisState) int {
		g.Enterprises[0].DossierCommitment = commitment("x")
		return 0
	}},
	"suspension lifted": {"enterprises", "state", func(_ *testing.T, g *types.GenesisState) int {
		g.Enterprises[1].State = types.ENTERPRISE_STATE_CERTIFIED
		return 1
	}},
	"reason": {"enterprises", "reason", func(_ *testing.T, g *types.GenesisState) int { g.Enterprises[1].Reason++; return 1 }},
	"application certified": {"enterprises", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Enterprises, func(e types.Enterprise) bool { return e.State == types.ENTERPRISE_STATE_PENDING })
		e := &g.Enterprises[i]
		e.State = types.ENTERPRISE_STATE_CERTIFIED
		at := find(t, g.Members, func(m types.Member) bool { return m.EnterpriseId > e.Id })
		m := types.Member{EnterpriseId: e.Id, UserId: e.Administrator, State: types.MEMBER_STATE_ACTIVE, Rights: types.AllRights()}
		g.Members = append(g.Members[:at], append([]types.Member{m}, g.Members[at:]...)...)
		return i
	}},
	"administrator": {"enterprises", "administrator", func(t *testing.T, g *types.GenesisState) int {
		// Another member with all rights takes over, and the form of the old one.
		e := &g.Enterprises[0]
		old := find(t, g.Members, func(m types.Member) bool { return m.EnterpriseId == e.Id && m.UserId == e.Administrator })
		next := find(t, g.Members, func(m types.Member) bool {
			return m.EnterpriseId == e.Id && m.UserId != e.Administrator && m.State == types.MEMBER_STATE_ACTIVE
		})
		g.Members[old].FormCommitment, g.Members[next].FormCommitment = g.Members[next].FormCommitment, nil
		g.Members[next].Rights, e.Administrator = types.AllRights(), g.Members[next].UserId
		return 0
	}},
	"right": {"members", "rights", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Members, func(m types.Member) bool { return m.State == types.MEMBER_STATE_ACTIVE && len(m.Rights) == 1 })
		g.Members[i].Rights = types.AllRights()
		return i
	}},
	"candidate active": {"members", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Members, func(m types.Member) bool { return m.State == types.MEMBER_STATE_APPLIED })
		g.Members[i].State, g.Members[i].Rights = types.MEMBER_STATE_ACTIVE, types.AllRights()
		return i
	}},
	"removed active": {"members", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Members, func(m types.Member) bool { return m.State == types.MEMBER_STATE_REJECTED })
		g.Members[i].State, g.Members[i].Rights, g.Members[i].Reason = types.MEMBER_STATE_ACTIVE, types.AllRights(), 0
		return i
	}},
	"active removed": {"members", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Members, func(m types.Member) bool { return m.State == types.MEMBER_STATE_ACTIVE && len(m.Rights) == 1 })
		g.Members[i].State, g.Members[i].Rights = types.MEMBER_STATE_REMOVED, nil
		return i
	}},
	"member left out": {"members", "", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Members, func(m types.Member) bool { return len(m.Rights) == 1 })
		g.Members = append(g.Members[:i], g.Members[i+1:]...)
		return -1
	}},
	"category": {"qualifications", "categories", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Qualifications, func(q types.Qualification) bool { return q.State == types.QUALIFICATION_STATE_APPROVED })
		g.Qualifications[i].Categories = []uint32{1, 2, 3, 4, 5, 6}
		return i
	}},
	"form": {"qualifications", "form_commitment", func(t *testing.T, g *types.GenesisState) int {
		g.Qualifications[0].FormCommitment = commitment("x")
		return 0
	}},
	"template": {"qualifications", "template_version", func(t *testing.T, g *types.GenesisState) int { g.Qualifications[0].TemplateVersion++; return 0 }},
	"refused, but approved": {"qualifications", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Qualifications, func(q types.Qualification) bool { return q.State == types.QUALIFICATION_STATE_REJECTED })
		g.Qualifications[i].State, g.Qualifications[i].Reason = types.QUALIFICATION_STATE_APPROVED, 0
		return i
	}},
	"revocation undone": {"qualifications", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Qualifications, func(q types.Qualification) bool { return q.State == types.QUALIFICATION_STATE_REVOKED })
		g.Qualifications[i].State, g.Qualifications[i].Reason = types.QUALIFICATION_STATE_APPROVED, 0
		return i
	}},
	"pending approved": {"qualifications", "state", func(t *testing.T, g *types.GenesisState) int {
		i := find(t, g.Qualifications, func(q types.Qualification) bool { return q.State == types.QUALIFICATION_STATE_PENDING })
		g.Qualifications[i].State = types.QUALIFICATION_STATE_APPROVED
		return i
	}},
	"qualification of another": {"qualifications", "enterprise_id", func(_ *testing.T, g *types.GenesisState) int {
		g.Qualifications[0].EnterpriseId = 1
		return 0
	}},
}

// named is a field of a row, or the table for row -1.
func named(table string, row int, field string) string {
	if row < 0 {
		return table
	}
	return fmt.Sprintf("%s[%d].%s", table, row, field)
}

// What the log knows cannot be forged by an import.
func TestEN21AForgedGenesisIsRefusedAgainstTheLog(t *testing.T) {
	w := rejoined(t)
	imported(t, w)
	for name, f := range forgeries {
		t.Run(name, func(t *testing.T) {
			g, err := w.k.ExportGenesis(w.ctx)
			require.NoError(t, err)
			row := f.forge(t, g)
			require.NoError(t, g.Validate(), "consistent in itself")
			fresh := empty(t)
			fresh.log.entries = w.log.entries
			err = fresh.k.InitGenesis(fresh.ctx, g)
			require.ErrorIs(t, err, types.ErrInvalidGenesis)
			require.ErrorContains(t, err, named(f.table, row, f.field)+": expected ")
			require.Empty(t, stored(t, fresh), "a refused genesis writes nothing")
		})
	}
}

// An import without its log is refused: nothing would prove the rights.
func TestEN21AGenesisWithoutItsLogIsRefused(t *testing.T) {
	w := eventful(t)
	g, err := w.k.ExportGenesis(w.ctx)
	require.NoError(t, err)
	f := empty(t)
	require.ErrorContains(t, f.k.InitGenesis(f.ctx, g), "enterprises[0].state: expected pending or rejected, since the log has no certification, got certified")

	f.log.entries = w.log.entries
	require.ErrorContains(t, f.k.InitGenesis(f.ctx, types.DefaultGenesis()), "enterprises: expected all 4 that the log has, got 0 of them")
}
