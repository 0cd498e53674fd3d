package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
)

// maxShownItems is how many items one review copy may show.
const maxShownItems = 16

func reviewCopyCommand() *cobra.Command {
	var items, number, out string
	cmd := &cobra.Command{
		Use:   "review-copy FILE.inkopen",
		Short: "制作审查副本，供审核人核对 · Make the file that reviewers get",
		Long: `审查副本含公开部分、名称等说明与所选数据项的摘要，不含密钥；仅交审核人，不上链。
It holds the public part, the description and the digests of the chosen items with
their salts, never the secret. Whoever has it can show what it shows, and no more.`,
		Example: "  inkd evidence review-copy 数据.csv.inkopen --items 0,1,2 --out 数据.inkreview\n  inkd evidence review-copy a.inkopen --number CZ20260000000000427 --out a.inkreview",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReviewCopy(cmd, args[0], items, number, out, cmd.Flags().Changed("items"))
		},
	}
	f := cmd.Flags()
	f.StringVar(&items, "items", "", "展示的数据项序号，逗号分隔，至多 16 项 · indexes of items to show, at most 16 (default: 0 for recipe file, else none)")
	f.StringVar(&number, "number", "", "存证编号 · the record's number (default: from the receipt beside the opening file)")
	f.StringVar(&out, "out", "", "审查副本 · the file to write (default: FILE.inkreview)")
	addOutputFlag(cmd)
	return cmd
}

// reviewCopied is what is printed of a review copy.
type reviewCopied struct {
	ReviewCopy  string   `json:"review_copy"`
	EvidenceSeq uint64   `json:"evidence_seq"`
	Items       []uint64 `json:"items"`
}

func runReviewCopy(cmd *cobra.Command, file, items, number, out string, chosen bool) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	f, err := opening.Open(file)
	if err != nil {
		return File("无法读取存证密钥文件", "the opening file", err, "")
	}
	defer f.Close()
	indexes := []uint64{}
	if chosen {
		if indexes, err = parseIndexes(items); err != nil {
			return err
		}
	} else if f.Public.Recipe == format.RecipeFile {
		indexes = []uint64{0}
	}
	seq, err := evidenceSeq(number, file, f.Header.Commitment)
	if err != nil {
		return err
	}
	review, err := f.Review(seq, indexes)
	if err != nil {
		return BadInput("无法展示这些数据项", "--items", err, fmt.Sprintf("indexes from 0 to %d", f.Public.Items-1))
	}
	if out == "" {
		out = strings.TrimSuffix(file, ".inkopen") + ".inkreview"
	}
	if err := opening.WriteReview(out, review); err != nil {
		return File("无法写审查副本", "the review copy", err, "an existing file is never replaced: --out FILE")
	}
	return s.print(cmd, reviewCopied{out, seq, indexes}, []row{
		{"审查副本", "review copy", out},
		{"展示的数据项", "items shown", fmt.Sprint(indexes)},
	})
}

// parseIndexes reads a list of indexes, sorts it and refuses repetitions.
func parseIndexes(list string) ([]uint64, error) {
	indexes := []uint64{}
	for _, text := range strings.Split(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, Usage("数据项序号不正确："+text, fmt.Sprintf("--items: expected indexes like 0,1,2, got %q", text), "")
		}
		indexes = append(indexes, n)
	}
	slices.Sort(indexes)
	indexes = slices.Compact(indexes)
	if len(indexes) > maxShownItems {
		return nil, Usage("数据项过多", fmt.Sprintf("--items: expected at most %d, got %d", maxShownItems, len(indexes)), "")
	}
	return indexes, nil
}
