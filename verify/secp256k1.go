package verify

import (
	"crypto/sha256"
	"math/big"
)

// The curve y² = x³ + 7 over the integers modulo p, a base point and its order n
// (SEC 2, 2.4.1). All that is computed here is public, so it need not be fast or
// take the same time always; it is to be compared with a textbook.
var (
	secpP = hexInt("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F")
	secpN = hexInt("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141")
	secpG = &secpPoint{
		hexInt("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"),
		hexInt("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8"),
	}
)

// secpPoint is a point of the curve; nil is the point at infinity.
type secpPoint struct{ x, y *big.Int }

// verifySecp256k1 says whether sig = r ‖ s, 32 bytes each, is an ECDSA signature
// over SHA-256(msg) (SEC 1, 4.1.4) by the compressed key.
func verifySecp256k1(key, msg, sig []byte) bool {
	q := parseSecp256k1(key)
	if q == nil || len(sig) != 64 {
		return false
	}
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	if r.Sign() == 0 || r.Cmp(secpN) >= 0 || s.Sign() == 0 || s.Cmp(secpN) >= 0 {
		return false
	}
	digest := sha256.Sum256(msg)
	w := new(big.Int).ModInverse(s, secpN)
	u1 := new(big.Int).SetBytes(digest[:])
	u1.Mod(u1.Mul(u1, w), secpN)
	u2 := new(big.Int).Mul(r, w)
	u2.Mod(u2, secpN)
	sum := secpSum(u1, secpG, u2, q)
	return sum != nil && new(big.Int).Mod(sum.x, secpN).Cmp(r) == 0
}

// parseSecp256k1 reads a compressed point, 02 or 03 ‖ x (SEC 1, 2.3.4); nil if it
// is none.
func parseSecp256k1(key []byte) *secpPoint {
	if len(key) != 33 || key[0] != 2 && key[0] != 3 {
		return nil
	}
	x := new(big.Int).SetBytes(key[1:])
	if x.Cmp(secpP) >= 0 {
		return nil
	}
	square := new(big.Int).Exp(x, big.NewInt(3), secpP)
	square.Mod(square.Add(square, big.NewInt(7)), secpP)
	y := new(big.Int).ModSqrt(square, secpP)
	if y == nil {
		return nil
	}
	// y is never 0: the order of the curve is odd.
	if y.Bit(0) != uint(key[0]&1) {
		y.Sub(secpP, y)
	}
	return &secpPoint{x, y}
}

// secpSum is a·P + b·Q by doubling and adding.
func secpSum(a *big.Int, p *secpPoint, b *big.Int, q *secpPoint) *secpPoint {
	both := p.add(q)
	var sum *secpPoint
	for i := max(a.BitLen(), b.BitLen()) - 1; i >= 0; i-- {
		sum = sum.add(sum)
		switch {
		case a.Bit(i) == 1 && b.Bit(i) == 1:
			sum = sum.add(both)
		case a.Bit(i) == 1:
			sum = sum.add(p)
		case b.Bit(i) == 1:
			sum = sum.add(q)
		}
	}
	return sum
}

// add is P + Q by the chord through both, or the tangent if they are one.
func (p *secpPoint) add(q *secpPoint) *secpPoint {
	if p == nil {
		return q
	}
	if q == nil {
		return p
	}
	rise, run := new(big.Int).Sub(q.y, p.y), new(big.Int).Sub(q.x, p.x)
	if run.Sign() == 0 {
		if rise.Sign() != 0 {
			return nil // Q = −P
		}
		rise.Mul(p.x, p.x).Mul(rise, big.NewInt(3))
		run.Lsh(p.y, 1)
	}
	slope := run.ModInverse(run.Mod(run, secpP), secpP)
	slope.Mod(slope.Mul(slope, rise), secpP)
	x := new(big.Int).Mul(slope, slope)
	x.Mod(x.Sub(x, p.x).Sub(x, q.x), secpP)
	y := new(big.Int).Sub(p.x, x)
	y.Mod(y.Mul(y, slope).Sub(y, p.y), secpP)
	return &secpPoint{x, y}
}

func hexInt(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("verify: expected a hexadecimal number, got " + s)
	}
	return n
}
