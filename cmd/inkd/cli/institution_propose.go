package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

const defaultDeadline = "7d"

func institutionProposeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "propose",
		Short: "提案 · Propose something to the institutions",
		Long: `提案即赞成；提案机构的权重已超过三分之二的，立即执行。现在无法执行的提案会被拒绝。
Proposing is approving: if the proposer alone has more than 2/3 of the power, it is
carried out at once. What could not be carried out now is refused. Several things in
one proposal, which happen together or not at all: propose file.
每家机构同时最多 ` + fmt.Sprint(consortiumtypes.MaxOpenProposals) + ` 项提案在表决中。At most ` + fmt.Sprint(consortiumtypes.MaxOpenProposals) + ` proposals of one institution are open at a time.`,
		Example: `  inkd institution propose admit --name 宁波数据公证处 --kind notary --uscc 12330200MB0000009L \
      --operator-key operator.json --consensus-key consensus.json --power 10 --document report.pdf --from center-operator
  inkd institution propose params enterprise quota=2000 --from center-operator
  inkd institution propose file changes.json --from center-operator`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(proposeAdmit(), proposeSuspend(), proposeReadmit(), proposeRemove(), proposePower(), proposeOperator(),
		proposeOfficer(), proposeUpgrade(), proposeCancelUpgrade(), proposeParams(), proposeFile())
	return cmd
}

// proposal is what every command under propose asks for.
type proposal struct {
	title     string
	documents []string
	deadline  string
	yes       bool
	dryRun    bool

	// digest of the document; of the file that is proposed, if that says one.
	digest []byte
	// expires is when votes stop to count; what the file says, unless a flag does.
	expires       time.Time
	deadlineGiven bool
}

// proposing makes a command whose messages are made by build.
func proposing(cmd *cobra.Command, build func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error)) *cobra.Command {
	return (&proposal{}).command(cmd, build)
}

func (p *proposal) command(cmd *cobra.Command, build func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error)) *cobra.Command {
	f := cmd.Flags()
	f.StringVar(&p.title, "title", "", "标题，上链公开，不得写个人姓名 · title, public on chain; names no person (default: what is proposed)")
	f.StringArrayVar(&p.documents, "document", nil, "佐证文件，链上只有其 SHA-256 · supporting document; only its SHA-256 goes on chain")
	f.StringVar(&p.deadline, "deadline", defaultDeadline, "表决期限 · how long or until when votes count: 7d, 12h, or 2026-01-31T08:00:00+08:00")
	f.BoolVar(&p.dryRun, "dry-run", false, "只显示提案，不发送；可存为文件供 propose file 使用 · show the proposal and send nothing; with -o json it is a file that propose file takes")
	addYesFlag(cmd, &p.yes)
	addTxFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.run(cmd, func(s *session) ([]sdk.Msg, error) { return build(cmd, s, args) })
	}
	return cmd
}

func (p *proposal) run(cmd *cobra.Command, build func(s *session) ([]sdk.Msg, error)) error {
	var err error
	if p.expires, err = parseDeadline(p.deadline, time.Now()); err != nil {
		return err
	}
	p.deadlineGiven = cmd.Flags().Changed("deadline")
	if p.digest, err = digestOfDocument(p.documents); err != nil {
		return err
	}
	s, err := p.session(cmd)
	if err != nil {
		return err
	}
	msgs, err := build(s.session)
	if err != nil {
		return err
	}
	if n := len(msgs); n > consortiumtypes.MaxProposalMessages {
		return Usage(fmt.Sprintf("一项提案最多 %d 条消息", consortiumtypes.MaxProposalMessages),
			fmt.Sprintf("messages: expected 1 to %d in one proposal, got %d", consortiumtypes.MaxProposalMessages, n), "")
	}
	if err := checkTitle(p.title); err != nil {
		return err
	}
	draft, err := p.draft(cmd.Context(), s.session, msgs)
	if err != nil {
		return err
	}
	if p.dryRun {
		return s.print(cmd, draft.forPrograms(), draft.rows())
	}
	if err := s.confirm(cmd, p.yes, draft.rows()); err != nil {
		return err
	}
	return s.propose(cmd, draft)
}

// session needs a key only if something is to be sent.
func (p *proposal) session(cmd *cobra.Command) (*signedSession, error) {
	if !p.dryRun {
		return newSignedSession(cmd)
	}
	s, err := newSession(cmd)
	return &signedSession{session: s}, err
}

// draft is a proposal that was not sent yet.
type draft struct {
	title    string
	digest   []byte
	expires  time.Time
	anys     []*codectypes.Any
	messages []shownMessage
}

func (p *proposal) draft(ctx context.Context, s *session, msgs []sdk.Msg) (*draft, error) {
	d := &draft{title: p.title, digest: p.digest, expires: p.expires}
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range msgs {
		a, err := codectypes.NewAnyWithValue(m)
		if err != nil {
			return nil, internal(err)
		}
		shown, err := s.showMessage(ctx, n, a, true)
		if err != nil {
			return nil, err
		}
		d.anys, d.messages = append(d.anys, a), append(d.messages, shown)
	}
	if d.title == "" {
		d.title = defaultTitle(d.messages)
	}
	return d, nil
}

func (d *draft) rows() []row {
	rows := append([]row{{"标题", "title", d.title}}, messageRows(d.messages)...)
	return append(rows, row{"佐证文件 SHA-256", "SHA-256 of the document", hexOf(d.digest)},
		row{"表决截止（链上时间）", "votes count until (block time)", d.expires.UTC().Format(time.RFC3339)})
}

// forPrograms is what `propose file` takes again.
func (d *draft) forPrograms() any {
	out := struct {
		Title          string         `json:"title"`
		DocumentDigest string         `json:"document_digest"`
		ExpiresAt      string         `json:"expires_at"`
		Messages       []any          `json:"messages"`
		Described      []shownMessage `json:"described"`
	}{Title: d.title, DocumentDigest: hexOf(d.digest), ExpiresAt: d.expires.UTC().Format(time.RFC3339), Described: d.messages}
	for _, m := range d.messages {
		out.Messages = append(out.Messages, m.Message)
	}
	return out
}

func (s *signedSession) propose(cmd *cobra.Command, d *draft) error {
	r, err := s.actForInstitution(cmd, &consortiumtypes.MsgPropose{
		Operator: s.address, Title: d.title, DocumentDigest: d.digest, ExpiresAt: uint64(d.expires.UnixNano()), Messages: d.anys,
	})
	if err != nil || r.Height == 0 {
		return err
	}
	var resp consortiumtypes.MsgProposeResponse
	if err := decodeResponse(r, 0, &resp); err != nil {
		return err
	}
	return s.finishVote(cmd, resp.ProposalId, resp.Status, d.messages, r)
}

// defaultTitle says in both languages what is proposed, if there is room.
func defaultTitle(messages []shownMessage) string {
	var zh, en []string
	for _, m := range messages {
		full := m.full()
		zh, en = append(zh, full.Zh), append(en, full.En)
	}
	title := strings.Join(zh, "；") + " · " + strings.Join(en, "; ")
	if len(title) <= consortiumtypes.MaxTitleBytes {
		return title
	}
	title = strings.Join(zh, "；")
	const more = "…"
	for len(title) > consortiumtypes.MaxTitleBytes-len(more) {
		_, n := utf8.DecodeLastRuneInString(title)
		if title = title[:len(title)-n]; len(title) <= consortiumtypes.MaxTitleBytes-len(more) {
			return title + more
		}
	}
	return title
}

func checkTitle(title string) error {
	if err := format.CheckText(title, consortiumtypes.MaxTitleBytes); err != nil {
		return BadInput("标题不正确", "--title", err, fmt.Sprintf("1 to %d bytes of plain text; a Chinese character takes 3", consortiumtypes.MaxTitleBytes))
	}
	return nil
}

// parseExpiry reads the expires_at of a file.
func parseExpiry(text string, now time.Time) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !t.After(now) {
		return t, Usage("表决截止时间不正确或已过："+text,
			fmt.Sprintf("expires_at: expected a time to come like 2026-01-31T08:00:00+08:00, got %q", text), "--deadline says another one")
	}
	return t, nil
}

var daysAndRest = regexp.MustCompile(`^(\d{1,3})d(.*)$`)

// parseDeadline reads a duration (7d, 12h, 1d6h) or a time.
func parseDeadline(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		if !t.After(now) {
			return t, Usage("表决截止时间已过："+text, fmt.Sprintf("--deadline: expected a time to come, got %s", text), "")
		}
		return t, nil
	}
	rest, days := text, 0
	if m := daysAndRest.FindStringSubmatch(text); m != nil {
		days, _ = strconv.Atoi(m[1])
		rest = m[2]
	}
	var d time.Duration
	var err error
	if rest != "" || rest == text {
		d, err = time.ParseDuration(rest)
	}
	d += time.Duration(days) * 24 * time.Hour
	if err != nil || d < consortiumtypes.MinDeadline || d > consortiumtypes.MaxDeadline {
		return now, Usage("表决期限不正确："+text,
			fmt.Sprintf("--deadline: expected a minute to 90 days like 7d, 12h or 30m, or a time like 2026-01-31T08:00:00+08:00, got %q", text), "")
	}
	if d == consortiumtypes.MinDeadline {
		d += 10 * time.Second // the block comes later than now
	}
	return now.Add(min(d, consortiumtypes.MaxDeadline-time.Minute)), nil // blocks may be that far behind the clock
}

// digestOfDocument is SHA-256 of the one file that supports the proposal.
func digestOfDocument(files []string) ([]byte, error) {
	switch len(files) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, Usage("只能给一个佐证文件", fmt.Sprintf("--document: expected one file, got %d", len(files)),
			"make a list of them and give that: sha256sum FILE… > documents.txt")
	}
	return digestOfFile("--document", files[0])
}

func digestOfFile(what, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, File("无法读取文件", what, err, "")
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, File("无法读取文件", what, err, "")
	}
	return h.Sum(nil), nil
}
