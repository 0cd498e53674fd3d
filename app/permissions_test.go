package app_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// table is testdata/permissions.txt: marks by row and column.
type table struct {
	columns []string
	rows    []string
	marks   map[string][]string
}

func readTable(t *testing.T) table {
	b, err := os.ReadFile("testdata/permissions.txt")
	require.NoError(t, err)
	p := table{marks: map[string][]string{}}
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
		case p.columns == nil:
			require.Equal(t, "message", fields[0])
			p.columns = fields[1:]
		default:
			require.Len(t, fields[1:], len(p.columns), fields[0])
			require.NotContains(t, p.marks, fields[0])
			p.rows = append(p.rows, fields[0])
			p.marks[fields[0]] = fields[1:]
		}
	}
	return p
}

// Every message that may come in a transaction has a row in the table, and every
// cell holds, through the ante chain and by direct delivery.
func TestPermissions(t *testing.T) {
	p := readTable(t)
	c := newCast(t)
	registered := map[string]bool{}
	for _, url := range c.App.Registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		if app.Classes[url] == app.Signed {
			registered[url[strings.LastIndexByte(url, '.')+1:]] = false
		}
	}
	for _, row := range p.rows {
		name, _, _ := strings.Cut(row, "/")
		require.Contains(t, registered, name, "a row of no message")
		registered[name] = true
		require.Contains(t, rows, row, "a row without a way to make its message")
	}
	for name, covered := range registered {
		require.True(t, covered, "%s: expected a row in testdata/permissions.txt, got none", name)
	}
	require.Len(t, c.actors, len(p.columns), "a column for every actor")
	for _, row := range p.rows {
		for i, column := range p.columns {
			if err := c.checkCell(row, column, p.marks[row][i]); err != nil {
				t.Errorf("%-32s %s: %s", row, column, err)
			}
		}
	}
}

// message is that of a row in the name of a column's actor.
func (c *cast) message(row, column string) sdk.Msg {
	x := c.own
	if column == "sad" || column == "sme" {
		x = c.suspended
	}
	return rows[row](c, column, c.actors[column], x)
}

// checkCell sends the message both ways and says what differs from the mark.
func (c *cast) checkCell(row, column, mark string) error {
	msg := c.message(row, column)
	response := c.Check(c.Sign(c.actors[column], msg))
	if response.Code == 0 {
		c.Block() // CheckTx counts; start from the committed state again
	}
	ante := "passed"
	if response.Code != 0 {
		ante = kindOf(errorsmod.ABCIError(response.Codespace, response.Code, response.Log))
	}
	handler := kindOf(c.Direct(msg))
	want := map[string][2]string{
		"+": {"passed", "passed"}, ".": {"not permitted", "not permitted"},
		"s": {"passed", "other"}, "f": {"other", "other"},
		"?": {"unknown signer", "not permitted"}, "r": {"retired key", "not permitted"},
	}
	expected, ok := want[mark]
	if !ok {
		return fmt.Errorf("expected a mark of the legend, got %q", mark)
	}
	if got := [2]string{ante, handler}; got != expected {
		return fmt.Errorf("expected ante and handler %q (%s), got %q (%s; %v)",
			expected, mark, got, response.Log, c.Direct(msg))
	}
	return nil
}

func kindOf(err error) string {
	switch {
	case err == nil:
		return "passed"
	case errorsmod.IsOf(err, consortiumtypes.ErrNotPermitted):
		return "not permitted"
	case errorsmod.IsOf(err, consortiumtypes.ErrUnknownSigner):
		return "unknown signer"
	case errorsmod.IsOf(err, consortiumtypes.ErrKeyRetired):
		return "retired key"
	}
	return "other"
}

// The same officer may not review twice, nor issue what was initially reviewed by
// the same: whatever the roles. Another officer may.
func TestFourEyes(t *testing.T) {
	c := newCast(t)
	both := c.Officer("center", "reviewer and certifier", 0, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
	initial := c.certificate(c.Admin, c.own, applied)
	c.Must(both, review(both, initial, evidencetypes.REVIEW_STAGE_INITIAL), nil)

	final := review(both, initial, evidencetypes.REVIEW_STAGE_FINAL)
	require.ErrorIs(t, c.Direct(final), evidencetypes.ErrFourEyes)
	result := c.Deliver(both, final)
	require.Equal(t, evidencetypes.ErrFourEyes.ABCICode(), result.Code, result.Log)
	c.Must(c.Reviewer2, review(c.Reviewer2, initial, evidencetypes.REVIEW_STAGE_FINAL), nil)

	x := issue(both, initial, c.own.content)
	require.ErrorIs(t, c.Direct(x), evidencetypes.ErrFourEyes)
	result = c.Deliver(both, x)
	require.Equal(t, evidencetypes.ErrFourEyes.ABCICode(), result.Code, result.Log)
	require.NoError(t, c.Direct(issue(c.Certifier, initial, c.own.content)))
}
