"""Loops, ranges, comprehensions, generators, unpacking."""
# ruff: noqa


def ranges():
    seen = []
    for i in range(3):
        i = i * 2
        seen.append(i)
    seen.append(i)
    n = 3
    for j in range(n):
        n = 10
        seen.append(j)
    xs = [1, 2]
    for k in range(len(xs)):
        xs.append(k)
    seen.append(k)
    for m in range(5, 0, -2):
        seen.append(m)
    step = -1
    for m in range(3, 0, step):
        seen.append(m)
    for m in range(2, 2):
        seen.append('never')
    for m in range(0, 10, 3):
        seen.append(m)
    seen.extend(xs)
    return seen


print(ranges())


def elses():
    seen = []
    for x in [1, 2, 3]:
        if x == 2:
            break
    else:
        seen.append('no break')
    for x in [1, 3]:
        for y in [1, 2]:
            if y == 2:
                break
        else:
            seen.append('inner')
        if x == 5:
            break
    else:
        seen.append('outer')
    n = 0
    while n < 3:
        n += 1
        if n == 2:
            continue
    else:
        seen.append(n)
    while True:
        n -= 1
        if n < 0:
            break
    else:
        seen.append('never')
    return seen


print(elses())


def closures():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return [f() for f in fs]


print(closures())


def gen(n):
    for i in range(n):
        got = i * i
        yield got
    yield from ['x', 'y']


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


g = gen(3)
print(next(g), list(g), list(gen(1)), [x for x in gen(2)], sum(x for x in [1, 2, 3]))
f = fib()
print([next(f) for _ in range(10)])
print([list(row) for row in zip([1, 2, 3], fib())], dict(zip(['a', 'b'], [1, 2])))
for i, x in enumerate(['a', 'b']):
    print(i, x)
for i, (a, b) in enumerate([(1, 2), (3, 4)], 10):
    print(i, a, b)
for i, pair in enumerate(zip('ab', 'cd'), start=1):
    print(i, pair[0], pair[1])
for (a, b), c in [((1, 2), 3)]:
    print(a, b, c)
print([(i, x) for i, x in enumerate('ab')])
d = {'one': 1, 'two': 2}
for k in d:
    print(k, d[k])
for k, v in d.items():
    print(k, v)
print([k for k in d], sorted(d), list(d), len(d), 'one' in d, 'x' not in d, list(d.values()))
a, b = gen(0)
print(a, b)
a, *rest = [1, 2, 3]
print(a, rest)
x = y = [0]
y.append(1)
print(x)
(a, b), [c, e] = (1, 2), (3, 4)
print(a, b, c, e)
a, b = b, a
print(a, b)
try:
    a, b = [1, 2, 3]
except ValueError as e:
    print(str(e))
try:
    a, b, c = (1, 2)
except ValueError as e:
    print(str(e))
print([x * y for x in range(3) for y in range(x) if (x + y) % 2 == 1])
print({str(x): x for x in range(3)}, sorted({x % 2 for x in range(5)}))
print([[0 for _ in range(2)] for _ in range(2)], [[y for y in x] for x in [[1], [2, 3]]])
print(any(x > 2 for x in [1, 2, 3]), all([1, 0]), any([]), all([]))
print(list(map(lambda v: v + 1, [1, 2])), list(filter(lambda v: v > 1, [1, 2, 3])), list(reversed([1, 2, 3])))
print(list(map(lambda a, b: a * b, [1, 2], [3, 4])), list(range(3)), list(range(5, 1, -2)))
total = 0
xs = [5, 6, 7]
at = 0


def index():
    global at
    at += 1
    return at


xs[index()] //= 2
xs[index()] **= 2
print(xs, at)
calls = []


def probe(v):
    calls.append(v)
    return v


print(1 < probe(2) < 3, 1 < probe(5) < probe(3) < probe(9), calls, 0 <= probe(0) < 1 != 2)
print(not 1 < 2, -2 ** 2, (1 + 2) * 3, (1, 2)[0], (5 - 3).bit_length() if False else 'ok', [1, 2][0] if True else 0)
i = 5
print([i for i in range(2)], i)


def counted(n, xs):
    total = 0
    for i in range(n):
        total += i
    for i in range(1, n):
        total += 10 * i
        for k in range(i):
            total += 100 * k
    for j in range(n):
        pass
    for _ in range(2):
        for _ in range(3):
            total += 7
    for u in range(2):
        for u in range(5, 7):
            total += u
        total += u
    for m in range(3):
        m += 1
        total += m
    for p in range(len(xs)):
        xs.append(p)
    for q in range(n):
        n = 0
        total += 1000
    calls = [lambda: 0]
    for s in range(2):
        calls.append(lambda: s)
    return [total, j, len(xs), calls[1](), calls[2]()]


print(counted(4, [1, 2]), counted(1, []))
print([k() for k in [(lambda: y) for y in [1, 2]]])
print([a + b for a, b in [[1, 2], (3, 4)] if a > 0 if b > 2], [x for x in range(5) if x % 2 == 1], sum(x for x in range(3)))
