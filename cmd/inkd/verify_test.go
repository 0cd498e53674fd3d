package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/verifycommand"
	"github.com/inkchain/inkd/verify"
)

const bundleVectors = "../../docs/spec/vectors/bundle"

// verifiers are this binary as inkd, and inkverify as it is released.
func verifiers(t *testing.T) (inkd, inkverify func(args ...string) spoken) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	built := filepath.Join(t.TempDir(), "inkverify")
	build := exec.Command("scripts/build_inkverify.sh", built)
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return func(args ...string) spoken { return speak(t, self, append([]string{"inkd", "verify"}, args...)) },
		func(args ...string) spoken { return speak(t, built, append([]string{"inkverify"}, args...)) }
}

// spoken is all that a process leaves.
type spoken struct {
	Status   int
	Out, Err string

	used time.Duration // of the processor
}

func speak(t *testing.T, path string, args []string) spoken {
	t.Helper()
	var out, errs bytes.Buffer
	p := exec.Cmd{Path: path, Args: args, Stdout: &out, Stderr: &errs, Env: append(os.Environ(), "INKD_HOME="+t.TempDir())}
	err := p.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return spoken{p.ProcessState.ExitCode(), out.String(), errs.String(), p.ProcessState.UserTime() + p.ProcessState.SystemTime()}
}

// bundleCase is what a vector is about.
type bundleCase struct {
	Name, Bundle, Anchor string
	Proofs               []string
	Policy               json.RawMessage
}

func bundleCases(t *testing.T) []bundleCase {
	t.Helper()
	raw, err := os.ReadFile(at("cases.json"))
	require.NoError(t, err)
	var cases []bundleCase
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.NotEmpty(t, cases)
	return cases
}

func at(name string) string { return filepath.Join(bundleVectors, name) }

// Over every vector, good or bad, and every kind of error the two say the same.
func TestInkdAndInkverifyAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("runs two processes for each vector")
	}
	inkd, inkverify := verifiers(t)
	cases := bundleCases(t)
	seen := map[int]bool{}
	for i, c := range cases {
		args := []string{at(c.Bundle), at(c.Anchor), "--anchor", at(c.Anchor), "--now", "2026-11-22T00:00:00Z"} // the anchor is something to compare
		for _, p := range c.Proofs {
			args = append(args, "--proofs", at(p))
		}
		if c.Policy != nil {
			path := filepath.Join(t.TempDir(), "policy.json")
			require.NoError(t, os.WriteFile(path, c.Policy, 0o600))
			args = append(args, "--policy", path)
		}
		if i%2 == 1 {
			args = append(args, "-o", "json")
		}
		one, other := inkd(args...), inkverify(args...)
		one.used, other.used = 0, 0
		require.Equal(t, one, other, c.Name)
		require.NotEqual(t, verify.ExitInternal, one.Status, c.Name)
		seen[one.Status] = true
	}
	t.Logf("%d vectors, statuses %v", len(cases), seen)
	for _, args := range [][]string{
		{}, {"missing"}, {"missing", "-o", "json"}, {at("cases.json"), "--anchor", "x"}, {"--nonsense"}, {"x", "-o", "xml", "--anchor", "y"}, {"--help", "--anchor"},
	} {
		one, other := inkd(args...), inkverify(args...)
		one.used, other.used = 0, 0
		require.Equal(t, one, other, "%v", args)
	}
}

// Below the root, as completion and help see it, the command is the same.
func TestVerifyBelowTheRoot(t *testing.T) {
	root := newRootCommand()
	cmd, _, err := root.Find([]string{verifycommand.Name})
	require.NoError(t, err)
	require.Equal(t, "inkd verify", cmd.CommandPath())
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs([]string{"verify", "missing", "--anchor", "x"})
	var own *verifycommand.Error
	require.ErrorAs(t, root.Execute(), &own)
	require.Equal(t, verify.ExitUsage, own.Exit)
}

// A verdict takes less than 100 ms of the processor, the start of the program included.
func TestVerdictIsQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	inkd, inkverify := verifiers(t)
	c := bundleCases(t)[0]
	for name, run := range map[string]func(...string) spoken{"inkd verify": inkd, "inkverify": inkverify} {
		best := time.Hour
		for range 10 {
			got := run(at(c.Bundle), "--anchor", at(c.Anchor))
			require.Equal(t, verify.ExitNothingShown, got.Status)
			best = min(best, got.used)
		}
		t.Logf("%s: %s", name, best)
		require.Less(t, best, 100*time.Millisecond, name)
	}
}
