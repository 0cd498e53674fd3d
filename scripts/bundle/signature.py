"""Signatures: ed25519 in the strictest reading of RFC 8032, ECDSA, and addresses."""
import hashlib
import hmac
from functools import lru_cache

from reference import H

from .mldsa import verify as mldsa65

ED25519, SECP256K1, SECP256R1, ML_DSA_65 = 1, 2, 3, 4

# --- ed25519, RFC 8032 §5.1, with points as (X, Y, Z, T)
P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)
SMALL_ORDER = [int.from_bytes(bytes.fromhex(h), "little") for h in (
    "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(k, p):
    out = NEUTRAL
    while k:
        if k & 1:
            out = add(out, p)
        p, k = add(p, p), k >> 1
    return out


def split(b):
    n = int.from_bytes(b, "little")
    return n & (1 << 255) - 1, n >> 255


def decompress(b):
    y, sign = split(b)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def compress(p):
    z = pow(p[2], -1, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a = decompress(key)                                               # refuses y ≥ p: ed25519.canonical
    if a is None or s >= ORDER or split(key)[0] in SMALL_ORDER or split(r)[0] in SMALL_ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    return hmac.compare_digest(compress(add(multiply(s, BASE), multiply(k, minus_a))), r)


# --- ECDSA with SHA-256 over the two curves y² = x³ + ax + b
CURVES = {
    SECP256K1: (2 ** 256 - 2 ** 32 - 977, 0, 7, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
                (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798, 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)),
    SECP256R1: (2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1, -3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
                0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
                (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)),
}


def ec_add(p, q, a, m):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % m == 0:
        return None
    slope = (3 * p[0] * p[0] + a) * pow(2 * p[1], -1, m) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, m)
    x = (slope * slope - p[0] - q[0]) % m
    return x, (slope * (p[0] - x) - p[1]) % m


def ec_multiply(k, p, a, m):
    out = None
    while k:
        if k & 1:
            out = ec_add(out, p, a, m)
        p, k = ec_add(p, p, a, m), k >> 1
    return out


def ecdsa(curve, key, message, signature):
    """Says whether r ‖ s is valid; a high s is, here."""
    m, a, b, n, base = CURVES[curve]
    if len(key) != 33 or key[0] not in (2, 3) or len(signature) != 64:
        return False
    x = int.from_bytes(key[1:], "big")
    y2 = (x ** 3 + a * x + b) % m
    y = pow(y2, (m + 1) // 4, m)
    if x >= m or (y * y - y2) % m:
        return False
    y = m - y if y & 1 != key[0] & 1 else y
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < n and 0 < s < n):
        return False
    w = pow(s, -1, n)
    z = int.from_bytes(H(message), "big")
    p = ec_add(ec_multiply(z * w % n, base, a, m), ec_multiply(r * w % n, (x, y), a, m), a, m)
    return p is not None and p[0] % n == r


def low_s(curve, signature):
    return int.from_bytes(signature[32:], "big") <= CURVES[curve][3] // 2


@lru_cache(maxsize=None)
def valid(key_type, key, message, signature):
    """One signature; each distinct one is computed once."""
    if key_type == ED25519:
        return ed25519(key, message, signature)
    if key_type == ML_DSA_65:
        return mldsa65(key, message, signature)
    return ecdsa(key_type, key, message, signature)


# --- addresses
def raw_address(key_type, key):
    if key_type == SECP256R1:
        return H(H(b"cosmos.crypto.secp256r1.PubKey"), key)
    return H(key)[:20]


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(prefix, b):
    """BIP 173."""
    groups = (len(b) * 8 + 4) // 5
    bits = int.from_bytes(b, "big") << groups * 5 - len(b) * 8
    data = [bits >> 5 * i & 31 for i in reversed(range(groups))]
    check = 1
    for v in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + data + [0] * 6:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ v
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= g if top >> i & 1 else 0
    check ^= 1
    return prefix + "1" + "".join(BECH32[v] for v in data + [check >> 5 * (5 - i) & 31 for i in range(6)])
