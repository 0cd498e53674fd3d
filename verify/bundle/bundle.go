// Package bundle is the bytes of what people carry away from the chain: the bundle
// (*.ink), the anchor, and the separate proofs. It reads and writes them in the
// canonical form and judges nothing; package verify does. Specified in
// docs/spec/bundle.md.
package bundle

import "github.com/inkchain/inkd/format"

// Hash is 32 bytes of SHA-256.
type Hash = format.Hash

// The first bytes of the files. The canonical message follows to the file's end.
const (
	Magic       = "INKBNDL1"
	AnchorMagic = "INKANCH1"
	ProofsMagic = "INKPRFS1"
)

// Limits. What exceeds one is refused with format.ErrLimit.
const (
	MaxBytes      = 64 << 20 // of a whole file
	MaxValidators = 256      // in a set
	MaxBlocks     = 4096 + 64
	MaxSets       = 4096 + 1
	MaxStates     = 10_000
	MaxEntries    = 100_000 // in a list; with proofs of their own half as many
	MaxItems      = 500_000
	MaxTx         = 2 << 20
	MaxStateProof = 32 << 10 // one ICS-23 proof
	MaxLists      = 16
	MaxTokens     = 16
	MaxProofs     = 4096 // inclusions, and consistency proofs
	MaxEras       = 64
)

// Bundle is everything about one entry, or about lists, that the chain says.
// Nothing in it is believed for standing in it.
type Bundle struct {
	LogID Hash
	// Subject is the seq of the entry the bundle is about; 0 if it is about lists.
	Subject uint64
	// Blocks ascend by height, each height once.
	Blocks []Block
	// Sets are the validator sets that headers name by their hash, in any order.
	Sets [][]Validator
	// States are values of the chain's state, each proven to a header.
	States []State
	// Entries ascend by seq, each with its path in the tree of a proven head.
	Entries []Entry
	// Proofs to further tree sizes and between heads.
	Proofs Proofs
	// Submission is the transaction of the subject; nil if not shown.
	Submission *Submission
	// Content opens the subject's commitment; nil if not shown.
	Content *Content
	// Items ascend by index; without paths if they are all.
	Items []format.Shown
	Lists []List
	// Tokens are RFC 3161 time-stamp tokens (DER) over the checkpoint of a head.
	Tokens []Token
	// Checkpoints are signed notes of heads (C2SP tlog-checkpoint with cosignatures).
	Checkpoints [][]byte
}

// Block is a header with the commit for it.
type Block struct {
	Header Header
	Commit Commit
}

// Header is a header of CometBFT; times are unix nanoseconds.
type Header struct {
	BlockVersion, AppVersion uint64
	ChainID                  string
	Height                   uint64
	Time                     uint64
	LastBlockID              BlockID
	LastCommitHash           []byte
	DataHash                 []byte
	ValidatorsHash           []byte
	NextValidatorsHash       []byte
	ConsensusHash            []byte
	AppHash                  []byte
	LastResultsHash          []byte
	EvidenceHash             []byte
	ProposerAddress          []byte
}

// BlockID is a block's hash with the head of its parts. Empty before the first block.
type BlockID struct {
	Hash       []byte
	PartsTotal uint32
	PartsHash  []byte
}

// Commit are the votes for a block of the header's height.
type Commit struct {
	Round      uint32
	BlockID    BlockID
	Signatures []Signature // one for each place in the set
}

// Flags of a signature.
const (
	FlagAbsent = 1
	FlagCommit = 2
	FlagNil    = 3
)

// Signature is the vote of one place in the set; all but Flag is empty if absent.
type Signature struct {
	Flag      uint32
	Address   []byte // 20 bytes
	Time      uint64 // unix nanoseconds
	Signature []byte
}

// Key types, as in the log's entries.
const (
	KeyEd25519   = 1
	KeySecp256k1 = 2
	KeySecp256r1 = 3
	KeyMLDSA65   = 4
)

// PublicKey is a key with its type.
type PublicKey struct {
	Type uint32
	Key  []byte
}

// Validator is one place in a set, in the set's order.
type Validator struct {
	PublicKey
	Power uint64
}

// StateKind says where in the state a value lies; see docs/spec/bundle.md.
type StateKind uint32

// Kinds of state; the id is 0 for head and applications.
const (
	StateHead StateKind = iota + 1
	StateCertificate
	StateEvidence
	StateKey
	StateEnterprise
	StateApplications
)

// State is a value in the state after the block of Height; the header above commits
// to it. The value is inside ValueProof.
type State struct {
	Height     uint64
	Kind       StateKind
	ID         uint64
	ValueProof []byte // ics23.CommitmentProof, an existence proof in the store
	StoreProof []byte // ics23.CommitmentProof, an existence proof of the store's root
}

// Entry is the bytes of an entry with its path in the tree of Size entries.
type Entry struct {
	Bytes []byte
	Size  uint64
	Path  []Hash
}

// Inclusion is the path of the entry Seq in the tree of Size entries.
type Inclusion struct {
	Seq, Size uint64
	Path      []Hash
}

// Consistency shows that the tree of From entries is the beginning of that of To
// (RFC 9162 2.1.4).
type Consistency struct {
	From, To uint64
	Hashes   []Hash
}

// Proofs are inclusion proofs and consistency proofs for tree sizes that a pin
// names, in a bundle or in a file of their own.
type Proofs struct {
	LogID       Hash // in a file of its own; zero inside a bundle
	Inclusions  []Inclusion
	Consistency []Consistency
}

// Submission is the transaction that made the subject.
type Submission struct {
	Tx            []byte
	AccountNumber uint64
}

// Content opens a commitment: Public and Nonce with either PrivateDigest or
// Private and PrivateNonce.
type Content struct {
	Public        []byte
	Nonce         Hash
	PrivateDigest Hash   // zero if Private is shown
	Private       []byte // nil if not shown
	PrivateNonce  Hash
}

// ListKind says what a list is of.
type ListKind uint32

// Kinds of lists; the id is the enterprise's, 0 for applications.
const (
	ListEnterprise ListKind = iota + 1
	ListApplications
)

// List is all entries of a list with block times from From on and before To, with
// its neighbours on both sides where there are any: unix nanoseconds, To 0 for "up
// to the counter". Size and Path prove the last entry if no counter does.
type List struct {
	Kind     ListKind
	ID       uint64
	From, To uint64
	Entries  [][]byte
	Size     uint64
	Path     []Hash
}

// Token is an RFC 3161 token over the checkpoint of the head of Size entries.
type Token struct {
	Size uint64
	DER  []byte
}
