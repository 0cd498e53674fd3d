package verify

import (
	"crypto/sha256"
	"slices"

	"github.com/inkchain/inkd/verify/bundle"
)

// addressPrefix begins the text of every account's address.
const addressPrefix = "ink"

// keyNames are the names that transactions give to types of keys.
var keyNames = map[uint32]string{
	bundle.KeyEd25519:   "cosmos.crypto.ed25519.PubKey",
	bundle.KeySecp256k1: "cosmos.crypto.secp256k1.PubKey",
	bundle.KeySecp256r1: "cosmos.crypto.secp256r1.PubKey",
	bundle.KeyMLDSA65:   "cosmos.crypto.mldsa65.PubKey",
}

// accountAddress is the text of a key's account address; empty for secp256k1. That
// one is a RIPEMD-160, which the standard library has not, and nothing depends on
// it: the address only leads the chain to the key, the signature is checked with
// the key that the log names, and it covers the address.
func accountAddress(k bundle.PublicKey) string {
	switch k.Type {
	case bundle.KeyEd25519, bundle.KeyMLDSA65:
		h := sha256.Sum256(k.Key)
		return bech32(addressPrefix, h[:20])
	case bundle.KeySecp256r1:
		name := sha256.Sum256([]byte(keyNames[k.Type]))
		h := sha256.Sum256(slices.Concat(name[:], k.Key))
		return bech32(addressPrefix, h[:])
	}
	return ""
}

// bech32 is the text of BIP-173: the prefix, "1", data in digits of 5 bits, and six
// digits of checksum over all of it.
func bech32(prefix string, data []byte) string {
	digits := fiveBits(data)
	sum := []byte{}
	for _, c := range []byte(prefix) {
		sum = append(sum, c>>5)
	}
	sum = append(sum, 0)
	for _, c := range []byte(prefix) {
		sum = append(sum, c&31)
	}
	sum = append(append(sum, digits...), 0, 0, 0, 0, 0, 0)
	check := bech32Checksum(sum) ^ 1
	for i := 5; i >= 0; i-- {
		digits = append(digits, byte(check>>(5*i))&31)
	}
	text := []byte(prefix + "1")
	for _, d := range digits {
		text = append(text, "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[d])
	}
	return string(text)
}

// fiveBits cuts bytes into digits of 5 bits, the last one filled up with zeros.
func fiveBits(data []byte) []byte {
	var digits []byte
	var rest, bits uint
	for _, b := range data {
		rest, bits = rest<<8|uint(b), bits+8
		for ; bits >= 5; bits -= 5 {
			digits = append(digits, byte(rest>>(bits-5))&31)
		}
	}
	if bits > 0 {
		digits = append(digits, byte(rest<<(5-bits))&31)
	}
	return digits
}

// bech32Checksum is the remainder of the digits by BIP-173's polynomial.
func bech32Checksum(digits []byte) uint32 {
	sum := uint32(1)
	for _, d := range digits {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(d)
		for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
