package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// An interruption ends a question at once, though nothing comes from the terminal.
func TestAnInterruptionEndsAQuestion(t *testing.T) {
	handed.Store(nil)
	silent, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := readLine(ctx, silent)
	e := classify(err)
	require.Equal(t, ExitInterrupted, e.Exit)
	require.Contains(t, e.En, "nothing was sent")

	line, err := readLine(t.Context(), strings.NewReader("yes\n"))
	require.NoError(t, err)
	require.Equal(t, "yes\n", line)
}

// What was entered is entered: who interrupts the wait is told to keep the old node.
func TestAnInterruptedRotationKeepsTheOldNode(t *testing.T) {
	for _, err := range []error{context.Canceled, &Error{Exit: ExitNotSeen, En: "entered"}, Unreachable(nil, nil)} {
		e := classify(stillWaiting(err))
		require.Contains(t, e.Hint, "keep the old node running", err)
	}
	require.Equal(t, ExitNotSeen, classify(stillWaiting(context.Canceled)).Exit)
	require.Empty(t, unchecked("tcp://127.0.0.1:1").value)
	require.Contains(t, unchecked("").value, "nobody checked")
}

func TestWrongFieldsAreNamed(t *testing.T) {
	s := typesOnly()
	enterprisetypes.RegisterInterfaces(s.InterfaceRegistry)
	for text, want := range map[string]string{
		`{"quota":"abc"}`:                     `quota: expected a whole number from 0, got "abc"`,
		`{"quota":""}`:                        `quota: expected a whole number from 0, got ""`,
		`{"quota":"99999999999999999999999"}`: `quota: expected a smaller whole number from 0, got "99999999999999999999999"`,
		`{"categories":[{"code":1},{"code":true}],"quota":"1"}`: `categories.1.code: expected a whole number from 0, got true`,
		`{"categories":[{"zh":[]}]}`:                            `categories.0.zh: expected a text, got []`,
		`{"nothing":"1"}`:                                       `nothing: expected a field that there is, got "1"`,
	} {
		tree, err := decodeTree([]byte(text))
		require.NoError(t, err)
		err = s.fillParams(&enterprisetypes.MsgUpdateParams{}, tree)
		require.Equal(t, ExitUsage, classify(err).Exit, text)
		require.Equal(t, want, classify(err).En, text)
	}
	for text, want := range map[string]string{
		`[1]`:                  `message 1: expected a JSON object with "@type", got something else`,
		`[{}]`:                 `message 1: @type: expected the type of a message, got none`,
		`{"@type":"/nothing"}`: `message 1: @type: expected the type of a message of this chain, got "/nothing"`,
		`{"@type":"/ink.consortium.v1.MsgSetPower","institution_id":"x"}`: `message 1: institution_id: expected a whole number from 0, got "x"`,
		`{"@type":"/ink.consortium.v1.MsgSetPower","instution":"3"}`:      `message 1: instution: expected a field that there is, got "3"`,
		`{"title":1,"messages":[{}]}`:                                     `FILE: expected messages as JSON with @type: title: expected a text, got number`,
		`{"messages":3}`:                                                  `FILE: expected messages as JSON with @type: messages: expected a list, got number`,
		`{"messages":[{}],"deadline":"7d"}`:                               `FILE: expected messages as JSON with @type: expected title, document_digest, expires_at and messages, got a field "deadline"`,
		`{"messages":[{}],"expires_at":"7d"}`:                             `expires_at: expected a time to come like 2026-01-31T08:00:00+08:00, got "7d"`,
		`{`:                                                               `FILE: expected messages as JSON with @type: expected JSON, got the end of the file`,
		`{]`:                                                              `FILE: expected messages as JSON with @type: expected JSON, got something else at byte 2`,
	} {
		_, err := (&proposal{}).fromFile(s, []byte(text))
		require.Error(t, err, text)
		require.Equal(t, want, classify(err).En, text)
	}
}

func TestAFilesDeadline(t *testing.T) {
	file := []byte(`{"expires_at":"2099-01-01T00:00:00Z","messages":[{"@type":"/ink.consortium.v1.MsgSetPower"}],"described":[]}`)
	p := &proposal{}
	_, err := p.fromFile(typesOnly(), file)
	require.NoError(t, err)
	require.Equal(t, 2099, p.expires.Year())
	given := &proposal{deadlineGiven: true}
	_, err = given.fromFile(typesOnly(), file)
	require.NoError(t, err)
	require.True(t, given.expires.IsZero(), "the flag says it better")
}

// A proposal that failed is no success for a script, and the vote stands.
func TestAFailedProposalIsARefusal(t *testing.T) {
	p := &shownProposal{ID: 7, status: consortiumtypes.PROPOSAL_STATUS_FAILED, Failure: showFailure(&consortiumtypes.Failure{Message: 1, Codespace: "consortium", Code: 17})}
	e := classify(p.failed())
	require.Equal(t, ExitRefused, e.Exit)
	require.Equal(t, "consortium/17", e.Code)
	require.Contains(t, e.En, "the vote is entered; the proposal was decided, but it failed and nothing was changed: message 1")
	p.status = consortiumtypes.PROPOSAL_STATUS_EXECUTED
	require.NoError(t, p.failed())
}

// Values that are set stand in titles, messages and outcomes in both languages.
func TestValuesAreSaid(t *testing.T) {
	m := shownMessage{said: said{"设定 enterprise 参数", "set the parameters of enterprise"}, Changes: []string{"quota: 1 → 2"}}
	require.Equal(t, "设定 enterprise 参数：quota: 1 → 2 · set the parameters of enterprise: quota: 1 → 2", defaultTitle([]shownMessage{m}))
	m.Changes, m.Values = nil, []string{"quota: 2"}
	p := &shownProposal{status: consortiumtypes.PROPOSAL_STATUS_EXECUTED, Messages: []shownMessage{m}}
	require.Equal(t, "decided and carried out: set the parameters of enterprise: quota: 2", p.outcome().En)
	require.Contains(t, messageRows(p.Messages)[0].value, "quota: 2")
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "changes")
}

func TestDeadlinesThatPassed(t *testing.T) {
	p := &shownProposal{ExpiresAt: "2026-01-01T00:00:00Z", pastDeadline: true}
	require.Contains(t, fmt.Sprint(p.rows()), "votes count until (block time) 2026-01-01T00:00:00Z（截止已过，待下一区块")
	require.Contains(t, until(p), "closed by the next block")
}

func TestHintsForUpgradesAndOperators(t *testing.T) {
	for log, want := range map[string]string{
		"message 1: expected a planned upgrade, got none: invalid": "nothing is planned",
		`message 1: name: expected 1 to 32 characters`:             "NAME is of",
		"expected no other plan, got v2":                           "cancel it: inkd institution propose cancel-upgrade",
		"height: expected more than 3":                             "see the present height",
	} {
		require.Contains(t, Refused("consortium", 21, log).Hint, want)
	}
	e := consortiumtypes.ErrUnknownSigner
	require.Contains(t, classify(withOperatorHint(Refused(e.Codespace(), e.ABCICode(), ""))).Hint, "an admission or replace-operator")
	require.NoError(t, withOperatorHint(nil))
}
