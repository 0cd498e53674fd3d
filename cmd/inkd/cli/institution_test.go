package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const someKey = `{"@type":"/cosmos.crypto.ed25519.PubKey","key":"zZd7tqRa5QpsN58h37sn8pW9ebfm3Vu7GGUaKuAE24g="}`

func typesOnly() *session {
	r := codectypes.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(r)
	consortiumtypes.RegisterInterfaces(r)
	upgradetypes.RegisterInterfaces(r)
	return &session{Context: client.Context{}.WithInterfaceRegistry(r).WithCodec(codec.NewProtoCodec(r))}
}

// More than two thirds, for every total up to where it could be wrong by one.
func TestNeededPower(t *testing.T) {
	for total := uint64(1); total < 400; total++ {
		n := needed(total)
		require.Greater(t, 3*n, 2*total, total)
		require.LessOrEqual(t, 3*(n-1), 2*total, total)
	}
	require.Equal(t, uint64(1)<<61/3+1, needed(1<<60))
	require.Equal(t, "33.3%", percent(1, 3))
	require.Equal(t, "0.0%", percent(0, 0))
}

func TestDeadlines(t *testing.T) {
	now := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"7d": 7 * 24 * time.Hour, "12h": 12 * time.Hour, "1d6h": 30 * time.Hour, "90m": 90 * time.Minute,
		"2026-02-01T08:00:00+08:00": 24 * time.Hour, "90d": 90*24*time.Hour - time.Minute, "1m": 70 * time.Second,
	} {
		got, err := parseDeadline(text, now)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Sub(now), text)
	}
	for _, bad := range []string{"", "7", "d", "7 d", "-1h", "91d", "30s", "7dx", "yesterday", "2026-01-30T00:00:00Z", "999999d"} {
		_, err := parseDeadline(bad, now)
		require.Error(t, err, bad)
		require.Equal(t, ExitUsage, classify(err).Exit, bad)
	}
}

func TestKeysAreFilesOrText(t *testing.T) {
	s, cmd := typesOnly(), &cobra.Command{}
	file := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(file, []byte(someKey+"\n"), 0o600))
	cmd.SetIn(strings.NewReader(someKey + "\n"))
	for _, arg := range []string{someKey, " " + someKey, file, "-"} {
		key, err := s.readKey(cmd, "--key", arg, "")
		require.NoError(t, err, arg)
		require.Equal(t, logtypes.KEY_TYPE_ED25519, key.Type)
		require.Equal(t, someKey, s.keyJSON(key))
	}
	_, err := s.readKey(cmd, "--key", file+".none", "")
	require.Equal(t, ExitLocalFile, classify(err).Exit)
	for _, bad := range []string{
		`{}`, `{"@type":"/cosmos.crypto.ed25519.PubKey","key":"AAAA"}`,
		`{"@type":"/cosmos.crypto.ed25519.PubKey","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`, // anybody signs for it
		`{"@type":"/cosmos.bank.v1beta1.MsgSend"}`, `{"type":"tendermint/PubKeyEd25519","value":"PBa7"}`,
	} {
		_, err := s.readKey(cmd, "--key", bad, "")
		require.Equal(t, ExitUsage, classify(err).Exit, bad)
	}
	secret := `{"address":"AB","pub_key":{},"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"SECRET"}}`
	_, err = s.readKey(cmd, "--key", secret, "")
	require.Contains(t, classify(err).En, "private key")
	require.NotContains(t, err.Error(), "SECRET")
}

// Each message that only a decision can send has a sentence of its own.
func TestEveryDecisionIsDescribed(t *testing.T) {
	n := names{3: "公证处"}
	for _, msg := range []sdk.Msg{
		&consortiumtypes.MsgAdmitInstitution{Name: "新", Kind: logtypes.INSTITUTION_KIND_NOTARY, Power: 3},
		&consortiumtypes.MsgAdmitInstitution{Name: "新", Kind: logtypes.INSTITUTION_KIND_OBSERVER},
		&consortiumtypes.MsgSuspendInstitution{InstitutionId: 3, Reason: logtypes.REASON_BREACH},
		&consortiumtypes.MsgReadmitInstitution{InstitutionId: 3}, &consortiumtypes.MsgRemoveInstitution{InstitutionId: 3},
		&consortiumtypes.MsgSetPower{InstitutionId: 3}, &consortiumtypes.MsgReplaceOperator{InstitutionId: 3},
		&consortiumtypes.MsgResetOfficer{OfficerId: 1}, &consortiumtypes.MsgResetOfficer{OfficerId: 1, Key: consortiumtypes.PublicKey{Key: []byte{1}}},
		&upgradetypes.MsgSoftwareUpgrade{}, &upgradetypes.MsgCancelUpgrade{},
		paramsMsgs["consortium"](), paramsMsgs["enterprise"](), paramsMsgs["consensus"](), paramsMsgs["auth"](),
	} {
		d := n.describe(msg)
		require.NotEmpty(t, d.Zh, "%T", msg)
		require.NotContains(t, d.En, "/", "%T", msg)
	}
	require.Equal(t, "机构 3 公证处 的权重改为 7", n.describe(&consortiumtypes.MsgSetPower{InstitutionId: 3, Power: 7}).Zh)
	require.Contains(t, n.describe(&consortiumtypes.MsgVote{}).En, "/ink.consortium.v1.MsgVote", "what cannot be decided is shown by its name")
}

func TestDefaultTitlesFit(t *testing.T) {
	long := shownMessage{said: said{strings.Repeat("机构", 60), "an institution"}}
	require.Equal(t, "甲 · a", defaultTitle([]shownMessage{{said: said{"甲", "a"}}}))
	require.Equal(t, "甲；乙 · a; b", defaultTitle([]shownMessage{{said: said{"甲", "a"}}, {said: said{"乙", "b"}}}))
	title := defaultTitle([]shownMessage{long, long})
	require.LessOrEqual(t, len(title), consortiumtypes.MaxTitleBytes)
	require.NoError(t, checkTitle(title))
	require.True(t, strings.HasSuffix(title, "…"))
	require.Error(t, checkTitle("a\nb"))
}

func TestFilesOfMessages(t *testing.T) {
	one := `{"@type":"/ink.consortium.v1.MsgSetPower","institution_id":"3","power":"7"}`
	for _, text := range []string{one, "[" + one + "]", `{"messages":[` + one + `],"title":"标题"}`} {
		p := &proposal{}
		msgs, err := p.fromFile(typesOnly(), []byte(text))
		require.NoError(t, err, text)
		require.Equal(t, []sdk.Msg{&consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: 3, Power: 7}}, msgs)
	}
	kept := &proposal{title: "旗"}
	_, err := kept.fromFile(typesOnly(), []byte(`{"title":"标题","document_digest":"`+strings.Repeat("ab", 32)+`","messages":[`+one+`]}`))
	require.NoError(t, err)
	require.Equal(t, "旗", kept.title, "the flag says it better")
	require.Len(t, kept.digest, 32)
	for _, bad := range []string{
		``, `1`, `{}`, `[1]`, `{"messages":[]}`, `{"@type":"/nothing"}`, `{"document_digest":"ab","messages":[` + one + `]}`,
		`{"@type":"/ink.consortium.v1.MsgSetPower","instution":"3"}`,
	} {
		_, err := (&proposal{}).fromFile(typesOnly(), []byte(bad))
		require.Error(t, err, bad)
		require.Equal(t, ExitUsage, classify(err).Exit, bad)
	}
}

func TestFieldsOfParameters(t *testing.T) {
	tree := func() map[string]any {
		v, err := decodeTree([]byte(`{"quota":"1000","n":3,"on":true,"block":{"max":"5"},"types":["a"],"list":[{"code":1,"zh":"甲"}],"none":null}`))
		require.NoError(t, err)
		return v
	}
	for change, want := range map[string]string{
		"quota=2000": "quota: 1000 → 2000", "n=4": "n: 3 → 4", "on=false": "on: true → false", "block.max=6": "block.max: 5 → 6",
		`types=["a","b"]`: `types: ["a"] → ["a","b"]`, "list.0.zh=乙": "list.0.zh: 甲 → 乙", `none={"a":1}`: "none: null → ∅",
	} {
		after := tree()
		field, value, _ := strings.Cut(change, "=")
		require.NoError(t, setField(after, field, value), change)
		require.Contains(t, strings.Join(differences(tree(), after), "; "), want, change)
	}
	require.Empty(t, differences(tree(), tree()))
	for _, bad := range []string{"quot=1", "block=1", "list.1.zh=x", "list.a=x", "n=x", "n=true", "on=1", "quota.x=1", "types=a", "n=1 2", "=1"} {
		field, value, _ := strings.Cut(bad, "=")
		require.Error(t, setField(tree(), field, value), bad)
	}
	require.Equal(t, []string{"block.max", "list.0.code", "list.0.zh", "n", "none", "on", "quota", "types"}, leaves(tree()))
	for _, bad := range []string{"", "[]", "null", "{} {}", "1"} {
		_, err := decodeTree([]byte(bad))
		require.Error(t, err, bad)
	}
}

func TestFailuresAreSentences(t *testing.T) {
	f := showFailure(&consortiumtypes.Failure{Message: 2, Codespace: "consortium", Code: 17})
	require.Equal(t, "message 2: not possible in the institution's standing", f.En)
	require.Equal(t, "consortium/17", f.Code)
	require.Contains(t, showFailure(&consortiumtypes.Failure{Codespace: "consortium", Code: 15}).En, "the validator set that all of it together makes is refused")
}

func TestWordsOfInstitutions(t *testing.T) {
	for code := range logtypes.InstitutionKind_name {
		require.Equal(t, code != 0, kindName(logtypes.InstitutionKind(code)).Zh != "", code)
	}
	for code := range consortiumtypes.ProposalStatus_name {
		require.Equal(t, code != 0, proposalStatusName(consortiumtypes.ProposalStatus(code)).Zh != "", code)
	}
	for code := range consortiumtypes.Standing_name {
		known := standingName(consortiumtypes.Institution{Standing: consortiumtypes.Standing(code)}).En != "unknown"
		require.Equal(t, code != 0, known, code)
	}
	offender := consortiumtypes.Institution{Standing: consortiumtypes.STANDING_MEMBER, ConsensusKey: consortiumtypes.PublicKey{Key: []byte{1}}}
	require.Equal(t, "member-without-power", standingName(offender).En)
	_, err := parseEnum("主题", "TOPIC", logtypes.DigestTopic_name, "DIGEST_TOPIC_", "unspecified")
	require.Contains(t, classify(err).En, "release, verifier, audit-head, dossier-document")
}
