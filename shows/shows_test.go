//go:build network

package shows

import (
	"testing"
	"time"
)

// TestNetworkGovernsItself is one consortium's life, under deposits all the time.
// The steps build on each other; after each all nodes have the same state and no
// node's consensus has failed.
func TestNetworkGovernsItself(t *testing.T) {
	next := buildNext(t)
	c := newConsortium(t)
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"a. the center alone can do nothing", c.centerAlone},
		{"b. a fifth institution joins by vote and signs", c.fifthJoins},
		{"c. a key is rotated, and no block is missed", c.keyRotated},
		{"d. parameters change by vote", c.paramsChange},
		{"e. a double signer loses its power, and comes back by vote", c.doubleSigner},
		{"f. a member is removed, its officers with it", c.fifthRemoved},
		{"g. the software is upgraded", func() { c.upgraded(next) }},
		{"and nothing of the load was lost", c.load.finish},
	} {
		began, height, sent := time.Now(), c.height(), c.load.progress()
		t.Logf("== %s", step.name)
		step.run()
		if t.Failed() {
			t.Fatalf("step failed: %s", step.name)
		}
		c.healthy()
		t.Logf("== done in %s, %d blocks, %d deposits", time.Since(began).Round(time.Second), c.height()-height, c.load.progress()-sent)
	}
}
