"""Numbers, lists, tuples, dicts, sets: operators, slices, methods."""
# ruff: noqa
xs = [1, 2, 3, 4, 5]
print(xs[1:3], xs[:2], xs[3:], xs[:], xs[::2], xs[::-1], xs[10:], xs[-2:], xs[:-2], xs[5:1], xs[4:1:-1], xs[-100:100])
print(xs[-1], xs[-2], 'abc'[-1], 'abcdef'[1:4], 'abc'[::-1], 'abc'[5:], 'abcdef'[-3:-1])
ys = xs[:]
ys[1:3] = [9, 9, 9]
print(ys)
ys[::2] = [0, 0, 0]
print(ys)
ys[10:] = [7]
del ys[0]
del ys[1:3]
print(ys)
ys[-1] = 100
ys[-1] += 1
print(ys, len(ys))
ys += [5]
ys.extend((6, 7))
ys.extend(x for x in [8])
ys.insert(0, 'first')
ys.insert(-1, 'late')
print(ys, ys.index(5), ys.count(6), 6 in ys, ys.pop(), ys.pop(0), ys.pop(-1))
ys.remove(5)
ys.reverse()
print(ys)
ys.clear()
print(ys, [0] * 3, 2 * ['a'], [1] + xs, xs + [6], '-' * 5, [*xs, *'ab'], [[1]] * 2)
print([3, 1, 2] == [3, 1, 2], [1] != [2], (1, 2) == (1, 2), xs == [1], {'a': [1]} == {'a': [1]}, xs in [[1], [1, 2, 3, 4, 5]])
print(sorted([3, 1, 2]), sorted([3, 1, 2], reverse=True), sorted(['b', 'A', 'a']), sorted([10, 9, 2]))
rows = [('b', 1), ('a', 1), ('c', 0)]
print(sorted(rows), sorted(rows, key=lambda r: r[1]), sorted(rows, key=lambda r: r[1], reverse=True))
rows.sort(key=lambda r: r[0], reverse=True)
print(rows, sorted([[2, 'x'], [1, 'z'], [2, 'a']]))
t = (1, 'two', (3,))
print(t, t[1], len(t), t + (4,), (), (1,), 2 in t, 'x' in ('x', 'y'), 3 not in (1, 2))
d = {'b': 1, 'a': 2}
d['c'] = 3
print(d, d['b'], d.get('x'), d.get('x', 5), d.get('b', 9), d.setdefault('d', []), list(d.keys()), [[k, v] for k, v in d.items()])
d.update({'b': 10, 'z': 0})
print(d.pop('a'), d.pop('nope', None), d, len(d), {**d, 'k': 1}, dict(d), dict([('p', 1)]), dict(x=1))
del d['b']
e = d.copy()
e['new'] = 1
print('b' in d, 'new' in d, e, d == e, dict.fromkeys(['a', 'b'], 0), {'constructor': 1, '__proto__': 2, 'toString': 3})
print({'a': 1}.get('toString'), 'constructor' in {}, {'x': None}['x'] is None)
s = {3, 1, 2}
s.add(2)
s.discard(9)
s.update([7])
print(sorted(s), len(s), 7 in s, 8 in s, sorted(s.union([9])), sorted(s.intersection({1, 7})), sorted(s.difference({1})))
print({1, 2}.issubset([1, 2, 3]), {1, 2}.issuperset([1]), {1}.isdisjoint([2]), set(), sorted(set('hello')), {1, 2} == {2, 1})
print(7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 % -3, 7.5 % 2, -0.5 % 1, 2 ** 10, 7 / 2, divmod(-7, 2), abs(-3), 5 % 5)
print(1 & 3, 1 | 6, 5 ^ 1, ~5, 1 << 4, 256 >> 2, 1 + 2 * 3, (1 + 2) * 3, 10 - 3 - 2, 2 * (3 - 1), -(-3), - -3)
print(int('12'), int(' -7 '), int(3.9), int(-3.9), int(3e9), int('ff', 16), int('0b11', 2), int('0x1f', 0), int(True), int('1_000'))
print(float('1.5'), float('1e5') == 100000, float('-inf'), float('nan'), float(' 2.5 '), float('.5'))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(0.125, 2), round(1234, -2), round(2.4), round(0.5))
print(min(3, 1, 2), max([1, 5, 2]), min('b', 'a'), max([], default=3), max(['aa', 'b'], key=len), min([3, -4], key=abs), max((1, 2), (1, 3)))
print(sum([1, 2, 3]), sum([1, 2], 10), sum(x for x in range(4)), pow(2, 3), pow(3, 4, 5), bool([]), bool([0]), bool(''), bool(0), bool({}), bool('a'))
print(None, True, False, [None, True], str(None), str(True), repr('it\'s'), repr('a"b'), repr('\n\t\\'), repr("'\""))
print(1e-7, 1.5e-5, 0.0001, 123456.789, 1e300 * 1.5, 0.1 + 0.2, 1 / 3, -1.5e-10, float('inf'), [0.5, float('nan')])
print(bin(10), oct(8), hex(255), hex(-255), chr(65), ord('a'), chr(128512), ord('\U0001f600'), len('abc'))
print('a' < 'b', [1, 2] is not None, 'x' == 'x', '' == 0, 1 == '1', 0 != '', None == 0, True == 1)
x = None
print(x is None, x is not None, x == None, 1 if x else 2, x or 3)
print(isinstance('a', str), isinstance([], list), isinstance((), tuple), isinstance({}, dict), isinstance(set(), set), isinstance([], (str, tuple)))
print(type('a').__name__, type([]).__name__, type(()).__name__, type({}).__name__, type(1).__name__, type(1.5).__name__, type(None).__name__, type(True).__name__)
m = [[1, 2], [3, 4]]
print(m[1][0], m[-1][-1], [r[0] for r in m], list(zip(*m))[1][0], sum([sum(r) for r in m]), max(max(r) for r in m))
n = 5
n += 2
n -= 1
n *= 3
n //= 4
n %= 3
n **= 2
print(n)
n = 0xff
n &= 0x0f
n |= 0x30
n ^= 1
n <<= 2
n >>= 1
print(n)
print(list('a\U0001f600b'), list({'k': 1}), tuple([1, 2]), list((1, 2)), set([1, 1]), list(set([4])))


# Builtins in the forms that bring little along
numbers = [3, 1, 2]
print(min(2, 1), max(2, 1), min('b', 'a'), max(1.5, 1), min([1, 2], [1, 1]), max(numbers), min(3, 1, 2), min([], default=7))
print(any(n > 2 for n in numbers), any([n > 3 for n in numbers]), all(n > 0 for n in numbers if n != 2), all(n > 1 for n in numbers))
print(any(n > 1 for n in numbers if n < 2), all(n > 1 for n in numbers if n > 1), any(n > 1 for n in []), all(n > 1 for n in []))
print(list(range(3)), list('ab'), list((1, 2)), list({'k': 1}), list(n + 1 for n in numbers), list({1}))
for v in [1, 1.5, 'a', True, None, [1], (1,), {'a': 1}]:
    print(isinstance(v, str), isinstance(v, (list, str)), isinstance(v, list), isinstance(v, tuple), isinstance(v, dict), isinstance(v, bool))
