package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
)

// A damaged file is said to be one, and never taken for a fork of the chain.
func TestADamagedSeenFileIsNoFork(t *testing.T) {
	f := seenFile{filepath.Join(t.TempDir(), "home", "seen.json")}
	s, err := f.read()
	require.NoError(t, err)
	require.Nil(t, s)
	want := light.Seen{Height: 1200, Hash: hexOf(make([]byte, 32))}
	require.NoError(t, f.write(want))
	s, err = f.read()
	require.NoError(t, err)
	require.Equal(t, want, *s)

	whole, err := os.ReadFile(f.path)
	require.NoError(t, err)
	damaged := map[string][]byte{
		"empty": {}, "cut": whole[:len(whole)/2], "other": []byte(`{"height":7}`), "longer": append(append([]byte{}, whole...), '{'),
		"a digit more": []byte(string(whole[:24]) + "0" + string(whole[24:])), "huge": make([]byte, maxSeenFile+1),
	}
	for i := range whole[:len(whole)-1] {
		flipped := append([]byte{}, whole...)
		flipped[i] ^= 1
		damaged["byte "+string(rune('0'+i%10))+string(whole[i])+hexOf([]byte{byte(i)})] = flipped
	}
	for name, b := range damaged {
		require.NoError(t, os.WriteFile(f.path, b, 0o600))
		_, err := f.read()
		e := exitOf(t, err)
		require.Equal(t, ExitLocalFile, e.Exit, name)
		require.Contains(t, e.Zh, "这不表示链已分叉："+f.path)
		require.Contains(t, e.En, f.path+": the file of the last verified header is damaged")
		require.Contains(t, e.Hint, "move it away")
	}
}

// Two processes of one directory: neither loses its file to the other, what is there is
// whole at any time, and the higher header stays.
func TestTwoProcessesKeepOneSeenFile(t *testing.T) {
	f := seenFile{filepath.Join(t.TempDir(), "seen.json")}
	seen := func(height int) light.Seen { return light.Seen{Height: uint64(height), Hash: hexOf(make([]byte, 32))} }
	const last = 40
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			var err error
			for h := 1; h <= last; h++ {
				_, unread := f.read()
				err = errors.Join(err, f.write(seen(h)), unread)
			}
			ended <- err
		}()
	}
	require.NoError(t, errors.Join(<-ended, <-ended))
	require.NoError(t, f.write(seen(last-1)))
	s, err := f.read()
	require.NoError(t, err)
	require.EqualValues(t, last, s.Height)
	left, err := os.ReadDir(filepath.Dir(f.path))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left beside it")
}
