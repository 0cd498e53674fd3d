package keeper_test

import (
	"crypto/sha256"
	"encoding/binary"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"
)

// blockEntries is the number of entries of a block in these benchmarks.
const blockEntries = 2_000

// BenchmarkAppend compares the log's append of records, with its commit to disk
// each 2,000 entries, with what it cannot do without: hashing the same bytes and
// setting them in IAVL, and writing them to goleveldb in synced batches.
func BenchmarkAppend(b *testing.B) {
	var stored []byte
	b.Run("append", func(b *testing.B) {
		l := foundedOn(b, levelDB(b))
		measure(b, func(int) {
			e, err := l.k.Append(l.ctx, record(1))
			require.NoError(b, err)
			if stored == nil {
				stored, err = e.Marshal()
				require.NoError(b, err)
			}
		}, func() { l.block() })
	})
	b.Run("bare", func(b *testing.B) {
		l := newBenchOn(b, levelDB(b), 1)
		s := l.cms.GetKVStore(l.head)
		measure(b, func(i int) {
			sum := sha256.Sum256(stored)
			s.Set(binary.BigEndian.AppendUint64([]byte{1}, uint64(i)), append(stored[:len(stored)-32:len(stored)-32], sum[:]...))
		}, func() { l.block() })
	})
	b.Run("leveldb", func(b *testing.B) {
		db := levelDB(b)
		batch := db.NewBatch()
		measure(b, func(i int) {
			require.NoError(b, batch.Set(binary.BigEndian.AppendUint64([]byte{1}, uint64(i)), stored))
		}, func() {
			require.NoError(b, batch.WriteSync())
			require.NoError(b, batch.Close())
			batch = db.NewBatch()
		})
	})
}

func levelDB(b *testing.B) dbm.DB {
	db, err := dbm.NewGoLevelDB("log", b.TempDir(), nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	return db
}

// measure runs blocks of entries and reports their rate and the CPU time of one.
func measure(b *testing.B, entry func(int), commit func()) {
	n := 0
	before, start := cpuTime(b), time.Now()
	for b.Loop() {
		for range blockEntries {
			entry(n)
			n++
		}
		commit()
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "entrys/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(n), "cpu-us/entry")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
