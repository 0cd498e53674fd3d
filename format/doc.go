// Package format is the evidence format, version 1: every byte that is hashed,
// committed to or printed on a certificate, and nothing else.
//
// The specification is docs/spec/evidence-format.md; the vectors beside it can
// be recomputed without this package. Once evidence exists, nothing here may
// change its result: a mended rule becomes a version 2 beside this one.
//
// # What is in here
//
//   - the Merkle tree of RFC 6962/9162 over SHA-256: [LeafHash], [NodeHash],
//     [Edge] (the right edge, enough to append and to know the root),
//     [InclusionProof] and [VerifyInclusion];
//   - the log: [EntryLeaf] and the accumulator of a counter, [Accumulate];
//   - the content of one evidence: [Secret] and what is derived from it,
//     [Item], [ItemLeaf], [ItemTree], and the two digests of every item,
//     [DoubleHasher];
//   - the messages [Public], [Private] and [CertificateFields], in canonical
//     protobuf: one sequence of bytes per value, everything else is refused;
//   - the commitment that goes on chain ([Commitment], [PrivateDigest]) and the
//     check of its opening ([CheckOpening]);
//   - the numbers people read out: [EvidenceNumber], [CertificateNumber],
//     [ParseNumber], and the check of an enterprise's code, [CheckUSCC].
//
// # What is deliberately not in here
//
// The chain imports this package, so the same call must give the same answer on
// every machine at every time: no clock, no randomness (except [NewSecret],
// which only an owner's tool calls), no iteration over maps, no floating point,
// no Unicode tables that change with the toolchain, no file system. The recipes
// that read files are in format/recipe, the owner's files in format/opening.
//
// # Letters
//
// H is SHA-256, M is SM3 (GB/T 32905), HMAC is HMAC-SHA256, ‖ joins bytes,
// be16/be32/be64 are big-endian unsigned integers. All sizes are in bytes, all
// times are unsigned unix nanoseconds, all indexes begin at 0.
//
// # Errors
//
// Every refusal wraps one sentinel of errors.go, so that a caller can tell them
// apart with errors.Is, and says what was expected and what came. Nothing in
// this package panics on input from outside.
package format
