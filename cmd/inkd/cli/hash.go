package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
)

// hashed is what `inkd evidence hash` prints.
type hashed struct {
	Recipe      string `json:"recipe"`
	Items       uint64 `json:"items"`
	HeaderItems uint32 `json:"header_items"`
	Count       uint64 `json:"count"`
	TotalSize   uint64 `json:"total_size"`
	SHA256      string `json:"sha256,omitempty"`
	SM3         string `json:"sm3,omitempty"`
}

func hashCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "hash PATH|-",
		Short: "计算条数、总量与文件摘要，不上链 · Count and digest a file or directory; nothing is sent",
		Long: `计算数据项数 n、表头行数 h、条数、总量；取证方式为 file 时给出 SHA-256 与 SM3。
Counts items n, header rows h and 条数 = n − h. The digests are printed for recipe
file only: they are those of the whole file, unsalted. No commitment is printed: it
would need a secret.`,
		Example: "  inkd evidence hash 数据.csv\n  inkd evidence hash package/ -o json\n  tar c . | inkd evidence hash - --recipe file",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := newContent(args[0], name, cmd.InOrStdin())
			if err != nil {
				return err
			}
			return runHash(cmd, c)
		},
	}
	addRecipeFlag(cmd, &name)
	addOutputFlag(cmd)
	return cmd
}

func addRecipeFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "recipe", "", "取证方式 · how to cut: "+recipeNames+" (default: dir for a directory, csv/1 for *.csv, else file)")
	_ = cmd.RegisterFlagCompletionFunc("recipe", cobra.FixedCompletions([]string{"file", "dir", "lines", "csv/1", "csv/0"}, cobra.ShellCompDirectiveNoFileComp))
}

func runHash(cmd *cobra.Command, c content) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	show, done := progress(cmd)
	var first format.Item
	sum, err := c.scan(cmd.Context(), show, func(it format.Item) error {
		if it.Index == 0 {
			first = it
		}
		return nil
	})
	done()
	if err != nil {
		return err
	}
	out := hashed{
		Recipe: c.recipeName(), Items: sum.Items, HeaderItems: sum.HeaderItems,
		Count: sum.Items - uint64(sum.HeaderItems), TotalSize: sum.TotalSize,
	}
	if c.recipe == format.RecipeFile {
		out.SHA256, out.SM3 = hexOf(first.SHA256[:]), hexOf(first.SM3[:])
	}
	return s.print(cmd, out, []row{
		{"取证方式", "recipe", c.choice()},
		{"数据项", "items n", fmt.Sprint(out.Items)},
		{"表头行", "header rows h", fmt.Sprint(out.HeaderItems)},
		{"条数", "count n − h", fmt.Sprint(out.Count)},
		{"数据总量", "total size", fmt.Sprintf("%d bytes", out.TotalSize)},
		{"文件哈希 SHA-256", "SHA-256", out.SHA256},
		{"文件哈希 SM3", "SM3", out.SM3},
	})
}
