package audit_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	cmtstate "github.com/cometbft/cometbft/proto/tendermint/state"
	cmtstore "github.com/cometbft/cometbft/proto/tendermint/store"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/util"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/verify/layout"
)

// db is a database in which somebody changes records: its checksums are right.
type db struct {
	t testing.TB
	*leveldb.DB
}

// change replaces a record; fn returns nil to delete it.
func (d db) change(key []byte, fn func(value []byte) []byte) {
	d.t.Helper()
	value, err := d.Get(key, nil)
	require.NoError(d.t, err, "%q", key)
	changed := fn(bytes.Clone(value))
	require.NotEqual(d.t, value, changed)
	if changed == nil {
		require.NoError(d.t, d.Delete(key, nil))
		return
	}
	require.NoError(d.t, d.Put(key, changed, nil))
}

// find returns the first key of a prefix whose value matches.
func (d db) find(prefix string, match func(key, value []byte) bool) []byte {
	d.t.Helper()
	it := d.NewIterator(util.BytesPrefix([]byte(prefix)), nil)
	defer it.Release()
	for it.Next() {
		if match(it.Key(), it.Value()) {
			return bytes.Clone(it.Key())
		}
	}
	require.Fail(d.t, "no such record", prefix)
	return nil
}

// lastByte changes a value's last byte.
func lastByte(value []byte) []byte {
	value[len(value)-1] ^= 1
	return value
}

func gone([]byte) []byte { return nil }

// isLeaf and isInner tell from a stored node's first varint.
func isLeaf(value []byte) bool  { return len(value) > 2 && value[0] == 0 }
func isInner(value []byte) bool { return len(value) > 2 && value[0] != 0 && value[0] != 's' }

// innerParts are where key and hash of a stored inner node begin.
func innerParts(value []byte) (key, hash int) {
	_, a := binary.Varint(value)
	_, b := binary.Varint(value[a:])
	n, c := binary.Uvarint(value[a+b:])
	return a + b + c, a + b + c + int(n) + 1
}

// tampering is a change behind the checksums, and what the audit says of it first.
type tampering struct {
	name, db string
	change   func(d db)
	code     string
}

var tamperings = []tampering{
	{"an entry", "application", func(d db) {
		d.change(d.find("s/k:inklog/s", func(_, v []byte) bool { return isLeaf(v) && bytes.Contains(v, layout.EntryKey(5)) }), lastByte)
	}, "state-node-hash"},
	{"a value of another store", "application", func(d db) {
		d.change(d.find("s/k:acc/s", func(_, v []byte) bool { return isLeaf(v) }), lastByte)
	}, "state-node-hash"},
	{"the hash of a node", "application", func(d db) {
		d.change(d.find("s/k:inkenterprise/s", func(_, v []byte) bool { return isInner(v) }), func(v []byte) []byte {
			_, hash := innerParts(v)
			v[hash] ^= 1
			return v
		})
	}, "state-node-hash"},
	{"the key of an inner node, which no hash covers", "application", func(d db) {
		it := d.NewIterator(util.BytesPrefix([]byte("s/k:inklog/s")), nil)
		defer it.Release()
		var last []byte
		for it.Next() {
			if isInner(it.Value()) {
				last = bytes.Clone(it.Key())
			}
		}
		d.change(last, func(v []byte) []byte {
			key, _ := innerParts(v)
			v[key] ^= 0xff
			return v
		})
	}, "state-order"},
	{"bytes behind a node", "application", func(d db) {
		d.change(d.find("s/k:inklog/s", func(_, v []byte) bool { return isLeaf(v) }), func(v []byte) []byte { return append(v, 0) })
	}, "state-node"},
	{"a node deleted", "application", func(d db) {
		d.change(d.find("s/k:inklog/s", func(_, v []byte) bool { return isLeaf(v) && bytes.Contains(v, layout.EntryKey(7)) }), gone)
	}, "state-node"},
	{"a fast value", "application", func(d db) {
		d.change(append([]byte("s/k:inklog/f"), layout.EntryKey(5)...), lastByte)
	}, "state-fast"},
	{"a fast value deleted", "application", func(d db) { d.change(append([]byte("s/k:inklog/f"), layout.EntryKey(5)...), gone) }, "state-fast"},
	{"a fast value more", "application", func(d db) {
		require.NoError(d.t, d.Put([]byte("s/k:inklog/fz"), []byte{2, 1, 'x'}, nil))
	}, "state-fast"},
	{"the root of a store in the commit", "application", func(d db) {
		d.change([]byte("s/20"), func(v []byte) []byte {
			var info storetypes.CommitInfo
			require.NoError(d.t, info.Unmarshal(v))
			info.StoreInfos[2].CommitId.Hash[0] ^= 1
			out, err := info.Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "state-app-hash"},
	{"the state set back", "application", func(d db) {
		d.change([]byte("s/latest"), func([]byte) []byte {
			out, err := gogotypes.StdInt64Marshal(12)
			require.NoError(d.t, err)
			return out
		})
	}, "state-fast"},
	{"a header", "blockstore", func(d db) {
		d.change([]byte("H:9"), func(v []byte) []byte {
			var m cmtproto.BlockMeta
			require.NoError(d.t, m.Unmarshal(v))
			m.Header.AppHash[0] ^= 1
			out, err := m.Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "block-meta"},
	{"a block", "blockstore", func(d db) {
		d.change([]byte("P:9:0"), func(v []byte) []byte {
			v[len(v)/2] ^= 1
			return v
		})
	}, "block-content"},
	{"a block deleted", "blockstore", func(d db) { d.change([]byte("P:9:0"), gone) }, "block-content"},
	{"a header deleted", "blockstore", func(d db) { d.change([]byte("H:9"), gone) }, "block-meta"},
	{"a signature that was seen", "blockstore", func(d db) { d.change([]byte("SC:9"), changeSignature) }, "block-commit"},
	{"a signature in the next block", "blockstore", func(d db) { d.change([]byte("C:9"), changeSignature) }, "block-commit"},
	{"a row to a block", "blockstore", func(d db) {
		d.change(d.find("BH:", func(_, v []byte) bool { return string(v) == "9" }), func([]byte) []byte { return []byte("8") })
	}, "block-row"},
	{"a row to no block", "blockstore", func(d db) { require.NoError(d.t, d.Put([]byte("BH:00"), []byte("9"), nil)) }, "block-row"},
	{"the last block forgotten", "blockstore", func(d db) {
		d.change([]byte("blockStore"), func([]byte) []byte {
			out, err := (&cmtstore.BlockStoreState{Base: 1, Height: 9}).Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "block-state"},
	{"a validator", "state", func(d db) {
		d.change([]byte("validatorsKey:1"), func(v []byte) []byte {
			var info cmtstate.ValidatorsInfo
			require.NoError(d.t, info.Unmarshal(v))
			info.ValidatorSet.Validators[0].VotingPower++
			info.ValidatorSet.TotalVotingPower++
			out, err := info.Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "block-set"},
	{"a power above CometBFT's limit", "state", func(d db) {
		d.change([]byte("validatorsKey:1"), func(v []byte) []byte {
			var info cmtstate.ValidatorsInfo
			require.NoError(d.t, info.Unmarshal(v))
			info.ValidatorSet.Validators[0].VotingPower = 1 << 62
			out, err := info.Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "block-set"},
	{"results", "state", func(d db) {
		d.change([]byte("abciResponsesKey:9"), func(v []byte) []byte {
			return append(v, 0x2a, 1, 7) // the app hash a second time, another
		})
	}, "block-results"},
	{"CometBFT's note of the app hash", "state", func(d db) {
		d.change([]byte("stateKey"), func(v []byte) []byte {
			var s cmtstate.State
			require.NoError(d.t, s.Unmarshal(v))
			s.AppHash[0] ^= 1
			out, err := s.Marshal()
			require.NoError(d.t, err)
			return out
		})
	}, "state-app-hash"},
	{"CometBFT's state", "state", func(d db) { d.change([]byte("stateKey"), func(v []byte) []byte { return v[:len(v)/2] }) }, "block-state"},
}

func changeSignature(v []byte) []byte {
	var c cmtproto.Commit
	if err := c.Unmarshal(v); err != nil {
		return v
	}
	c.Signatures[3].Signature[10] ^= 1
	out, _ := c.Marshal()
	return out
}

// TestChangedRecordsAreFound changes records as somebody does who can write the
// databases: checksums do not help, only hashes do. Those of the archive are right too.
func TestChangedRecordsAreFound(t *testing.T) {
	h := newHome(t)
	for _, c := range slices.Concat(tamperings, proofTamperings) {
		t.Run(c.name, func(t *testing.T) {
			copied := h.copied(t)
			opened, err := leveldb.OpenFile(filepath.Join(parent(copied.dir, c.db), c.db+".db"), &opt.Options{ErrorIfMissing: true})
			require.NoError(t, err)
			c.change(db{t, opened})
			require.NoError(t, opened.Close())
			requireFound(t, copied.audit(t), c.code)
		})
	}
}

// copied is a copy that may be written.
func (h home) copied(t testing.TB) home {
	t.Helper()
	to := filepath.Join(t.TempDir(), "home")
	require.NoError(t, os.CopyFS(to, os.DirFS(h.dir)))
	c := h
	c.dir, c.openings, c.bundles = to, filepath.Join(to, "openings"), filepath.Join(to, "bundles")
	return c
}

// requireFound wants a finding of this code, with what was expected and what came.
func requireFound(t testing.TB, r *audit.Report, code string) {
	t.Helper()
	var codes []string
	for _, a := range r.Areas {
		for _, f := range a.Findings {
			require.NotEmpty(t, f.Expected)
			require.NotEmpty(t, f.Zh, f.Code)
			require.NotEmpty(t, f.En, f.Code)
			codes = append(codes, f.Code)
		}
		for _, n := range a.Notes {
			require.NotEmpty(t, n.Zh, n.Code)
		}
		for _, c := range a.Checked {
			require.NotEmpty(t, c.Zh, c.What)
		}
	}
	require.Contains(t, codes, code)
}

func TestARunningNodeIsRefused(t *testing.T) {
	h := newHome(t).copied(t)
	running, err := leveldb.OpenFile(filepath.Join(h.dir, "data", "blockstore.db"), nil)
	require.NoError(t, err)
	_, err = audit.Run(context.Background(), h.options())
	require.ErrorIs(t, err, audit.ErrRunning)
	require.NoError(t, running.Close())
	requireClean(t, h.audit(t))
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	_, err := audit.Run(context.Background(), audit.Options{Home: t.TempDir()})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = audit.Run(context.Background(), audit.Options{Bundles: []string{"x.ink"}})
	require.ErrorIs(t, err, audit.ErrAnchor)
	_, err = audit.Run(context.Background(), audit.Options{Anchor: []byte("INKBNDL1")})
	require.ErrorIs(t, err, audit.ErrAnchor)
	_, err = audit.Run(context.Background(), audit.Options{Openings: []string{"/no/such.inkopen"}})
	require.ErrorIs(t, err, os.ErrNotExist)
}
