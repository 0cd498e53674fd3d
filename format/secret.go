package format

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Secret is the owner's secret S of one evidence. Salts and nonces derive from
// it; whoever has it can open everything, whoever lost it can open nothing. It
// is never reused for a second evidence and never leaves the owner's files.
type Secret [32]byte

// NewSecret draws a secret from the operating system. It is the only call in
// this package that is not a function of its arguments.
func NewSecret() (Secret, error) {
	var s Secret
	if _, err := rand.Read(s[:]); err != nil {
		return Secret{}, fmt.Errorf("drawing a secret: %w", err)
	}
	return s, nil
}

// Salt returns HMAC(S, "ink/salt/v1" ‖ be64(i)), the salt of item i.
func (s Secret) Salt(i uint64) Hash {
	const domain = "ink/salt/v1"
	var msg [len(domain) + 8]byte
	copy(msg[:], domain)
	binary.BigEndian.PutUint64(msg[len(domain):], i)
	return mac(s, msg[:])
}

// Nonce returns HMAC(S, "ink/nonce/v1"), which blinds the commitment.
func (s Secret) Nonce() Hash { return mac(s, []byte("ink/nonce/v1")) }

// PrivateNonce returns HMAC(S, "ink/noncep/v1"), which blinds the private part:
// destroying it and the private bytes erases them from the commitment.
func (s Secret) PrivateNonce() Hash { return mac(s, []byte("ink/noncep/v1")) }

// String keeps a secret out of logs and error messages that print it by chance.
func (s Secret) String() string { return "Secret(hidden)" }

// GoString does the same for %#v.
func (s Secret) GoString() string { return s.String() }

// mac is HMAC-SHA256 for a key of exactly 32 bytes. It is written out because
// it runs once per row: crypto/hmac allocates six times per call.
func mac(key [32]byte, msg []byte) Hash {
	var inner, outer [96]byte
	for i := range 64 {
		inner[i], outer[i] = 0x36, 0x5c
	}
	for i, k := range key {
		inner[i] ^= k
		outer[i] ^= k
	}
	// 32 bytes after the pad hold every message but the request texts; append
	// moves a longer one to the heap.
	sum := sha256.Sum256(append(inner[:64], msg...))
	copy(outer[64:], sum[:])
	return sha256.Sum256(outer[:])
}
