package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	_ "github.com/inkchain/inkd/app" // registers all errors
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// Every registered error of the app and the modules has its sentences, and no
// sentence is left of an error that is gone.
func TestEveryRefusalHasSentences(t *testing.T) {
	for _, space := range []string{"inkd", "log", "consortium", "enterprise", "evidence"} {
		for code := uint32(2); code < 100; code++ {
			id := fmt.Sprintf("%s/%d", space, code)
			registered := description(space, code) != "unknown"
			s, have := refusals[id]
			require.Equal(t, registered, have, "%s: %s", id, description(space, code))
			if have {
				require.NotEmpty(t, s.zh, id)
				require.NotEmpty(t, s.en, id)
			}
		}
	}
}

func TestStatusOfErrors(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	for name, c := range map[string]struct {
		err  error
		exit int
		code string
	}{
		"own":          {fmt.Errorf("wrapped: %w", Usage("甲", "a", "")), ExitUsage, "usage"},
		"dial":         {fmt.Errorf("post failed: %w", dial), ExitUnreachable, "unreachable"},
		"flag":         {errors.New("unknown flag: --x"), ExitUsage, "usage"},
		"arguments":    {errors.New("accepts 1 arg(s), received 0"), ExitUsage, "usage"},
		"module":       {errorsmod.Wrap(enterprisetypes.ErrInvalidUSCC, "character 18"), ExitUsage, "enterprise/8"},
		"file":         {fmt.Errorf("reading: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}), ExitLocalFile, "file"},
		"anything":     {errors.New("what"), ExitInternal, "internal"},
		"not seen":     {NotSeen("AB"), ExitNotSeen, "not-seen"},
		"unknown code": {Refused("other", 7, "no"), ExitRefused, "other/7"},
	} {
		e := classify(c.err)
		require.Equal(t, c.exit, e.Exit, name)
		require.Equal(t, c.code, e.Code, name)
		require.NotEmpty(t, e.Zh, name)
		require.NotEmpty(t, e.En, name)
	}
}

func TestErrorsAreOneObjectOrLines(t *testing.T) {
	e := Usage("中文", "a <b> & c", "do this")
	var b bytes.Buffer
	writeJSONError(&b, e)
	require.Equal(t, `{"code":"usage","zh":"中文","en":"a <b> & c","hint":"do this"}`+"\n", b.String())
	require.True(t, json.Valid(b.Bytes()))
	b.Reset()
	writeTextError(&b, e)
	require.Equal(t, "错误: 中文\nerror: a <b> & c [usage]\nhint: do this\n", b.String())
	b.Reset()
	writeTextError(&b, e.WithHint("请如此 · do this"))
	require.Equal(t, "错误: 中文\nerror: a <b> & c [usage]\n提示: 请如此\nhint: do this\n", b.String())
	b.Reset()
	writeJSONError(&b, e.WithHint("请如此 · do this"))
	require.Equal(t, `{"code":"usage","zh":"中文","en":"a <b> & c","hint":"do this","hint_zh":"请如此"}`+"\n", b.String())
}

// The wish for JSON is honoured also when the flags could not be read to the end.
func TestJSONIsFoundInBrokenFlags(t *testing.T) {
	root := &cobra.Command{Use: "inkd"}
	child := &cobra.Command{Use: "hash", Run: func(*cobra.Command, []string) {}}
	addOutputFlag(child)
	root.AddCommand(child)
	for _, args := range [][]string{
		{"hash", "--nonsense", "-o", "json"}, {"hash", "-o=json"}, {"hash", "--output=json"}, {"nothing", "--output", "json"},
	} {
		require.True(t, outputIsJSON(root, args), args)
	}
	require.False(t, outputIsJSON(root, []string{"hash", "-o", "text"}))
	require.False(t, outputIsJSON(root, []string{"hash"}))
}

// The SDK gives a query's error another code; the module's own is found again.
func TestCodeOfARefusedQuery(t *testing.T) {
	e := refusedQuery("/ink.enterprise.v1.Query/Enterprise", "sdk", 22,
		"rpc error: code = NotFound desc = expected the id of an enterprise, got 99: unknown enterprise: key not found")
	require.Equal(t, "enterprise/4", e.Code)
	require.Equal(t, "no such enterprise: expected the id of an enterprise, got 99: unknown enterprise", e.En)
	// Two modules have errors of the same text: the one that was asked counts.
	require.Equal(t, "enterprise/2", refusedQuery("/ink.enterprise.v1.Query/X", "sdk", 18, "x: invalid field: invalid request").Code)
	require.Equal(t, "consortium/6", refusedQuery("/ink.consortium.v1.Query/X", "sdk", 18, "x: invalid field: invalid request").Code)
	require.Equal(t, "sdk/18", refusedQuery("/cosmos.auth.v1beta1.Query/X", "sdk", 18, "something else").Code)
}
