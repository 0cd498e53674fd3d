package localnet

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopGrace is what a node gets to write its state after SIGTERM.
const stopGrace = 10 * time.Second

// process names a process for longer than its pid does: a pid comes back, a pid
// with its start time does not.
type process struct {
	PID int `json:"pid"`
	// Start is the start time in clock ticks since boot, field 22 of /proc/PID/stat.
	Start uint64 `json:"start"`
	// Word is one of its command line: the home of a node, "up" of a foreground.
	Word string `json:"word"`
}

// execGrace is what a started process gets until its command line can be read: the
// system closes the starter's pipe a moment before it shows the new one.
const execGrace = 2 * time.Second

// identify records a running process. One that has ended already is recorded too,
// as not alive.
func identify(pid int, word string) (process, error) {
	start, _, err := processStat(pid)
	p := process{PID: pid, Start: start, Word: word}
	for end := time.Now().Add(execGrace); err == nil && !p.alive() && time.Now().Before(end); {
		if _, state, err := processStat(pid); err != nil || state == "Z" || state == "X" {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return p, err
}

// alive tells whether the recorded process, and not another one with its pid, runs.
func (p process) alive() bool {
	if p.PID <= 0 {
		return false
	}
	start, state, err := processStat(p.PID)
	if err != nil || start != p.Start || state == "Z" || state == "X" {
		return false
	}
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.PID))
	return err == nil && slices.Contains(strings.Split(string(words), "\x00"), p.Word)
}

// processStat reads the start time and the state letter of a process.
func processStat(pid int) (start uint64, state string, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", err
	}
	// The name in parentheses may hold anything, so count from its end.
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if len(fields) < 20 {
		return 0, "", fmt.Errorf("/proc/%d/stat: expected 22 fields, got %d", pid, len(fields)+2)
	}
	start, err = strconv.ParseUint(fields[19], 10, 64)
	return start, fields[0], err
}

// signal sends a signal to the recorded process if it runs.
func (p process) signal(s syscall.Signal) error {
	if !p.alive() {
		return nil
	}
	if err := syscall.Kill(p.PID, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("pid %d: %w", p.PID, err)
	}
	return nil
}

// waitGone waits until the process has ended, at most so long.
func (p process) waitGone(limit time.Duration) bool {
	for deadline := time.Now().Add(limit); p.alive(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// startNode starts a node in a process group of its own, so that Ctrl-C reaches
// only us and we stop the nodes in order. Its output goes to its log file.
func startNode(n node) (*exec.Cmd, process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, process{}, err
	}
	logFile, err := os.OpenFile(n.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, process{}, err
	}
	defer logFile.Close()
	cmd := exec.Command(self, "start", "--home", n.Home, "--log_no_color")
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.Env = childEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, process{}, err
	}
	p, err := identify(cmd.Process.Pid, n.Home)
	if err != nil {
		err = errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	return cmd, p, err
}

// childEnv is our environment without what would change a node's or a command's
// configuration behind our back.
func childEnv() []string {
	prefix := "INKD_"
	if self, err := os.Executable(); err == nil {
		prefix = strings.ToUpper(filepath.Base(self)) + "_"
	}
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "INKD_") || strings.HasPrefix(kv, prefix)
	})
}

// stopAll ends processes: SIGTERM to all, then after the grace SIGKILL to those
// that still run. It returns the names of the killed ones.
func stopAll(nodes []node) ([]string, error) {
	var errs []error
	for _, n := range nodes {
		errs = append(errs, n.Process.signal(syscall.SIGTERM))
	}
	deadline := time.Now().Add(stopGrace)
	var killed []string
	for _, n := range nodes {
		if n.Process.waitGone(time.Until(deadline)) {
			continue
		}
		killed = append(killed, n.Name)
		errs = append(errs, n.Process.signal(syscall.SIGKILL))
		if !n.Process.waitGone(time.Second) {
			errs = append(errs, fmt.Errorf("node %s: pid %d does not end", n.Name, n.Process.PID))
		}
	}
	return killed, errors.Join(errs...)
}

// logTail is the end of a node's log.
func logTail(n node, lines int) string {
	const window = 16 << 10
	f, err := os.Open(n.logFile())
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err.Error()
	}
	b := make([]byte, min(info.Size(), window))
	if _, err := f.ReadAt(b, info.Size()-int64(len(b))); err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
