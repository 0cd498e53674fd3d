// Package shows drives real processes through what a consortium lives through: a
// member joins by vote, a key is rotated, a validator signs twice, a member is
// removed, the software is upgraded, all of it while deposits go on. It is tests
// only; run it with `make test-network`.
package shows
