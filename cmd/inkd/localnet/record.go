package localnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// record is DIR/network.json: what the network consists of and which processes
// were started last. Nothing about the chain's state is in it: that is asked.
type record struct {
	ChainID  string `json:"chain_id"`
	BasePort int    `json:"base_port"`
	// Founded is set when all files of all nodes are written.
	Founded bool `json:"founded"`
	// Foreground is the `network up` that stays until Ctrl-C, if there is one.
	Foreground process `json:"foreground"`
	Nodes      []node  `json:"nodes"`

	dir string
}

func lockFile(dir string) string { return filepath.Join(dir, "network.lock") }

func recordFile(dir string) string { return filepath.Join(dir, "network.json") }

// clientHome is where the client's configuration and keys lie.
func clientHome(dir string) string { return filepath.Join(dir, "client") }

// load reads the record; found is false if there is no network in the directory.
func load(dir string) (r *record, found bool, err error) {
	b, err := os.ReadFile(recordFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fileError(err)
	}
	r = &record{dir: dir}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, false, fileError(fmt.Errorf("%s: expected the record of a local network: %w", recordFile(dir), err))
	}
	return r, true, nil
}

// mustLoad is load for commands that need a founded network.
func mustLoad(dir string) (*record, error) {
	r, found, err := load(dir)
	if err != nil {
		return nil, err
	}
	if !found || !r.Founded {
		return nil, usage(
			fmt.Sprintf("%s 中没有本地网络", dir),
			fmt.Sprintf("--home: expected the directory of a local network, got %s without one", dir),
			"inkd network up --home "+dir)
	}
	return r, nil
}

// save replaces the record in one step.
func (r *record) save() error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	temporary := recordFile(r.dir) + ".new"
	if err := os.WriteFile(temporary, append(b, '\n'), 0o644); err != nil {
		return fileError(err)
	}
	return fileError(os.Rename(temporary, recordFile(r.dir)))
}

// remove deletes the network's own directories and its record, nothing else.
func (r *record) remove() error {
	for _, name := range append(nodeNames(r.Nodes), "client", "demo") {
		if err := os.RemoveAll(filepath.Join(r.dir, name)); err != nil {
			return fileError(err)
		}
	}
	return fileError(os.Remove(recordFile(r.dir)))
}

// lock keeps two commands from changing one network at a time. The lock is held
// until the returned function is called or the process ends.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fileError(err)
	}
	f, err := os.OpenFile(lockFile(dir), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fileError(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, usage(
			fmt.Sprintf("另一个命令正在改动 %s 中的网络", dir),
			fmt.Sprintf("expected no other command at work on the network in %s, got one", dir),
			"inkd network status --home "+dir)
	}
	return func() { f.Close() }, nil
}

func nodeNames(nodes []node) []string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Name
	}
	return names
}
