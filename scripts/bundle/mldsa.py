"""ML-DSA-65: verification by FIPS 204, pure, with an empty context. Numbers in
comments are those of its algorithms."""
import hashlib

Q, N, K, L = 8380417, 256, 6, 5
D, TAU, GAMMA1, GAMMA2 = 13, 49, 1 << 19, (Q - 1) // 32
BETA, OMEGA, C_BYTES = 196, 55, 48


def bit_reversed(i): return int(f"{i:08b}"[::-1], 2)


ZETAS = [pow(1753, bit_reversed(i), Q) for i in range(N)]


def ntt(w):                                                       # 41
    w, m, length = list(w), 0, 128
    while length:
        for start in range(0, N, 2 * length):
            m += 1
            z = ZETAS[m]
            for j in range(start, start + length):
                t = z * w[j + length] % Q
                w[j + length], w[j] = (w[j] - t) % Q, (w[j] + t) % Q
        length //= 2
    return w


def inverse_ntt(w):                                               # 42
    w, m, length = list(w), N, 1
    while length < N:
        for start in range(0, N, 2 * length):
            m -= 1
            z = -ZETAS[m]
            for j in range(start, start + length):
                t = w[j]
                w[j] = (t + w[j + length]) % Q
                w[j + length] = z * (t - w[j + length]) % Q
        length *= 2
    return [8347681 * x % Q for x in w]


def unpack(b, bits):                                              # 18
    n = int.from_bytes(b, "little")
    return [n >> bits * i & (1 << bits) - 1 for i in range(N)]


def pack(w, bits):                                                # 16
    return sum(x << bits * i for i, x in enumerate(w)).to_bytes(N * bits // 8, "little")


def uniform(seed):                                                # 30
    b, out = hashlib.shake_128(seed).digest(3 * N * 2), []
    for i in range(0, len(b), 3):
        n = int.from_bytes(b[i:i + 3], "little") & 0x7FFFFF
        if n < Q:
            out.append(n)
    return out[:N]


def sample_in_ball(seed):                                         # 29
    b = hashlib.shake_256(seed).digest(8 + 4 * N)
    signs, at, c = int.from_bytes(b[:8], "little"), 8, [0] * N
    for i in range(N - TAU, N):
        while b[at] > i:
            at += 1
        c[i], c[b[at]] = c[b[at]], 1 - 2 * (signs & 1)
        at, signs = at + 1, signs >> 1
    return c


def unpack_hints(b):                                              # 21
    hints, first = [[0] * N for _ in range(K)], 0
    for i, end in enumerate(b[OMEGA:]):
        if not first <= end <= OMEGA or any(x >= y for x, y in zip(b[first:end], b[first + 1:end])):
            return None
        for j in b[first:end]:
            hints[i][j] = 1
        first = end
    return None if any(b[first:OMEGA]) else hints


def use_hint(hint, r):                                            # 40, with 36
    r0 = (r + GAMMA2 - 1) % (2 * GAMMA2) - GAMMA2 + 1             # −γ2 < r0 ≤ γ2
    r1 = (r - r0) // (2 * GAMMA2)
    if r - r0 == Q - 1:
        r1, r0 = 0, r0 - 1
    return (r1 + (hint if r0 > 0 else -hint)) % 16


def verify(key, message, signature):                              # 3 and 8
    if len(key) != 1952 or len(signature) != 3309:
        return False
    rho, t1 = key[:32], [unpack(key[32 + 320 * i:352 + 320 * i], 10) for i in range(K)]
    c_tilde, hints = signature[:C_BYTES], unpack_hints(signature[C_BYTES + 640 * L:])
    z = [[GAMMA1 - x for x in unpack(signature[C_BYTES + 640 * i:C_BYTES + 640 * (i + 1)], 20)] for i in range(L)]
    if hints is None or max(abs(x) for p in z for x in p) >= GAMMA1 - BETA:
        return False
    mu = hashlib.shake_256(hashlib.shake_256(key).digest(64) + b"\0\0" + message).digest(64)
    c, z = ntt(sample_in_ball(c_tilde)), [ntt(p) for p in z]
    w1 = b""
    for r in range(K):
        row = [uniform(rho + bytes([s, r])) for s in range(L)]
        t = ntt([x << D for x in t1[r]])
        w = inverse_ntt([(sum(row[s][i] * z[s][i] for s in range(L)) - c[i] * t[i]) % Q for i in range(N)])
        w1 += pack([use_hint(hints[r][i], w[i]) for i in range(N)], 4)
    return hashlib.shake_256(mu + w1).digest(C_BYTES) == c_tilde
