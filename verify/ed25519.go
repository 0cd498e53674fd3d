package verify

import (
	"bytes"
	"crypto/ed25519"
	"slices"
)

// Rules of ed25519 signatures.
const (
	ruleEd25519Canonical  = "ed25519.canonical"
	ruleEd25519SmallOrder = "ed25519.small-order"
)

// verifyEd25519 says whether sig is a signature of msg in the strictest reading of
// RFC 8032: key, R and S in their only encodings, [S]B = R + [k]A without a
// cofactor, and neither key nor R among the eight points with which a signature of
// one message is one of others too. The chain counts more (ZIP-215); what only the
// chain counts is no proof to anybody else.
func verifyEd25519(key, msg, sig []byte) bool {
	if len(key) != ed25519.PublicKeySize || len(sig) != ed25519.SignatureSize {
		return false
	}
	r := sig[:32]
	if !canonicalY(key) && !off(ruleEd25519Canonical) {
		return false
	}
	if (smallOrder(key) || smallOrder(r)) && !off(ruleEd25519SmallOrder) {
		return false
	}
	// The library refuses S of 2²⁵² + … and above, and R in another encoding than
	// the one of the point it computes.
	return ed25519.Verify(key, msg, sig)
}

// canonicalY says whether the encoded y is below p = 2²⁵⁵ − 19.
func canonicalY(point []byte) bool {
	y := withoutSign(point)
	if y[31] != 0x7f {
		return true
	}
	for _, b := range y[1:31] {
		if b != 0xff {
			return true
		}
	}
	return y[0] < 0xed
}

// smallOrder says whether a canonical point is one of the eight whose order divides
// 8. They have five values of y; the sign of x makes no difference to their order.
func smallOrder(point []byte) bool {
	y := withoutSign(point)
	return slices.ContainsFunc(smallOrderY, func(s string) bool { return bytes.Equal(y, []byte(s)) })
}

// smallOrderY are the y of the points of order 4, 1, 2, 8 and 8, little-endian.
var smallOrderY = []string{
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	"\xec\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
	"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
	"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
}

// withoutSign is an encoded point with the bit cleared that tells x from −x.
func withoutSign(point []byte) []byte {
	y := slices.Clone(point)
	y[31] &= 0x7f
	return y
}
