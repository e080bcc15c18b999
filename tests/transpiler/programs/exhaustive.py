"""Every case of a small range, or of a fixed pseudo-random sequence: slices, arithmetic, text of numbers, formats."""
# ruff: noqa


class Random:
    """The minimal standard generator: its products stay below 2**53."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = self.state * 16807 % 2147483647
        return self.state % n

    def number(self):
        sign = self.below(2) * 2 - 1
        return sign * (self.below(1000000) + 1) / (self.below(999983) + 2) * SCALES[self.below(len(SCALES))]


# Not 10.0 ** n: JavaScript's pow may miss the nearest double.
SCALES = [1.0, 1e-3, 1e-5, 1e-8, 1e-16, 1e2, 1e4]
BOUNDS = [None, -100, -6, -5, -3, -1, 0, 1, 2, 4, 5, 6, 100]
xs = [0, 1, 2, 3, 4]
for step in [None, -3, -2, -1, 1, 2, 7]:
    for start in BOUNDS:
        print(step, start, [xs[start:stop:step] for stop in BOUNDS], ['abcde'[start:stop:step] for stop in BOUNDS])
for start in BOUNDS:
    for stop in BOUNDS:
        ys = xs[:]
        ys[start:stop] = ['x', 'y']
        zs = xs[:]
        del zs[start:stop]
        print(start, stop, ys, zs)
for a in range(-7, 8):
    for b in [-3, -2, -1, 1, 2, 3]:
        print(a // b, a % b, divmod(a, b)[0], (a + 0.5) // b + 0.25, (a + 0.5) % b, a >> 1, a << 2, a & b, a | b, a ^ b, ~a)
for at in range(-4, 5):
    ys = [1, 2, 3]
    ys.insert(at, 'i')
    print(at, ys, 'banana'.find('a', at), 'abc'.replace('b', 'x', at), 'a,b,c'.split(',', at), 'a b c'.rsplit(None, at))
random = Random(20240229)
for _ in range(400):
    x = random.number()
    k = random.below(2000001) - 1000000
    print(repr(x), f'{x} {x:.0f} {x:.3f} {x:12.4f}| {x:e} {x:.2e} {x:g} {x:.3g} {x:+.1f} {x:,.2f} {x:.1%} {x:.10g} {x:G}')
    print(f'{k:d} {k:8d}|{k:<8}|{k:^9}|{k:08d} {k:+} {k:,} {k:x} {k:#X} {k:b} {k:o} {k:_} {k:e} {k:.2f} {k:*>9} {k:=+9}')
    print(repr(round(x, 2) + 0.00321), repr(round(x * 1000, 1) + 0.0321), round(x), round(k, -3), int(x), k // 7, k % 7, -k // 7)
for i in range(200):
    tie = (i - 100) / 8
    print(round(tie), f'{tie:.0f} {tie:.1f} {tie:.2f}', repr(round(tie, 1) + 0.05), repr(round(tie, 2) + 0.005))
words = ['', 'a', 'ab', 'a-b', '-', '--', 'a--b-', ' a  b ', '\ta\n']
for word in words:
    print([repr(word), word.split('-'), word.split(), word.split('-', 1), word.rsplit('-', 1), word.strip(' a'), word.partition('-')[2]])
    print(word.strip(), word.lstrip('a-'), word.rstrip('b-'), word.count('-'), word.find('b'), word.replace('-', '+'), word.startswith('a'))
    print(word.zfill(4), word.ljust(4, '.'), word.rjust(4), word.endswith('b'), word.upper(), word.splitlines(), word.isalpha(), word.islower())
rows = [[random.below(3), random.below(3), i] for i in range(40)]
print(sorted(rows), sorted(rows, key=lambda r: r[0]), sorted(rows, key=lambda r: (r[1], -r[2])), sorted(rows, key=lambda r: r[0], reverse=True))
print(sorted([str(r) for r in rows], reverse=True), min(rows), max(rows, key=lambda r: r[2]), sorted([0.5, -1, 3, 2.25]))
