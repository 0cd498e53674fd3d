package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	// showAllBytes of items are shown if nobody chooses, about 400,000 rows: with the
	// rest the bundle then has up to 48 MiB.
	showAllBytes = 47 << 20
	// mostShown bytes of items leave room for all else in a bundle.
	mostShown = bundle.MaxBytes - 8<<20
	// leastItem is what an item takes at least: salt and digests.
	leastItem = 100
)

// shownContent is what a bundle shows of the content, from an opening file or from a
// review copy.
type shownContent struct {
	opening, review string
	items           string // "all", "none", "0,3-7"; empty for the default
	private         bool
	most            int // bytes of items that are shown unasked; 0 for showAllBytes
}

func addShownFlags(cmd *cobra.Command, c *shownContent) {
	f := cmd.Flags()
	f.StringVar(&c.opening, "opening", "", "存证密钥文件 · the opening file: shows the public part and items, never the secret")
	f.StringVar(&c.review, "review", "", "审查副本 · a review copy, if there is no opening file")
	f.StringVar(&c.items, "items", "", "展示的数据项 · items to show: all, none, or indexes like 0,3-7 (default: all if they have up to 47 MiB, about 400,000 rows, else the first one)")
	f.BoolVar(&c.private, "private", false, "一并展示名称、摘要等说明 · show title, summary and the rest of the description, too")
}

// check is what can be said without a chain.
func (c *shownContent) check() error {
	switch {
	case c.opening != "" && c.review != "":
		return Usage("存证密钥文件与审查副本只能给出一个", "expected --opening or --review, got both", "")
	case c.opening == "" && c.review == "" && (c.items != "" || c.private):
		return Usage("须给出存证密钥文件或审查副本", "--items, --private: expected --opening or --review with them, got neither", "--opening FILE.inkopen")
	}
	_, err := c.indexes(nil)
	return err
}

// read takes the content of an entry from the file, which must be of that record.
func (c *shownContent) read(e *logtypes.Entry) (*bundle.Content, []format.Shown, error) {
	if c.opening == "" && c.review == "" {
		return nil, nil, nil
	}
	if e.GetRecord() == nil {
		return nil, nil, Usage("该条目不是存证", fmt.Sprintf("--opening, --review: expected the seq of a record, got %s", e.Kind()), "")
	}
	if c.review != "" {
		return c.readReview(e)
	}
	f, err := opening.Open(c.opening)
	if err != nil {
		return nil, nil, File("无法读取存证密钥文件", "the opening file", err, "")
	}
	defer f.Close()
	if err := sameCommitment(c.opening, f.Header.Commitment, e); err != nil {
		return nil, nil, err
	}
	indexes, err := c.indexes(&f.Public)
	if err != nil {
		return nil, nil, err
	}
	var items []format.Shown
	if indexes == nil {
		items, err = prove.AllItems(f)
	}
	if err == nil && c.items == "" && c.tooLarge(items) {
		indexes = []uint64{0}
	}
	if err == nil && len(indexes) > 0 {
		items, err = prove.SomeItems(f, indexes)
	}
	if err == nil {
		err = tooManyBytes(items)
	}
	if err != nil {
		return nil, nil, BadInput("无法展示这些数据项", "--items", err, fmt.Sprintf("序号为 0 至 %d，如 --items 0,3-7；不加 --items 时示出可容纳者 · indexes from 0 to %d, like --items 0,3-7; without --items it shows what has room", f.Public.Items-1, f.Public.Items-1))
	}
	return prove.ContentOf(&f.Header, c.private), items, nil
}

// tooManyBytes refuses what no bundle holds, before anything is asked for.
func tooManyBytes(items []format.Shown) error {
	if n := len((&bundle.Bundle{Items: items}).Bytes()); n > mostShown {
		return fmt.Errorf("expected items of at most %d bytes together, which is what a bundle holds, got %d items of %d bytes: show fewer", mostShown, len(items), n)
	}
	return nil
}

// tooLarge says whether these items are too many to be shown unasked.
func (c *shownContent) tooLarge(items []format.Shown) bool {
	return len((&bundle.Bundle{Items: items}).Bytes()) > cmp.Or(c.most, showAllBytes)
}

// readReview shows those of the copy's items that are chosen; all by default.
func (c *shownContent) readReview(e *logtypes.Entry) (*bundle.Content, []format.Shown, error) {
	review, err := opening.ReadReview(c.review)
	if err != nil {
		return nil, nil, File("无法读取审查副本", "the review copy", err, "")
	}
	if err := sameCommitment(c.review, review.Commitment, e); err != nil {
		return nil, nil, err
	}
	content := prove.ContentOfReview(&review, c.private)
	if c.items == "" || c.items == itemsAll {
		return content, review.Shown, nil
	}
	indexes, err := c.indexes(nil)
	if err != nil {
		return nil, nil, err
	}
	var items []format.Shown
	for _, index := range indexes {
		at := slices.IndexFunc(review.Shown, func(s format.Shown) bool { return s.Index == index })
		if at < 0 {
			return nil, nil, Usage(fmt.Sprintf("审查副本未展示第 %d 项", index), fmt.Sprintf("--items: expected items that the review copy shows, got %d", index), "--items all")
		}
		items = append(items, review.Shown[at])
	}
	return content, items, nil
}

func sameCommitment(file string, commitment format.Hash, e *logtypes.Entry) error {
	if bytes.Equal(commitment[:], e.GetRecord().Commitment) {
		return nil
	}
	return Usage("该文件属于另一件存证："+file,
		fmt.Sprintf("%s: expected the commitment %x… of record %d, got %x…", file, e.GetRecord().Commitment[:8], e.Seq, commitment[:8]), "")
}

const (
	itemsAll  = "all"
	itemsNone = "none"
)

// indexes are the chosen items, ascending; nil for all of them. Without a public part
// the default is none.
func (c *shownContent) indexes(p *format.Public) ([]uint64, error) {
	switch {
	case c.items == "" && p != nil && p.Items > showAllBytes/leastItem:
		return []uint64{0}, nil
	case c.items == "" && p != nil, c.items == itemsAll:
		return nil, nil
	case c.items == "", c.items == itemsNone:
		return []uint64{}, nil
	}
	return parseRanges(c.items)
}

// parseRanges reads a list like 0,3-7, sorts it and refuses repetitions.
func parseRanges(list string) ([]uint64, error) {
	bad := func(text string) error {
		return Usage("数据项序号不正确："+text, fmt.Sprintf("--items: expected all, none, or indexes like 0,3-7, got %q", text), "")
	}
	indexes := []uint64{}
	for _, text := range strings.Split(list, ",") {
		text = strings.TrimSpace(text)
		low, high, isRange := strings.Cut(text, "-")
		from, err := strconv.ParseUint(low, 10, 40)
		if err != nil {
			return nil, bad(text)
		}
		to := from
		if isRange {
			if to, err = strconv.ParseUint(high, 10, 40); err != nil || to < from {
				return nil, bad(text)
			}
		}
		if to-from >= opening.MaxShown || len(indexes)+int(to-from) >= opening.MaxShown {
			return nil, Usage("数据项过多", fmt.Sprintf("--items: expected at most %d indexes, got more", opening.MaxShown), "--items all")
		}
		for i := from; i <= to; i++ {
			indexes = append(indexes, i)
		}
	}
	slices.Sort(indexes)
	if unique := slices.Compact(slices.Clone(indexes)); len(unique) != len(indexes) {
		return nil, Usage("数据项序号重复："+list, fmt.Sprintf("--items: expected each index once, got %q", list), "")
	}
	return indexes, nil
}
