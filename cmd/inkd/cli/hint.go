package cli

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
)

var (
	commandInHint = regexp.MustCompile(`\binkd (tx|query|evidence|cert|institution|status|keys|start|comet) `)
	plainWord     = regexp.MustCompile(`^[\p{L}\p{N}_./:,+-]+$`)
	sourcePlace   = regexp.MustCompile(` ?\[[^\[\]\s]*\.go:\d+\]`)
)

// homeInHint completes the commands in a hint: who gave --home needs it again.
func homeInHint(cmd *cobra.Command, hint string) string {
	f := cmd.Flags().Lookup(flags.FlagHome)
	if f == nil || !f.Changed || f.Value.String() == os.Getenv("INKD_HOME") {
		return hint
	}
	home := strings.ReplaceAll(quoted(f.Value.String()), "$", "$$")
	return commandInHint.ReplaceAllString(hint, "inkd --home "+home+" $1 ")
}

// quoted is a word as a shell reads it.
func quoted(word string) string {
	if plainWord.MatchString(word) && !strings.HasPrefix(word, "-") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// withoutSource takes the places in the source out of the SDK's messages.
func withoutSource(text string) string { return sourcePlace.ReplaceAllString(text, "") }
