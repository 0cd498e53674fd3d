package app_test

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var benchKeys = []struct {
	name string
	t    logtypes.KeyType
}{
	{"ed25519", logtypes.KEY_TYPE_ED25519}, {"p256", logtypes.KEY_TYPE_SECP256R1},
	{"secp256k1", logtypes.KEY_TYPE_SECP256K1}, {"ml-dsa-65", logtypes.KEY_TYPE_ML_DSA_65},
}

// stopwatch adds up wall time and this process's CPU time: on a machine with other
// work the second is the one to compare.
type stopwatch struct{ wall, cpu time.Duration }

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (s *stopwatch) time(f func()) {
	wall, cpu := time.Now(), cpuTime()
	f()
	s.wall += time.Since(wall)
	s.cpu += cpuTime() - cpu
}

func (s *stopwatch) report(b *testing.B, n int, unit string) {
	b.ReportMetric(float64(n)/s.wall.Seconds(), unit+"s/s")
	b.ReportMetric(float64(s.cpu.Microseconds())/float64(n), "cpu-us/"+unit)
}

// benchWorld is a chain on disk with depositors of all key types, and as many
// entries as INKD_BENCH_ENTRIES says.
type benchWorld struct {
	*testutil.World
	byKey      map[logtypes.KeyType][]testutil.Signer
	depositors []testutil.Signer // those who sign now
	ahead      map[string]uint64
	made       int // commitments, each another one
}

func newBenchWorld(b testing.TB) *benchWorld {
	db, err := dbm.NewGoLevelDB("application", b.TempDir(), nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	w := &benchWorld{
		World: testutil.NewWorld(b, testutil.Options{DB: db}), ahead: map[string]uint64{},
		byKey: map[logtypes.KeyType][]testutil.Signer{},
	}
	for _, k := range benchKeys {
		for i := range 25 {
			s := testutil.NewSignerOf(k.t, fmt.Sprint(k.name, " depositor ", i))
			w.Join(w.Enterprise, w.Admin, s, w.Enrol(s), enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE)
			w.byKey[k.t] = append(w.byKey[k.t], s)
		}
	}
	w.depositors = w.byKey[logtypes.KEY_TYPE_ED25519]
	w.Must(w.Registrar, &enterprisetypes.MsgSetQuota{Officer: w.Registrar.Address(), EnterpriseId: w.Enterprise, Quota: enterprisetypes.MaxQuota}, nil)
	w.fill()
	return w
}

// fill makes the state as large as asked.
func (w *benchWorld) fill() {
	want, _ := strconv.Atoi(os.Getenv("INKD_BENCH_ENTRIES"))
	for w.made < want {
		var txs [][]byte
		clear(w.ahead)
		for i := range 100 {
			var msgs []sdk.Msg
			for range 16 {
				msgs = append(msgs, w.deposit(i))
			}
			txs = append(txs, w.sign(i, 3_000_000, msgs...))
		}
		for _, r := range w.Block(txs...) {
			require.Zero(w.T, r.Code, r.Log)
		}
	}
}

func (w *benchWorld) depositor(i int) testutil.Signer { return w.depositors[i%len(w.depositors)] }

func (w *benchWorld) deposit(signer int) *evidencetypes.MsgSubmitRecord {
	w.made++
	return testutil.Deposit(w.depositor(signer), w.Enterprise, testutil.Commitment(strconv.Itoa(w.made)))
}

// sign signs with the i-th depositor's next sequence in this block.
func (w *benchWorld) sign(i int, gas uint64, msgs ...sdk.Msg) []byte {
	s := w.depositor(i)
	ahead := w.ahead[s.Name]
	w.ahead[s.Name]++
	return w.SignWith(s, ahead, func(b client.TxBuilder) { b.SetGasLimit(gas) }, msgs...)
}

// BenchmarkRecords is the whole way of deposits through one node, one record a
// transaction: CheckTx, proposal, judgement, execution and commit on disk. The
// limit is the verification alone, of which each node needs one a record.
func BenchmarkRecords(b *testing.B) {
	const block = 500 // of ML-DSA: more do not fit into the bytes of a block
	w := newBenchWorld(b)
	for _, k := range benchKeys {
		b.Run(k.name, func(b *testing.B) {
			w.depositors = w.byKey[k.t]
			var all, check, prepare, process, finalize stopwatch
			made := 0
			for b.Loop() {
				b.StopTimer()
				clear(w.ahead)
				txs := make([][]byte, block)
				for i := range txs {
					txs[i] = w.sign(i, 390_000, w.deposit(i))
					made++
				}
				b.StartTimer()
				all.time(func() {
					check.time(func() {
						for _, tx := range txs {
							require.Zero(b, w.Check(tx).Code)
						}
					})
					var proposal [][]byte
					prepare.time(func() { proposal = w.Propose(txs...) })
					require.Len(b, proposal, block)
					process.time(func() { require.True(b, w.Accepts(proposal...)) })
					finalize.time(func() { w.Block(proposal...) })
				})
				for _, r := range w.Last.TxResults {
					require.Zero(b, r.Code, r.Log)
				}
			}
			all.report(b, made, "record")
			for name, s := range map[string]stopwatch{"check": check, "prepare": prepare, "process": process, "finalize": finalize} {
				b.ReportMetric(float64(s.cpu.Microseconds())/float64(made), name+"-cpu-us")
			}
		})
	}
}

// BenchmarkVerify is the limit of BenchmarkRecords: signatures alone.
func BenchmarkVerify(b *testing.B) {
	for _, k := range benchKeys {
		b.Run(k.name, func(b *testing.B) {
			key := testutil.NewSignerOf(k.t, "verify").Key
			message := make([]byte, 300)
			signature, err := key.Sign(message)
			require.NoError(b, err)
			public := key.PubKey()
			var s stopwatch
			s.time(func() {
				for b.Loop() {
					if !public.VerifySignature(message, signature) {
						b.Fatal("refused")
					}
				}
			})
			s.report(b, b.N, "signature")
		})
	}
}

// worst is a kind of transaction that costs more than it looks.
type worst struct {
	name string
	key  logtypes.KeyType
	msgs func(w *benchWorld, i int) []sdk.Msg
	// starved transactions declare what the ante chain takes and no gas for messages.
	starved bool
	// purge says that the block also forgets as many requests as a block ever does.
	purge bool
}

var worsts = []worst{
	{"deposit, ed25519", logtypes.KEY_TYPE_ED25519, oneDeposit, false, false},
	{"deposit, secp256k1", logtypes.KEY_TYPE_SECP256K1, oneDeposit, false, false},
	{"deposit, P-256", logtypes.KEY_TYPE_SECP256R1, oneDeposit, false, false},
	{"deposit, ML-DSA-65", logtypes.KEY_TYPE_ML_DSA_65, oneDeposit, false, false},
	{"starved deposit, ed25519", logtypes.KEY_TYPE_ED25519, oneDeposit, true, false},
	{"starved deposit, secp256k1", logtypes.KEY_TYPE_SECP256K1, oneDeposit, true, false},
	{"starved deposit, P-256", logtypes.KEY_TYPE_SECP256R1, oneDeposit, true, false},
	{"starved deposit, ML-DSA-65", logtypes.KEY_TYPE_ML_DSA_65, oneDeposit, true, false},
	{"16 deposits", logtypes.KEY_TYPE_ED25519, sixteenDeposits, false, false},
	{"16 deposits, starved", logtypes.KEY_TYPE_ED25519, sixteenDeposits, true, false},
	{"16 deposits with request ids", logtypes.KEY_TYPE_ED25519, sixteenRequests, false, false},
	{"16 deposits, the last refused", logtypes.KEY_TYPE_ED25519, func(w *benchWorld, i int) []sdk.Msg {
		msgs := sixteenRequests(w, i)
		msgs[15].(*evidencetypes.MsgSubmitRecord).RequestId = msgs[0].(*evidencetypes.MsgSubmitRecord).RequestId
		return msgs
	}, false, false},
	{"16 deposits with request ids, and a full purge", logtypes.KEY_TYPE_ED25519, sixteenRequests, false, true},
}

func oneDeposit(w *benchWorld, i int) []sdk.Msg { return []sdk.Msg{w.deposit(i)} }

func sixteenDeposits(w *benchWorld, i int) []sdk.Msg {
	return sixteen(func() sdk.Msg { return w.deposit(i) })
}

func sixteenRequests(w *benchWorld, i int) []sdk.Msg {
	return sixteen(func() sdk.Msg {
		m := w.deposit(i)
		m.RequestId = testutil.Commitment("request " + strconv.Itoa(w.made))
		return m
	})
}

func sixteen(make func() sdk.Msg) []sdk.Msg {
	var msgs []sdk.Msg
	for range app.MaxMsgs {
		msgs = append(msgs, make())
	}
	return msgs
}

// due makes as many requests as a block purges and lets them expire.
func (w *benchWorld) due() {
	for made := 0; made < evidencetypes.MaxPurge; {
		var txs [][]byte
		clear(w.ahead)
		for i := range 60 {
			txs = append(txs, w.sign(i, 3_000_000, sixteenRequests(w, i)...))
			made += app.MaxMsgs
		}
		for _, r := range w.Block(txs...) {
			require.Zero(w.T, r.Code, r.Log)
		}
	}
	// The first blocks after it purge; it must be the measured one that does.
	w.Advance(evidencetypes.RequestLife - time.Minute)
}

// full is a block of such transactions as full as the limits admit: each declares
// hardly more gas than it uses.
func (w *benchWorld) full(k worst) [][]byte {
	clear(w.ahead)
	trial := w.sign(0, app.MaxTxGas, k.msgs(w, 0)...)
	var gas uint64
	if k.starved {
		after, err := w.App.Ante(w.Ctx(), trial)
		require.NoError(w.T, err)
		gas = after.GasMeter().GasConsumed()
	} else {
		gas = uint64(w.Block(trial)[0].GasUsed)
	}
	gas += gas / 50
	clear(w.ahead)
	var txs [][]byte
	for i := range int(app.BlockMaxGas/gas) + 1 {
		txs = append(txs, w.sign(i, gas, k.msgs(w, i)...))
	}
	return w.Propose(txs...)
}

// A full block takes at most ten times what was measured: 447 ms.
func TestWorstBlockIsBounded(t *testing.T) {
	w := newBenchWorld(t)
	var s stopwatch
	block := w.full(worst{msgs: sixteenRequests})
	s.time(func() { w.Block(block...) })
	require.Less(t, s.cpu, 4500*time.Millisecond)
}

// BenchmarkWorstBlock fills blocks with what costs most and measures, with no
// signature known before, the judgement of the proposal and then the execution and
// commit; and the execution alone with no signature known, as in a replay.
func BenchmarkWorstBlock(b *testing.B) {
	w := newBenchWorld(b)
	for _, k := range worsts {
		b.Run(k.name, func(b *testing.B) {
			w.depositors = w.byKey[k.key]
			var process, finalize, replay stopwatch
			txs, bytes, gas := 0, 0, int64(0)
			for b.Loop() {
				if k.purge {
					w.due()
				}
				block := w.full(k)
				if k.purge {
					w.Advance(time.Hour)
				}
				w.App.Forget()
				process.time(func() { require.True(b, w.Accepts(block...)) })
				finalize.time(func() { w.Block(block...) })
				block = w.full(k)
				w.App.Forget()
				replay.time(func() { w.Block(block...) })
				txs, bytes, gas = len(block), 0, 0
				for i, tx := range block {
					bytes += len(tx)
					gas += w.Last.TxResults[i].GasUsed
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(txs), "txs")
			b.ReportMetric(float64(bytes)/(1<<20), "MiB")
			b.ReportMetric(float64(gas)/1e6, "Mgas")
			for name, s := range map[string]stopwatch{"process": process, "finalize": finalize, "replay": replay} {
				b.ReportMetric(float64(s.wall.Milliseconds())/float64(b.N), name+"-ms")
				b.ReportMetric(float64(s.cpu.Milliseconds())/float64(b.N), name+"-cpu-ms")
			}
		})
	}
}
