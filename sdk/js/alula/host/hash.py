"""Digests (JS body: Web Crypto where the page has it). Docstrings are at the CPython body.

Pages without TLS, such as those that a phone opens from a developer's machine, have IndexedDB but no Web Crypto: the
function below (FIPS 180-4, section 6.2) stands in for it. Nothing here goes on from part to part: a file's chunks are
hashed one by one as they come, and a whole one in one call."""


async def sha256(data):
    __pragma__('js', '{}', '''
    const subtle = globalThis.crypto?.subtle;
    const digest = subtle ? new Uint8Array (await subtle.digest ('SHA-256', data)) : plain_sha256 (data);
    return btoa (String.fromCharCode (...digest));
    ''')


def plain_sha256(data):
    __pragma__('js', '{}', '''
    // The first 32 bits after the point of the cube roots (round constants) and square roots (start) of the primes
    const bits = x => (x - Math.floor (x)) * 4294967296 | 0;
    const primes = [];
    for (let n = 2; primes.length < 64; n++) {
        if (primes.every (prime => n % prime)) primes.push (n);
    }
    const rounds = Int32Array.from (primes, prime => bits (Math.cbrt (prime)));
    const state = Int32Array.from (primes.slice (0, 8), prime => bits (Math.sqrt (prime)));
    const full = data.length & ~63;
    const tail = new Uint8Array (data.length - full < 56 ? 64 : 128);    // the rest, a bit, zeros, the length in bits
    tail.set (data.subarray (full));
    tail [data.length - full] = 128;
    const end = new DataView (tail.buffer);
    end.setUint32 (tail.length - 8, data.length / 536870912);
    end.setUint32 (tail.length - 4, data.length << 3);
    const w = new Int32Array (64);
    const turn = (x, n) => x >>> n | x << 32 - n;
    const blocks = (bytes, size) => {
        const words = new DataView (bytes.buffer, bytes.byteOffset);
        for (let at = 0; at < size; at += 64) {
            for (let i = 0; i < 16; i++) w [i] = words.getInt32 (at + 4 * i);
            for (let i = 16; i < 64; i++) {
                const x = w [i - 15], y = w [i - 2];
                w [i] = w [i - 16] + (turn (x, 7) ^ turn (x, 18) ^ x >>> 3)
                    + w [i - 7] + (turn (y, 17) ^ turn (y, 19) ^ y >>> 10);
            }
            let [a, b, c, d, e, f, g, h] = state;
            for (let i = 0; i < 64; i++) {
                const t = h + (turn (e, 6) ^ turn (e, 11) ^ turn (e, 25)) + (e & f ^ ~e & g) + rounds [i] + w [i] | 0;
                const u = (turn (a, 2) ^ turn (a, 13) ^ turn (a, 22)) + (a & b ^ a & c ^ b & c) | 0;
                h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
            }
            [a, b, c, d, e, f, g, h].forEach ((x, i) => {state [i] += x;});
        }
    };
    blocks (data, full);
    blocks (tail, tail.length);
    const digest = new DataView (new ArrayBuffer (32));
    state.forEach ((x, i) => digest.setInt32 (4 * i, x));
    return new Uint8Array (digest.buffer);
    ''')
