package verify

import "github.com/cloudflare/circl/sign/mldsa/mldsa65"

// verifyMLDSA65 says whether sig is a signature of msg in ML-DSA-65 (FIPS 204, pure,
// empty context).
func verifyMLDSA65(key, msg, sig []byte) bool {
	var k mldsa65.PublicKey
	if len(sig) != mldsa65.SignatureSize || k.UnmarshalBinary(key) != nil {
		return false
	}
	return mldsa65.Verify(&k, msg, nil, sig)
}
