package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// seenFile remembers the last verified header of an anchor's chain.
type seenFile struct{ path string }

func newSeenFile(home string, a *bundle.Anchor) seenFile {
	print := a.Fingerprint()
	return seenFile{filepath.Join(home, "seen-"+hexOf(print[:8])+".json")}
}

// seenRecord is what the file holds. The sum tells a damaged file from a forked chain.
type seenRecord struct {
	light.Seen
	Sum string `json:"sum"`
}

func seenSum(s light.Seen) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", s.Height, s.Hash))
	return hexOf(sum[:8])
}

// maxSeenFile is more than the file ever has.
const maxSeenFile = 4096

// read is nil if nothing was seen.
func (f seenFile) read() (*light.Seen, error) {
	b, err := ReadBounded(f.path, maxSeenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var r seenRecord
	if err == nil {
		r, err = parseSeen(b)
	}
	if err != nil {
		return nil, File("已核验区块头的记录已损坏或无法读取，这不表示链已分叉："+f.path,
			f.path+": the file of the last verified header is damaged or cannot be read, which says nothing of the chain", err,
			"移走该文件后重新启动：将从信任锚起核验，但不与此前所见比对 · move it away and start again: the chain is then verified from the anchor, but not compared with what was seen before")
	}
	return &r.Seen, nil
}

func parseSeen(b []byte) (seenRecord, error) {
	var r seenRecord
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) == 0 {
		return r, errors.New("expected a height and a hash, got an empty file")
	}
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if _, err := verify.ParseHash(r.Hash); err != nil || r.Height == 0 || d.More() {
		return r, fmt.Errorf("expected a height and the 64 hexadecimal digits of a hash, got height %d and %q", r.Height, r.Hash)
	}
	if want := seenSum(r.Seen); r.Sum != want {
		return r, fmt.Errorf("expected the sum %s of height and hash, got %q", want, r.Sum)
	}
	return r, nil
}

// write replaces the file as a whole, on disk before it returns. Another process may do
// the same: the higher header stays.
func (f seenFile) write(s light.Seen) error {
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if had, err := f.read(); err == nil && had != nil && had.Height >= s.Height {
		return nil
	}
	b, err := json.Marshal(seenRecord{s, seenSum(s)})
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(f.path)+".*.new")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // not there any more if all went well
	_, err = tmp.Write(append(b, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), f.path); err != nil {
		return err
	}
	return syncDir(dir)
}
