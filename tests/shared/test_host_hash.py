"""`alula.host.hash` against digests from hashlib; in the tests' Node, which has no global Web Crypto, by the function
that stands in for it."""

from alula.host.arrays import u8
from alula.host.hash import sha256
from alula.host.text import encode_utf8
from alula_checks import eq


async def test_known_digests():
    eq(await sha256(encode_utf8('')), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
    eq(await sha256(encode_utf8('abc')), 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=')


async def test_every_length_around_the_blocks():
    digests = []
    for n in range(200):
        data = u8(n)
        for i in range(n):
            data[i] = (7 * i + n) % 256
        digests.append(await sha256(data))
    eq(await sha256(encode_utf8(' '.join(digests))), '+l55emX97FKWRrAVjY2RgkityEOyEWxRYIkftmc9ghw=')


async def test_megabytes():
    data = u8(3000001)
    for i in range(0, len(data), 1000):
        data[i] = i // 1000 % 251
    eq(await sha256(data), 'urQj/g+MDG298Y9bWB0Ak4xpJMoBdf2oldtzTbMMH84=')
