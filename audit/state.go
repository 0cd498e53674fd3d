package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/syndtr/goleveldb/leveldb/util"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/verify/layout"
)

// stateAudit recomputes the state of the last committed version.
type stateAudit struct {
	db    *database
	chain *chain
	area  *Area

	version int64
	info    *storetypes.CommitInfo
}

// open finds the last committed version; false if it cannot be found.
func (a *stateAudit) open() bool {
	b, err := a.db.get([]byte("s/latest"))
	if err == nil && b == nil {
		err = errors.New("none")
	}
	if err == nil {
		err = gogotypes.StdInt64Unmarshal(&a.version, b)
	}
	if err == nil {
		a.info, err = a.commitInfo(a.version)
	}
	if err != nil {
		a.area.find("state-version", Where{File: a.db.name, Key: "s/latest"}, "the last committed version", err)
		return false
	}
	return true
}

func (a *stateAudit) commitInfo(version int64) (*storetypes.CommitInfo, error) {
	b, err := a.db.get(strconv.AppendInt([]byte("s/"), version, 10))
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("expected what version %d is made of, got none", version)
	}
	info := new(storetypes.CommitInfo)
	if err := info.Unmarshal(b); err != nil {
		return nil, err
	}
	if info.Version != version {
		return nil, fmt.Errorf("expected version %d, got %d", version, info.Version)
	}
	return info, nil
}

// run recomputes every store and gives the leaves of the log's two stores to log.
func (a *stateAudit) run(ctx context.Context, log *logAudit) error {
	if err := a.checkVersions(ctx); err != nil {
		return err
	}
	a.checkAppHash()
	for _, s := range a.info.StoreInfos {
		t := a.tree(s.Name)
		if err := t.checkAll(ctx); err != nil {
			return err
		}
		leaf := func(*node) error { return nil }
		switch s.Name {
		case layout.HeadStore:
			leaf = log.headLeaf
		case layout.LogStore:
			leaf = log.logLeaf
		}
		if err := a.recompute(ctx, t, s, leaf); err != nil {
			return err
		}
	}
	return nil
}

func (a *stateAudit) tree(name string) *tree {
	return &tree{db: a.db, name: name, latest: a.version, area: a.area}
}

// recompute walks one store and its fast index.
func (a *stateAudit) recompute(ctx context.Context, t *tree, s storetypes.StoreInfo, leaf func(*node) error) error {
	a.area.counted("stores", 1)
	fast := newFastIndex(t)
	defer fast.end()
	hash, err := t.walk(ctx, a.version, func(n *node) error {
		fast.at(n)
		return leaf(n)
	})
	if err != nil || hash == nil {
		return err
	}
	if s.CommitId.Version != a.version {
		a.area.find("state-root", t.where("version"), a.version, s.CommitId.Version)
	}
	if !bytes.Equal(hash, s.CommitId.Hash) {
		a.area.find("state-root", t.where(fmt.Sprintf("version %d", a.version)), s.CommitId.Hash, hash)
	}
	return nil
}

// checkVersions compares all versions that are held with the roots of their stores,
// and with the headers above.
func (a *stateAudit) checkVersions(ctx context.Context) error {
	numbers := &util.Range{Start: []byte("s/0"), Limit: []byte("s/:")}
	return a.db.between(ctx, numbers, func(key, _ []byte) error {
		where := Where{File: a.db.name, Key: string(key)}
		version, err := strconv.ParseInt(string(key[2:]), 10, 64)
		if err != nil {
			a.area.find("state-version", where, "a version", err)
			return nil
		}
		where.Height = version
		info, err := a.commitInfo(version)
		if err != nil {
			a.area.find("state-version", where, "what the version is made of", err)
			return nil
		}
		a.area.counted("versions", 1)
		if h := a.chain.header(version + 1); h != nil && !bytes.Equal(h.AppHash, info.Hash()) {
			a.area.find("state-app-hash", where, []byte(h.AppHash), info.Hash())
		}
		for _, s := range info.StoreInfos {
			hash, err := a.tree(s.Name).hashOf(version)
			if errors.Is(err, errNoNode) && version < a.version {
				continue // pruned
			}
			if err != nil || !bytes.Equal(hash, s.CommitId.Hash) {
				where.Store = s.Name
				a.area.find("state-root", where, s.CommitId.Hash, orHash(err, hash))
			}
		}
		return nil
	})
}

func orHash(err error, hash []byte) any {
	if err != nil {
		return err
	}
	return hash
}

// checkAppHash compares the app hash with the best that is known of it. The header
// above is signed, and its signatures are checked with the blocks; without one there
// is what CometBFT noted.
func (a *stateAudit) checkAppHash() {
	got, where := a.info.Hash(), Where{File: a.db.name, Key: "app hash", Height: a.version}
	if a.chain.header(a.version+1) != nil {
		a.area.note("app-hash-signed", fmt.Sprint(a.version+1))
		return // compared with all versions
	}
	if s := a.chain.state; s != nil && s.LastBlockHeight == a.version {
		a.area.note("app-hash-noted", "")
		if !bytes.Equal(s.AppHash, got) {
			a.area.find("state-app-hash", where, s.AppHash, got)
		}
		return
	}
	if want := a.chain.answered(a.version); want != nil {
		a.area.note("app-hash-noted", "")
		if !bytes.Equal(want, got) {
			a.area.find("state-app-hash", where, want, got)
		}
		return
	}
	a.area.find("state-app-hash", where, fmt.Sprintf("a header of height %d", a.version+1), "none")
}
