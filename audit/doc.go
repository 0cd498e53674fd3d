// Package audit re-hashes what a stopped node keeps, and copies of it: the state, the
// evidence log in it, the index and the proof archive, the blocks, openings and
// bundles. It believes no stored hash: each is recomputed from what it is of, up to
// the app hash in a header that more than two thirds of the validators signed.
//
// It writes nothing. Databases are opened for reading only, and every byte of their
// living files is accounted for; so also a bit that rotted where nobody reads is found.
//
// What it cannot know: whether this node follows the same chain as the others. That
// is what an anchor and bundles of others are for.
package audit
