package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// listFlags are what a user says of a list.
type listFlags struct {
	enterprise             uint64
	applications, complete bool
	from, to               string // dates
	out                    outFile
}

func listCommand() *cobra.Command {
	f := &listFlags{out: outFile{magic: bundle.Magic}}
	cmd := &cobra.Command{
		Use:   "list --enterprise N|--applications",
		Short: "列出企业的存证或未决的申请，可证明完整 · List records or undecided applications, provably complete",
		Long: `--complete 取得证明并核验：所列即全部，一件不缺；--out 另存为证明包。期间按区块时间、东八区日期
计，起止日均含在内。不加 --complete 时所列为节点所述。
--complete has the list proven and verified: what is listed is all there is. --out keeps
the proof as a bundle. Periods are days at UTC+8 by block time, the first and the last
included. Without --complete the list is the node's word.`,
		Example: `  inkd evidence list --enterprise 1 --complete
  inkd evidence list --enterprise 1 --from 2026-01-01 --to 2026-01-31 --complete --out 一月.ink
  inkd evidence list --applications --complete -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd, f)
		},
	}
	s := cmd.Flags()
	s.Uint64Var(&f.enterprise, "enterprise", 0, "企业编号 · the records of this enterprise")
	s.BoolVar(&f.applications, "applications", false, "证书申请中尚无决定者 · the applications for certificates that have no decision")
	s.BoolVar(&f.complete, "complete", false, "取得并核验完整性证明 · have it proven that none is missing")
	s.StringVar(&f.from, "from", "", "起始日期（东八区，含当日）· from this day on, at UTC+8: 2026-01-31")
	s.StringVar(&f.to, "to", "", "截止日期（东八区，含当日）· up to the end of this day, at UTC+8 (default: up to now)")
	s.StringVar(&f.out.path, "out", "", "清单证明包 · the bundle that proves the list; with --complete")
	s.BoolVar(&f.out.force, "force", false, "覆盖已有的同类文件 · replace the file if it is there and of the same kind")
	addClientFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

// listQuery is what a list is of; times in unix nanoseconds, to 0 is up to now.
type listQuery struct {
	kind     bundle.ListKind
	id       uint64
	from, to uint64
}

// query reads the flags.
func (f *listFlags) query() (listQuery, error) {
	q := listQuery{kind: bundle.ListEnterprise, id: f.enterprise}
	if f.applications {
		q.kind = bundle.ListApplications
	}
	if f.applications == (f.enterprise != 0) {
		return q, Usage("须给出 --enterprise 或 --applications 之一", "expected one of --enterprise and --applications", "inkd evidence list --enterprise 1 --complete")
	}
	if !f.complete && f.out.path != "" {
		return q, Usage("--out 须与 --complete 同用", "--out: expected --complete with it: without a proof there is no bundle", "--complete")
	}
	from, err := dayOf("--from", f.from)
	if err != nil {
		return q, err
	}
	to, err := dayOf("--to", f.to)
	if err != nil {
		return q, err
	}
	if !from.IsZero() {
		q.from = uint64(from.UnixNano())
	}
	if !to.IsZero() {
		q.to = uint64(to.AddDate(0, 0, 1).UnixNano())
	}
	if q.to != 0 && q.to <= q.from {
		return q, Usage("起止日期颠倒", fmt.Sprintf("--to: expected %s or later, got %s", f.from, f.to), "")
	}
	return q, nil
}

// dayOf is the first moment of a day at UTC+8.
func dayOf(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, utc8)
	if err != nil || t.Unix() < 0 || t.Year() > 2261 {
		return t, Usage("日期不正确："+text, fmt.Sprintf("%s: expected a date like 2026-01-31, got %q", flag, text), "")
	}
	return t, nil
}

func runList(cmd *cobra.Command, f *listFlags) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	q, err := f.query()
	if err != nil {
		return err
	}
	if f.out.path != "" {
		if err := f.out.check(); err != nil {
			return err
		}
	}
	interruptible(cmd)
	ctx := cmd.Context()
	if q.kind == bundle.ListEnterprise {
		if _, err := s.enterprises().Enterprise(ctx, &enterprisetypes.QueryEnterpriseRequest{Id: q.id}); err != nil {
			return err
		}
	}
	var out *listed
	if f.complete {
		out, err = s.provenList(ctx, cmd, q, f.out)
	} else {
		out, err = s.saidList(ctx, q)
	}
	if err != nil {
		return explained(err)
	}
	return s.printList(cmd, out)
}

// provenList has the list proven; what is printed comes out of the bundle.
func (s *session) provenList(ctx context.Context, cmd *cobra.Command, q listQuery, to outFile) (*listed, error) {
	t, err := s.trust(ctx, cmd)
	if err != nil {
		return nil, err
	}
	o := prove.Options{Anchor: t.anchor, Statuses: q.kind == bundle.ListApplications}
	list := func() (*bundle.Bundle, error) {
		return prove.List(ctx, s.source(), q.kind, q.id, q.from, q.to, o)
	}
	b, err := list()
	if errors.Is(err, prove.ErrNotYet) && !errors.Is(err, prove.ErrNotOver) {
		b, err = soon(ctx, list)
	}
	if err != nil {
		return nil, q.unfinished(emptyList(err))
	}
	v, file, err := t.judged(b)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	if len(v.Statement.Lists) != 1 {
		return nil, internal(fmt.Errorf("expected one list in the verdict, got %d", len(v.Statement.Lists)))
	}
	if err := q.begun(uint64(v.Statement.Lists[0].AsOf)); err != nil {
		return nil, err
	}
	out := newListed(q)
	if err := out.proven(b, &v.Statement.Lists[0], t); err != nil {
		return nil, err
	}
	if to.path != "" {
		if err := to.write(file); err != nil {
			return nil, err
		}
		out.Bundle, out.Bytes, out.Verify = to.path, len(file), verifyLine(to.path, b, t)
	}
	return out, nil
}

// emptyList says it in words if there is nothing in a list at all.
func emptyList(err error) error {
	if !errors.Is(err, prove.ErrNotFound) {
		return err
	}
	return &Error{
		Exit: ExitRefused, Code: "not-found", Cause: err,
		Zh: "该清单至今没有任何条目，而“没有”无法证明", En: "the list has no entry at all so far, and that there is none cannot be proven",
	}
}

// unfinished says it in words if the period is not over yet: only then is it known that
// nothing more comes.
func (q listQuery) unfinished(err error) error {
	if !errors.Is(err, prove.ErrNotOver) {
		return err
	}
	day := dayText(q.to - 1)
	return &Error{
		Exit: ExitNotSeen, Code: "not-yet", Cause: err,
		Zh:   "--to " + day + "：按最新区块头的时间，当日（东八区）尚未结束，其间的存证尚不能证明完整（" + err.Error() + "）",
		En:   "--to " + day + ": that day, at UTC+8, is not over by the time of the latest header, so that none is missing cannot be proven yet: " + err.Error(),
		Hint: "不写 --to 即可证明至今完整：" + q.line() + " · leave out --to, and the list is complete up to now: " + q.line(),
	}
}

// begun refuses a period of which nothing is known yet: that nothing was deposited in it
// would be true, and say nothing.
func (q listQuery) begun(asOf uint64) error {
	if q.from < asOf {
		return nil
	}
	day, known := dayText(q.from), beijing(stamp(asOf))
	return &Error{
		Exit: ExitNotSeen, Code: "not-yet",
		Zh:   "--from " + day + "：晚于最新区块头的时间 " + known + "，该期间尚无任何可证明的内容",
		En:   "--from " + day + ": expected a day that began before the latest header, which is of " + known + ": of this period nothing is known yet",
		Hint: "请给出较早的日期，或待下一区块后再试（无交易时每 30 秒一块）· give an earlier day, or try again after the next block, which an idle chain makes every 30 s",
	}
}

// line is the command without the end of the period.
func (q listQuery) line() string {
	line := "inkd evidence list"
	if q.kind == bundle.ListApplications {
		line += " --applications"
	} else {
		line += fmt.Sprintf(" --enterprise %d", q.id)
	}
	if q.from != 0 {
		line += " --from " + dayText(q.from)
	}
	return line + " --complete"
}

// dayText is the day of a time, as it is typed.
func dayText(nanos uint64) string { return time.Unix(0, int64(nanos)).In(utc8).Format(time.DateOnly) }

// proven takes the entries of the bundle that the verifier says are the list.
func (l *listed) proven(b *bundle.Bundle, st *verify.ListStatement, t *trust) error {
	l.Complete, l.Count, l.AsOf, l.trust = true, len(st.Seqs), stamp(uint64(st.AsOf)), t
	l.First, l.Total = st.First, st.Total
	l.CheckedAgainst, l.AnchorFingerprint = t.source(), t.fingerprint()
	l.decided = st.DecisionsProven
	shown := st.Seqs // of the entries some are neighbours of the period
	if st.DecisionsProven {
		shown = st.Undecided
	}
	for _, raw := range b.Lists[0].Entries {
		e, err := logtypes.ParseEntry(raw)
		if err != nil {
			return internal(err)
		}
		if _, found := slices.BinarySearch(shown, e.Seq); !found {
			continue
		}
		l.Entries = append(l.Entries, newListedEntry(e))
	}
	return nil
}

// saidList is the list as a node says it.
func (s *session) saidList(ctx context.Context, q listQuery) (*listed, error) {
	src := s.source()
	find := &indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_ENTERPRISE_RECORDS, Id: q.id, From: q.from, To: q.to}
	if q.kind == bundle.ListApplications {
		find.Subject = indextypes.Subject_SUBJECT_APPLICATIONS
	}
	seqs, err := src.Find(ctx, find)
	if err != nil {
		return nil, err
	}
	out := newListed(q)
	out.Count, out.decided = len(seqs), q.kind == bundle.ListApplications
	for _, seq := range seqs {
		if out.decided {
			c, err := s.log().CertificateStatus(ctx, &logtypes.QueryCertificateStatusRequest{CertSeq: seq})
			if err != nil {
				return nil, err
			}
			if !undecided(c.Status.State) {
				continue
			}
		}
		res, err := s.log().Entry(ctx, &logtypes.QueryEntryRequest{Seq: seq})
		if err != nil {
			return nil, err
		}
		out.Entries = append(out.Entries, newListedEntry(&res.Entry))
	}
	return out, nil
}

func undecided(s logtypes.CertificateState) bool {
	return s == logtypes.CERTIFICATE_STATE_APPLIED || s == logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED || s == logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED
}
