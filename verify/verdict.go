package verify

import (
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// Hash is 32 bytes of SHA-256.
type Hash = format.Hash

// Exit statuses of a verdict (docs/spec/bundle.md).
const (
	ExitOK           = 0  // all required checks passed and something was matched
	ExitInternal     = 1  // a fault of the program
	ExitFailed       = 2  // a check failed
	ExitNotFound     = 3  // what was presented is not in the bundle
	ExitTrust        = 4  // trust is missing or does not match
	ExitUnsupported  = 5  // unsupported version, field, key type, or a required check that could not be made
	ExitNothingShown = 6  // sound, but nothing was compared
	ExitUsage        = 64 // wrong usage
)

// Input is all that a verdict depends on: there is no clock and no file behind it.
type Input struct {
	// Bundle is the file *.ink.
	Bundle []byte
	// Anchor is the user's anchor file.
	Anchor []byte
	// Policy of the user; the zero value is the default one.
	Policy Policy
	// Proofs are files of separate proofs.
	Proofs [][]byte
	// Presented is what is compared with the bundle's items.
	Presented []Presented
	// Now is the time against which the policy judges the age of a status, unix
	// nanoseconds; 0 if the caller does not say.
	Now uint64
	// TokenVerifier checks an RFC 3161 token over an imprint with the certificates of
	// the policy and returns its time, unix nanoseconds (see verify/tsa); nil leaves
	// tokens unchecked.
	TokenVerifier func(der []byte, imprint Hash) (uint64, error)
}

// Presented is a file (or stream) that somebody puts on the table, digested by the
// caller: verify reads no files.
type Presented struct {
	// Name as the user knows it; only for the verdict.
	Name string
	// Label to compare with an item's label, for recipe dir; else empty.
	Label string
	// Digests of the whole.
	Digests format.Digests
	// Parts are what the bundle's recipe takes it apart into, by index, and PartCount
	// how many these are; 0 for recipes whose items are files. Parts that the bundle
	// does not show may be left out, so that files of any size can be presented.
	Parts     map[uint64]format.Digests
	PartCount uint64
}

// Status of a check.
type Status string

// A check passed, failed, or was not made, and why.
const (
	Passed     Status = "passed"
	Failed     Status = "failed"
	NotChecked Status = "not_checked"
)

// Check is one line of a verdict.
type Check struct {
	// Code is stable: scripts and vectors name it.
	Code string `json:"code"`
	// Status of it.
	Status Status `json:"status"`
	// Required by the policy.
	Required bool `json:"required"`
	// Rule that failed, one of Rules; empty otherwise.
	Rule string `json:"rule,omitempty"`
	// Exit that a failure leads to.
	Exit int `json:"-"`
	// Zh and En are one sentence each.
	Zh string `json:"zh"`
	En string `json:"en"`
	// HintZh and HintEn say what to do about a check that did not pass, or what that
	// means; empty if there is nothing to say.
	HintZh string `json:"hint_zh,omitempty"`
	HintEn string `json:"hint_en,omitempty"`
}

// Verdict is the whole answer.
type Verdict struct {
	Exit   int     `json:"exit"`
	Checks []Check `json:"checks"`
	// Statement is what is proven; nil if a check failed.
	Statement *Statement `json:"statement,omitempty"`
	// Differing are presented files of which some parts are other ones than the bundle
	// shows.
	Differing []Differing `json:"differing,omitempty"`
	// RestsOn are what the statement rests on, and what it does not cover.
	RestsOn []Sentence `json:"rests_on,omitempty"`
	// Signers tell who signed each header the verdict uses.
	Signers []Signers `json:"signers,omitempty"`
}

// Sentence in both languages.
type Sentence struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Statement is what the bundle proves. Two verdicts with equal statements say the
// same.
type Statement struct {
	LogID       string `json:"log_id"`
	Fingerprint string `json:"anchor_fingerprint"`
	// The subject: an entry, if the bundle is about one.
	Seq       uint64 `json:"seq,omitempty"`
	Number    string `json:"number,omitempty"`
	EntryKind uint32 `json:"entry_kind,omitempty"`
	EntryHash string `json:"entry_hash,omitempty"`
	ChainID   string `json:"chain_id,omitempty"`
	Height    uint64 `json:"height,omitempty"`
	TxHash    string `json:"tx_hash,omitempty"`
	// The times, each with its label. Only ProvenTime is a "no later than"; BlockStamp
	// is what the validators wrote into the block.
	BlockStamp  Time `json:"block_stamp,omitempty"`
	ProvenTime  Time `json:"proven_time,omitempty"`
	ClaimedFrom Time `json:"claimed_from,omitempty"`
	ClaimedTo   Time `json:"claimed_to,omitempty"`
	// OriginProven says that height and block are proven, not only the later head.
	OriginProven bool `json:"origin_proven"`
	// The record.
	RecordKind   uint32 `json:"record_kind,omitempty"`
	EnterpriseID uint64 `json:"enterprise_id,omitempty"`
	// Name and USCC of the enterprise as its certification in entry EnterpriseEntry has
	// them; empty if the bundle does not show that.
	EnterpriseName  string `json:"enterprise_name,omitempty"`
	EnterpriseUSCC  string `json:"enterprise_uscc,omitempty"`
	EnterpriseEntry uint64 `json:"enterprise_entry,omitempty"`
	EnterpriseSeq   uint64 `json:"enterprise_seq,omitempty"`
	// EnterpriseCount of records as of AsOf; 0 if not proven.
	EnterpriseCount uint64 `json:"enterprise_count,omitempty"`
	Category        uint32 `json:"category,omitempty"`
	UserID          uint64 `json:"user_id,omitempty"`
	KeyID           uint64 `json:"key_id,omitempty"`
	Commitment      string `json:"commitment,omitempty"`
	// SubmitterSigned says that the submitter's own signature was checked.
	SubmitterSigned bool `json:"submitter_signed"`
	// Custody of the submitter's key, as in the log's entries; 0 if not shown.
	Custody uint64 `json:"custody,omitempty"`
	// Siblings are other messages of the transaction, which the bundle shows too.
	Siblings uint64 `json:"sibling_messages,omitempty"`
	// The content, if opened.
	Root      string `json:"root,omitempty"`
	Items     uint64 `json:"items,omitempty"`
	Count     uint64 `json:"count,omitempty"`
	TotalSize uint64 `json:"total_size,omitempty"`
	Recipe    string `json:"recipe,omitempty"`
	// ItemsShown are in the bundle, ItemsMatched were presented and compared.
	ItemsShown   uint64 `json:"items_shown,omitempty"`
	ItemsMatched uint64 `json:"items_matched,omitempty"`
	// Counted says that Items was recounted from what was presented, not stated.
	Counted bool   `json:"counted"`
	Title   string `json:"title,omitempty"`
	// Matched files and items.
	Matched []Match `json:"matched,omitempty"`
	// NotPresented are labels of items of a directory that the bundle shows and that
	// were not presented, the first MaxNotPresented of them, if something else of it was.
	NotPresented []string `json:"not_presented,omitempty"`
	// Statuses as of AsOf, the time of the header that proves them.
	AsOf     Time            `json:"as_of,omitempty"`
	Statuses []StatusOf      `json:"statuses,omitempty"`
	Lists    []ListStatement `json:"lists,omitempty"`
	Tokens   []Time          `json:"token_times,omitempty"`
}

// Match is something presented that is the evidence, or a part of it.
type Match struct {
	Name string `json:"name"`
	// Items that it is: index of the first, from 0, how many, and of how many in all.
	First uint64 `json:"first_item"`
	Items uint64 `json:"items"`
	Of    uint64 `json:"of"`
	Label string `json:"label,omitempty"`
	// Size and digests of the whole that was presented.
	Size   uint64 `json:"size"`
	SHA256 string `json:"sha256"`
	SM3    string `json:"sm3"`
}

// MaxNotPresented labels are named at most, and MaxDiffering items.
const (
	MaxNotPresented = 100
	MaxDiffering    = 20
)

// Differing is a presented file that falls into as many parts as the evidence, of
// which some are others.
type Differing struct {
	Name string `json:"name"`
	// Count of the differing ones Of those that the bundle shows.
	Count uint64 `json:"count"`
	Of    uint64 `json:"of"`
	// Items are the indexes of the first of them, from 0, at most MaxDiffering.
	Items []uint64 `json:"items"`
}

// StatusOf is a proven status of a certificate, the evidence or a key.
type StatusOf struct {
	Kind       string `json:"kind"` // certificate, evidence, key
	ID         uint64 `json:"id"`
	State      uint64 `json:"state,omitempty"`
	EventCount uint64 `json:"event_count"`
	AsOf       Time   `json:"as_of"`
	// Number of the certificate, if its issue is among Events.
	Number string `json:"number,omitempty"`
	// Events that the bundle shows, ascending: all of them if Complete, and then the
	// last is the one that led to State.
	Events   []Event `json:"events,omitempty"`
	Complete bool    `json:"complete"`
}

// Event is an entry about a certificate, the evidence or a key.
type Event struct {
	Seq       uint64 `json:"seq"`
	EntryKind uint32 `json:"entry_kind"`
	// BlockStamp is what the validators wrote, not a proven time.
	BlockStamp Time `json:"block_stamp"`
	// Reason of a rejection, revocation or retirement, as in the log's entries.
	Reason uint64 `json:"reason,omitempty"`
}

// ListStatement is a provably complete list.
type ListStatement struct {
	Kind string `json:"kind"` // enterprise, applications
	ID   uint64 `json:"id,omitempty"`
	// The period, which block stamps were judged by.
	From Time `json:"from,omitempty"`
	To   Time `json:"to,omitempty"`
	AsOf Time `json:"as_of,omitempty"`
	// First is the place of the first in the whole list, from 1; Total is the
	// counter as of AsOf, 0 if the list ends before.
	First uint64   `json:"first,omitempty"`
	Total uint64   `json:"total,omitempty"`
	Seqs  []uint64 `json:"seqs"`
	// Rows are what the entries of Seqs say, in the same order.
	Rows []ListRow `json:"rows,omitempty"`
	// Undecided are applications without a decision, if DecisionsProven: the status of
	// each is.
	Undecided       []uint64 `json:"undecided,omitempty"`
	DecisionsProven bool     `json:"decisions_proven,omitempty"`
}

// ListRow is an entry of a list.
type ListRow struct {
	// Place in the whole list, from 1.
	Place uint64 `json:"place"`
	Seq   uint64 `json:"seq"`
	// Number is CZ… of a record, and ZS… of the certificate that an application led to,
	// if the bundle shows its issue.
	Number string `json:"number,omitempty"`
	// BlockStamp is what the validators wrote, not a proven time.
	BlockStamp Time `json:"block_stamp"`
	// RecordKind of a record.
	RecordKind uint32 `json:"record_kind,omitempty"`
	// EvidenceSeq that an application is about, and its State if decisions are proven.
	EvidenceSeq uint64 `json:"evidence_seq,omitempty"`
	State       uint64 `json:"state,omitempty"`
}

// Signers tell for one header how much power signed it, with and without the
// interested parties (在线诉讼规则 art. 17).
type Signers struct {
	Height uint64 `json:"height"`
	Time   Time   `json:"time"` // of the header
	// Role: final (the statement on the subject rests on it), head, link, other.
	Role   string `json:"role"`
	Total  uint64 `json:"total_power"`
	Signed uint64 `json:"signed_power"`
	// Filtered says that interested parties were named; then these leave them out.
	Filtered    bool     `json:"filtered"`
	TotalRest   uint64   `json:"total_power_without_interested"`
	SignedRest  uint64   `json:"signed_power_without_interested"`
	Institution []Signer `json:"institutions"`
}

// Signer is one place of a validator set.
type Signer struct {
	ID         uint64 `json:"id,omitempty"` // 0: not mapped, counts as interested
	Name       string `json:"name,omitempty"`
	Power      uint64 `json:"power"`
	Signed     bool   `json:"signed"`
	Interested bool   `json:"interested"`
}

// trusted set of validators with what the walk knows of it.
type validatorSet struct {
	members []bundle.Validator
	hash    Hash
	total   uint64
}
