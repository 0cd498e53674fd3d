package keeper_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/enterprise/types"
)

// at moves the block's clock.
func (f *fixture) at(t time.Time) { f.ctx = f.ctx.WithBlockTime(t) }

// used asks the query for the use of the block's day.
func (f *fixture) used(enterprise uint64) uint64 {
	f.t.Helper()
	q, err := f.query.Quota(f.ctx, &types.QueryQuotaRequest{EnterpriseId: enterprise})
	require.NoError(f.t, err)
	return q.Used
}

// limited is a fixture with an enterprise of ten records a day.
func limited(t *testing.T) (*fixture, uint64) {
	f := newFixture(t)
	id := f.certified("a")
	f.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: id, Quota: 10})
	return f, id
}

func TestEN19Quota(t *testing.T) {
	f, id := limited(t)
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 9))
	require.NoError(t, f.k.CheckQuota(f.ctx, id, 1))
	require.Equal(t, uint64(9), f.used(id), "checking uses nothing")
	for _, n := range []uint64{2, 11, math.MaxUint64} {
		err := f.k.ConsumeQuota(f.ctx, id, n)
		require.ErrorIs(t, err, types.ErrQuotaExhausted)
		require.ErrorContains(t, err, "at most 1 more")
		require.ErrorContains(t, err, "9 of 10 are used")
		require.ErrorContains(t, err, "2026-03-06 00:00:00 UTC+8")
		require.ErrorIs(t, f.k.CheckQuota(f.ctx, id, n), types.ErrQuotaExhausted)
	}
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 1))
	require.ErrorIs(t, f.k.ConsumeQuota(f.ctx, id, 1), types.ErrQuotaExhausted)
	require.Equal(t, uint64(10), f.used(id))

	require.ErrorIs(t, f.k.ConsumeQuota(f.ctx, id, 0), types.ErrInvalidQuota)
	require.ErrorIs(t, f.k.ConsumeQuota(f.ctx, 9, 1), types.ErrEnterpriseNotFound)
	other := f.certified("b")
	require.NoError(t, f.k.ConsumeQuota(f.ctx, other, types.DefaultQuota))
	require.ErrorIs(t, f.k.CheckQuota(f.ctx, other, 1), types.ErrQuotaExhausted)
}

func TestEN19QuotaLoweredBelowUse(t *testing.T) {
	f, id := limited(t)
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 8))
	f.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: id, Quota: 3})
	err := f.k.CheckQuota(f.ctx, id, 1)
	require.ErrorIs(t, err, types.ErrQuotaExhausted)
	require.ErrorContains(t, err, "at most 0 more")
	f.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: id, Quota: 9})
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 1))
}

// The day begins at midnight UTC+8, which is 16:00 UTC.
func TestEN19DayBorder(t *testing.T) {
	f, id := limited(t)
	midnight := time.Date(2026, 3, 5, 16, 0, 0, 0, time.UTC)
	f.at(midnight.Add(-time.Nanosecond))
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 10))
	require.ErrorIs(t, f.k.CheckQuota(f.ctx, id, 1), types.ErrQuotaExhausted)
	q, err := f.query.Quota(f.ctx, &types.QueryQuotaRequest{EnterpriseId: id})
	require.NoError(t, err)
	require.Equal(t, uint64(midnight.Unix()), q.RefillsAt)

	f.at(midnight)
	require.Zero(t, f.used(id))
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 4))
	f.at(midnight.Add(8 * time.Hour)) // midnight UTC is nothing
	require.Equal(t, uint64(4), f.used(id))
	f.at(midnight.Add(24 * time.Hour))
	require.Zero(t, f.used(id))
}

// A clock that goes back a day gives nothing back, neither then nor afterwards.
func TestEN19ClockBackwards(t *testing.T) {
	f, id := limited(t)
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 7))
	f.at(noon.Add(-24 * time.Hour))
	require.Equal(t, uint64(7), f.used(id))
	err := f.k.ConsumeQuota(f.ctx, id, 4)
	require.ErrorIs(t, err, types.ErrQuotaExhausted)
	require.ErrorContains(t, err, "2026-03-06 00:00:00 UTC+8", "it refills after the stored day")
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 3))
	f.at(noon)
	require.Equal(t, uint64(10), f.used(id))
	f.at(noon.Add(24 * time.Hour))
	require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 10))
}

// One value is stored for an enterprise, whatever the number of days.
func TestEN19OneValue(t *testing.T) {
	f, id := limited(t)
	for day := range 30 {
		f.at(noon.Add(time.Duration(day) * 24 * time.Hour))
		require.NoError(t, f.k.ConsumeQuota(f.ctx, id, 1))
	}
	g, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Len(t, g.QuotaUses, 1)
	require.Equal(t, uint64(1), g.QuotaUses[0].Used)
}
