package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/format/recipe"
)

// content is what is to be evidenced and how it is cut.
type content struct {
	path   string // "-" for standard input
	recipe format.Recipe
	header uint32 // header rows, csv only
	chosen bool   // by a flag, not by the name
	stdin  io.Reader
}

const recipeNames = "file, dir, lines, csv/1, csv/0"

// newContent looks at the path and chooses the recipe: a directory is dir, a name
// that ends in .csv is csv/1, everything else is file, unless told otherwise.
func newContent(path, name string, stdin io.Reader) (content, error) {
	c := content{path: path, recipe: format.RecipeFile, stdin: stdin}
	isDir := false
	if path != "-" {
		info, err := os.Stat(path)
		if err != nil {
			return c, File("无法读取", "expected a readable file or directory", err, "")
		}
		isDir = info.IsDir()
	}
	switch {
	case name != "":
		return c.withRecipe(name)
	case isDir:
		c.recipe = format.RecipeDir
	case strings.HasSuffix(strings.ToLower(path), ".csv"):
		c.recipe, c.header = format.RecipeCSV, 1
	}
	return c, nil
}

func (c content) withRecipe(name string) (content, error) {
	r, header, err := format.ParseRecipe(name)
	if err != nil || r == format.RecipeAPI || r == format.RecipeSecretPoints {
		return c, Usage("取证方式不正确："+name, fmt.Sprintf("--recipe: expected one of %s, got %q", recipeNames, name), "")
	}
	if r == format.RecipeDir && c.path == "-" {
		return c, Usage("标准输入不能作为目录", "--recipe dir: expected a directory, got standard input", "")
	}
	c.recipe, c.header, c.chosen = r, header, true
	return c, nil
}

func (c content) recipeName() string { return format.RecipeName(c.recipe, c.header) }

// choice says how the recipe was chosen.
func (c content) choice() string {
	if c.chosen {
		return c.recipeName() + "（--recipe）"
	}
	return c.recipeName() + "（默认 · default; --recipe " + strings.ReplaceAll(recipeNames, ", ", "|") + "）"
}

// scan cuts and digests the content; a bar shows how far it is.
func (c content) scan(ctx context.Context, show func(done, total uint64), emit func(format.Item) error) (recipe.Summary, error) {
	src := recipe.Source{Path: c.path, Progress: show}
	if c.path == "-" {
		src = recipe.Source{Reader: c.stdin, Progress: show}
	}
	sum, err := recipe.Scan(ctx, c.recipe, c.header, src, emit)
	if err != nil {
		return sum, scanError(err)
	}
	return sum, nil
}

// scanError gives a refusal of the content its status and its sentences.
func scanError(err error) error {
	var known *Error
	var line *recipe.LineError
	var refused *recipe.RefusedError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &line):
		return BadInput(fmt.Sprintf("CSV 第 %d 行不正确", line.Line), "the CSV is malformed", err, "repair the line, or take the file as a whole: --recipe file")
	case errors.As(err, &refused):
		return BadInput("目录中有不能存证的条目", "the directory holds what cannot be evidenced", err, "remove these entries, or pack the directory into one file")
	case errors.Is(err, recipe.ErrEmpty):
		return BadInput("没有可存证的内容", "there is nothing to evidence", err, "an empty file can be evidenced with --recipe file")
	case errors.Is(err, recipe.ErrChanged):
		return File("读取期间内容发生变化", "the content changed while it was read", err, "evidence a copy, or wait until nobody writes")
	case errors.Is(err, recipe.ErrNotRegular), errors.Is(err, recipe.ErrParameter):
		return BadInput("取证方式不适用于该路径", "the recipe does not fit this path", err, "recipes: "+recipeNames)
	case errors.Is(err, opening.ErrNoSpace):
		return openingError(err)
	case errors.Is(err, context.Canceled):
		return Usage("已取消", "cancelled", "")
	}
	return File("读取失败", "reading the content", err, "")
}

// openingError is a failure to write or read an opening file.
func openingError(err error) error {
	switch {
	case errors.Is(err, opening.ErrExists):
		return File("不覆盖已有文件", "an existing file is never replaced", err, "finish it with inkd evidence resume FILE.inkopen --from NAME, or give another name with --out")
	case errors.Is(err, opening.ErrNoSpace):
		return File("磁盘空间不足，交易未发送", "the disk is full; nothing was sent", err, "make room, or give another place with --out")
	}
	return File("存证密钥文件出错，交易未发送", "the opening file; nothing was sent", err, "give another place with --out")
}
