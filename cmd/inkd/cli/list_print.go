package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// listed is what is printed of a list.
type listed struct {
	Kind string `json:"kind"` // enterprise, applications
	ID   uint64 `json:"id,omitempty"`
	// The period, UTC: from on, and before to.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Complete says that it is proven that none is missing, as of AsOf.
	Complete bool   `json:"complete"`
	AsOf     string `json:"as_of,omitempty"`
	// Count of the list in the period, of which undecided applications are a part; First
	// is the place of its first in the whole list, Total the number of all as of AsOf, 0
	// if the proof ends with the period.
	Count             int           `json:"count"`
	First             uint64        `json:"first,omitempty"`
	Total             uint64        `json:"total,omitempty"`
	Entries           []listedEntry `json:"entries"`
	Bundle            string        `json:"bundle,omitempty"`
	Bytes             int           `json:"bytes,omitempty"`
	Verify            string        `json:"verify,omitempty"`
	CheckedAgainst    string        `json:"checked_against,omitempty"`
	AnchorFingerprint string        `json:"anchor_fingerprint,omitempty"`

	trust   *trust
	decided bool // the entries are the undecided ones
}

// listedEntry is a record or an application.
type listedEntry struct {
	Number      string `json:"number,omitempty"` // of a record
	Seq         uint64 `json:"seq"`
	Place       uint64 `json:"place"` // in the list, from 1
	Time        string `json:"block_time"`
	Kind        string `json:"kind"`
	EvidenceSeq uint64 `json:"evidence_seq,omitempty"` // of an application

	time uint64
	kind said // for people
}

func newListed(q listQuery) *listed {
	l := &listed{Kind: "enterprise", ID: q.id, From: stamp(q.from), To: stamp(q.to), Entries: []listedEntry{}}
	if q.kind == bundle.ListApplications {
		l.Kind = "applications"
	}
	return l
}

func newListedEntry(e *logtypes.Entry) listedEntry {
	out := listedEntry{Number: numberOfEntry(e), Seq: e.Seq, Time: stamp(e.BlockTime), Kind: "application", time: e.BlockTime, kind: said{"证书申请", "application"}}
	if r := e.GetRecord(); r != nil {
		out.Kind, out.Place, out.kind = kindWord(r.Kind), r.EnterpriseSeq, recordKindName(r.Kind)
	}
	if a := e.GetCertificateApplied(); a != nil {
		out.Place, out.EvidenceSeq = a.ApplicationSeq, a.EvidenceSeq
	}
	return out
}

func (s *session) printList(cmd *cobra.Command, l *listed) error {
	if s.OutputFormat == flags.OutputFormatJSON {
		return printJSON(cmd.OutOrStdout(), l)
	}
	if err := l.table(cmd.OutOrStdout()); err != nil {
		return err
	}
	rows := []row{l.summary()}
	if l.Complete {
		rows = append(rows, l.trust.row())
	}
	if l.Bundle != "" {
		rows = append(rows, row{"清单证明包", "bundle", fmt.Sprintf("%s（%d bytes）", l.Bundle, l.Bytes)}, row{"核验命令", "verify it", l.Verify})
	}
	return printRows(cmd.OutOrStdout(), rows)
}

// table writes one line for each entry: number, or for applications the record that
// they are about; place in the log; block stamp at UTC+8; kind.
func (l *listed) table(w io.Writer) error {
	if len(l.Entries) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("编号 · number        序号 · seq  时间 · time (UTC+8)        种类 · kind\n") // Han is two wide
	for _, e := range l.Entries {
		number := e.Number
		if number == "" {
			number = fmt.Sprintf("存证 · %-12s", fmt.Sprintf("record %d", e.EvidenceSeq))
		}
		at := time.Unix(0, int64(e.time)).In(utc8).Format(time.RFC3339)
		fmt.Fprintf(&b, "%-19s  %10d  %-25s  %s\n", number, e.Seq, at, e.kind)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says how many there are, and whose word that is.
func (l *listed) summary() row {
	of := ""
	if l.decided {
		of = fmt.Sprintf("未决 %d 件 · %d undecided；", len(l.Entries), len(l.Entries))
	}
	if !l.Complete {
		return row{"未证明完整，为节点所述", "not proven, the node's word; --complete proves it", of + fmt.Sprint(l.Count)}
	}
	en, zh := fmt.Sprintf("%d of %d", l.Count, l.Total), fmt.Sprintf("全部 %d 件", l.Count)
	switch {
	case l.Total == 0: // the proof ends with the period
		en, zh = fmt.Sprintf("%d in the period", l.Count), fmt.Sprintf("期间内 %d 件", l.Count)
	case uint64(l.Count) != l.Total:
		en, zh = en+" in the period", fmt.Sprintf("期间内 %d 件，至今共 %d 件", l.Count, l.Total)
	}
	at := beijing(l.AsOf)
	return row{"完整", "complete", fmt.Sprintf("%s%s as of %s（%s，截至 %s）", of, en, at, zh, at)}
}
