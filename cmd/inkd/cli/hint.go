package cli

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
)

var (
	commandInHint = regexp.MustCompile(`\binkd (tx|query|evidence|cert|institution|trust|status|keys|start|comet) `)
	plainWord     = regexp.MustCompile(`^[\p{L}\p{N}_./:,+-]+$`)
	sourcePlace   = regexp.MustCompile(` ?\[[^\[\]\s]*\.go:\d+\]`)
)

// homeInHint completes the commands in a hint: who gave --home needs it again.
func homeInHint(cmd *cobra.Command, hint string) string {
	f := cmd.Flags().Lookup(flags.FlagHome)
	// The home that an audit looks at is not the one that other commands begin with.
	if f == nil || !f.Changed || f.Value.String() == os.Getenv("INKD_HOME") || cmd.Name() == "audit" {
		return hint
	}
	home := quoted(f.Value.String())
	var b strings.Builder
	done := 0
	for _, at := range commandInHint.FindAllStringIndex(hint, -1) {
		b.WriteString(hint[done:at[0]])
		command, _, _ := strings.Cut(hint[at[0]:], ";")
		if !strings.Contains(command, " --home ") { // who says another home means it
			b.WriteString("inkd --home " + home)
			done = at[0] + len("inkd")
			continue
		}
		done = at[0]
	}
	return b.String() + hint[done:]
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
