package logindex

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

const limited = "INK_TEST_LIMITS_FILES"

// The node's own kind of database, where files may not grow for a moment: in a process
// of its own, because all files of one are limited.
func TestGoLevelDBGoesOnWhenThereIsSpaceAgain(t *testing.T) {
	if os.Getenv(limited) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), limited+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	dir := t.TempDir()
	var archived, indexed *Disk
	for name, d := range map[string]**Disk{"archive": &archived, "logindex": &indexed} {
		opened, err := OpenDisk(name, dir)
		require.NoError(t, err)
		opened.every = 0
		*d = opened
	}
	a, err := OpenArchive(archived)
	require.NoError(t, err)
	x := open(t, indexed)
	l := newLedger(t)
	r := recorder(t, a, x, func() (ProvingState, error) { return l.state(), nil })
	next := func() {
		l.pruned = l.block(2, false)
		r.Commit()
	}
	next()
	unlimit := limitFiles(t, 300)
	for range 20 {
		next()
	}
	unlimit()
	require.False(t, r.Settled())
	require.Less(t, statsOf(a).heads, uint64(21))
	_, err = x.Inclusion(0, 41)
	require.ErrorIs(t, err, ErrAhead)

	next()
	require.True(t, r.Settled())
	require.Equal(t, stats{heads: 22, completeFrom: 1, pending: 22}, statsOf(a))
	checkProofs(t, x, l.log, 40, 44)
	require.NoError(t, archived.Close())
	require.NoError(t, indexed.Close())

	archived, err = OpenDisk("archive", dir)
	require.NoError(t, err)
	a, err = OpenArchive(archived)
	require.NoError(t, err)
	require.Equal(t, stats{heads: 22, completeFrom: 1, pending: 22}, statsOf(a))
	require.NoError(t, archived.Close())
}

// limitFiles lets no file of the process grow beyond some bytes until it is undone.
func limitFiles(t *testing.T, bytes uint64) (undo func()) {
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	small := old
	small.Cur = bytes
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small))
	return func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)) }
}
