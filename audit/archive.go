package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/syndtr/goleveldb/leveldb/opt"

	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// archiveAudit checks the proof archive in itself, against the log and the blocks, and
// along the chain of validator sets from the founders on.
type archiveAudit struct {
	db      *database
	archive *logindex.Archive
	state   *stateAudit
	chain   *chain
	log     *logAudit
	anchor  *bundle.Anchor
	area    *Area
}

func (a *archiveAudit) where(what string, height uint64) Where {
	return Where{File: a.db.name, Key: fmt.Sprintf("%s %d", what, height), Height: int64(height)}
}

// run opens the archive once more, as its own code does, for reading only.
func (a *archiveAudit) run(ctx context.Context, home string) error {
	db, err := dbm.NewGoLevelDBWithOpts(logindex.ArchiveName, home, &opt.Options{ReadOnly: true, ErrorIfMissing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	if a.archive, err = logindex.OpenArchive(db); err == nil {
		err = a.archive.Audit(func(err error) {
			a.area.find("archive-row", Where{File: a.db.name}, "what was written, and what belongs to it", err)
		})
	}
	if err != nil {
		a.area.find("archive-row", Where{File: a.db.name}, "an archive that can be read", err)
		return nil
	}
	if a.log != nil {
		a.checkLog(a.log.foundID)
		a.checkComplete()
	}
	if err := a.checkHeads(ctx); err != nil {
		return err
	}
	return a.checkBlocks(ctx)
}

// checkLog compares the log that the archive names with that of the state. One that
// names none was not written to yet: the node binds it before it keeps a head.
func (a *archiveAudit) checkLog(id []byte) {
	named, bound, err := a.archive.LogID()
	switch {
	case id == nil:
	case err != nil:
		a.area.find("archive-log", Where{File: a.db.name}, id, err)
	case !bound:
		a.area.note("archive-unbound", "")
	case !bytes.Equal(named[:], id):
		a.area.find("archive-log", Where{File: a.db.name}, id, named[:])
	}
}

// pages calls fn with all heights of a table.
func pages(ctx context.Context, page func(after uint64, limit int) ([]uint64, error), fn func(height uint64)) error {
	for after := uint64(0); ; {
		heights, err := page(after, 0)
		if err != nil || len(heights) == 0 {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, after = range heights {
			fn(after)
		}
	}
}

// checkComplete wants a head of each block that appended, or a note that it is missing.
func (a *archiveAudit) checkComplete() {
	seen, err := a.archive.Seen()
	if err != nil || seen > a.log.next {
		a.area.find("archive-row", Where{File: a.db.name, Key: "seen"}, fmt.Sprintf("at most %d entries", a.log.next), orHash(err, fmt.Appendf(nil, "%d", seen)))
		return
	}
	if seen < a.log.next {
		a.area.note("archive-behind", fmt.Sprintf("%d of %d", seen, a.log.next))
	}
	missing := map[uint64]bool{}
	if err := pages(context.Background(), a.archive.Missing, func(h uint64) { missing[h] = true }); err != nil {
		return // a finding of the archive's own
	}
	for _, at := range a.log.blocks {
		if at.size > seen || missing[at.height] {
			continue
		}
		if _, ok, err := a.archive.Head(at.height); err == nil && !ok {
			a.area.find("archive-head", a.where("head", at.height), "a head, or a note that it is missing", "none")
		}
	}
	if len(missing) > 0 {
		a.area.note("archive-gaps", fmt.Sprint(len(missing)))
	}
}

// checkHeads compares the archived heads with the log as their blocks left it.
func (a *archiveAudit) checkHeads(ctx context.Context) error {
	byHeight := map[uint64]logAt{}
	if a.log != nil && !a.log.broken {
		for _, at := range a.log.blocks {
			byHeight[at.height] = at
		}
	}
	return pages(ctx, a.archive.Heads, func(height uint64) {
		a.area.counted("heads", 1)
		b, ok, err := a.archive.Head(height)
		if err != nil || !ok {
			return // a finding of the archive's own
		}
		s, err := bundle.ParseState(b)
		if err != nil {
			return
		}
		hash := a.appHash(height)
		if hash == nil {
			return
		}
		head, err := logindex.ProveHead(s, hash)
		if err != nil {
			a.area.find("archive-head", a.where("head", height), fmt.Sprintf("a proof to the app hash %x", hash), err)
			return
		}
		at, ok := byHeight[height]
		if len(byHeight) == 0 {
			return
		}
		if !ok || head.Size_ != at.size || !bytes.Equal(head.Root, at.root[:]) {
			a.area.find("archive-head", a.where("head", height), fmt.Sprintf("size %d, root %x", at.size, at.root), fmt.Sprintf("size %d, root %x", head.Size_, head.Root))
		}
	})
}

// appHash of a height's state, as this node's blocks or else its state say; nil if both
// are gone: the archive itself compares with the block that it keeps.
func (a *archiveAudit) appHash(height uint64) []byte {
	if h := a.chain.header(int64(height) + 1); h != nil {
		return h.AppHash
	}
	if a.state != nil {
		if info, err := a.state.commitInfo(int64(height)); err == nil {
			return info.Hash()
		}
	}
	if message, _, _, ok, err := a.archive.Block(height + 1); err == nil && ok {
		if b, err := bundle.ParseBlock(message); err == nil {
			return b.Header.AppHash
		}
	}
	return nil
}

// checkBlocks goes along the archived blocks: each must be signed by the set that the
// link before named, the first by the founders. Signatures are checked by the archive.
func (a *archiveAudit) checkBlocks(ctx context.Context) error {
	heights, err := a.blockHeights(ctx)
	if err != nil {
		return err
	}
	var set []byte
	before, chainID := uint64(0), ""
	for _, height := range heights {
		message, _, _, ok, err := a.archive.Block(height)
		if err != nil || !ok {
			continue
		}
		b, err := bundle.ParseBlock(message)
		if err != nil {
			continue
		}
		a.area.counted("archived blocks", 1)
		if b.Header.ChainID != chainID {
			chainID = b.Header.ChainID
			set, before = a.founders(chainID)
		}
		if set != nil && !bytes.Equal(set, b.Header.ValidatorsHash) {
			if a.leadsTo(set, before, height) {
				a.area.note("archive-links", fmt.Sprint(height))
			} else {
				a.area.find("archive-set", a.where("block", height), set, b.Header.ValidatorsHash)
			}
		}
		set, before = b.Header.NextValidatorsHash, height
		if m, err := a.chain.meta(int64(height)); err == nil && m != nil && !bytes.Equal(m.BlockID.Hash, blocks.HeaderHash(b.Header)) {
			a.area.find("archive-block", a.where("block", height), hex.EncodeToString(m.BlockID.Hash), hex.EncodeToString(blocks.HeaderHash(b.Header)))
		}
	}
	return nil
}

// blockHeights are those of all archived blocks, ascending.
func (a *archiveAudit) blockHeights(ctx context.Context) ([]uint64, error) {
	var out []uint64
	err := a.db.each(ctx, []byte{'b'}, func(key, _ []byte) error {
		if len(key) == 8 {
			out = append(out, binary.BigEndian.Uint64(key))
		}
		return nil
	})
	return out, err
}

// leadsTo says whether this node's own blocks between two heights lead from a set to
// that of the upper one: the archive has yet to read them.
func (a *archiveAudit) leadsTo(set []byte, lower, upper uint64) bool {
	for h := lower + 1; h <= upper; h++ {
		header := a.chain.header(int64(h))
		if header == nil || !bytes.Equal(header.ValidatorsHash, set) {
			return false
		}
		set = header.NextValidatorsHash
	}
	return true
}

// founders is the hash of the set that founded a chain, the anchor's or else that of
// this node's first block, and the height below it; nil if it is not known.
func (a *archiveAudit) founders(chainID string) (set []byte, before uint64) {
	if a.anchor != nil {
		for _, era := range a.anchor.Eras {
			if era.ChainID == chainID {
				if hash, err := blocks.SetHash(era.Validators); err == nil {
					return hash, era.InitialHeight - 1
				}
			}
		}
	}
	s := a.chain.state
	if s == nil || s.ChainID != chainID {
		return nil, 0
	}
	before = uint64(s.InitialHeight) - 1
	if h := a.chain.header(s.InitialHeight); h != nil {
		return h.ValidatorsHash, before
	}
	if set, err := a.chain.set(s.InitialHeight); err == nil && set != nil {
		return set.Hash(), before
	}
	return nil, 0
}
