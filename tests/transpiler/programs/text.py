"""Strings: formatting and methods."""
# ruff: noqa
n, f, s, b, neg = 42, 3.14159, 'text', True, -7
print(f'{n} {f} {s} {b} {None} {[1, "a"]} {neg}')
print(f'{f:.2f}|{n:5d}|{n:<5}|{n:^5}|{n:>5}|{n:05}|{n:+}|{n: d}|{s:>8}|{s:<8}|{s:^9}|{s:*^10}')
print(f'{n:x} {n:X} {n:#x} {n:o} {n:b} {n:#b} {n:08b} {255:02x} {1234567:,} {1234567.891:,.2f} {1234567:_}')
print(f'{0.5:%} {0.256:.1%} {f:10.3f}| {f:<10.3f}| {neg:05d} {neg:x} {-3.5:.0f} {2.5:.0f} {0.125:.2f} {1e21:.1f}')
print(f'{12345.678:e} {0.00012:e} {f:.3e} {f:g} {1e-7:g} {1234567.0:g} {0.0001:g} {100000.0:.3g} {1.5:g} {1e-5:.2g}')
print(f'{s!r} {s!s} {[s]!r:>10} {{literal}} {n}{{{n}}}', f'', f'a', f'{s}', f'{n}{n}', f"{'nested'}")
width = 8
print(f'{n:{width}}|{f:{width}.{2}f}|{s:{width}}|')
print('{} {}'.format(1, 'a'), '{1} {0}'.format('x', 'y'), '{a}-{b:.1f}'.format(a=1, b=2.55), '{:>5}|{:<5}|'.format(1, 2), '{{}}'.format())
print('a,b,c'.split(','), ' a  b '.split(), ''.split(), 'a,b,c'.split(',', 1), 'a b c'.rsplit(' ', 1), 'abc'.split('x'), 'a  b c'.split(None, 1))
print(repr('  x '.strip()), repr('  x '.lstrip()), repr('  x '.rstrip()), 'xxaxx'.strip('x'), 'abcba'.lstrip('ab'), '1.500'.rstrip('0'))
print('abc'.replace('b', 'x'), 'aaa'.replace('a', 'b', 2), 'abc'.find('c'), 'abc'.find('z'), 'abcabc'.find('a', 1), 'abcabc'.rfind('b'), 'abc'.index('b'))
print('abc'.startswith('ab'), 'abc'.endswith(('x', 'c')), 'abc'.startswith('b', 1), 'abc'.endswith(''), 'banana'.count('an'))
print(', '.join(['a', 'b']), ''.join(c for c in 'abc'), '-'.join('xyz'), ' '.join({'k': 1}))
print('aBc'.upper(), 'aBc'.lower(), 'hello World'.capitalize(), 'a1'.isalnum(), 'a'.isalpha(), '12'.isdigit(), 'é'.isalpha(), ' '.isspace(), ''.isspace())
print('abc'.islower(), 'ABC'.isupper(), 'a\nb\r\nc\n'.splitlines(), '7'.zfill(3), '-7'.zfill(4), 'a'.ljust(3) + '|', 'a'.rjust(3), 'a'.ljust(3, '.'))
print('k=v=w'.partition('='), 'k=v=w'.rpartition('='), 'none'.partition('='), 'prefix_x'.removeprefix('prefix_'), 'x.py'.removesuffix('.py'))
print('a' + 'b', 'ab' * 2, 'b' in 'abc', 'z' not in 'abc', 'abc'[1], 'abc'[0:2], len('héllo'), 'a' < 'b', max('abc'), sorted('bca'))
print(str(1), str(1.5), str('x'), str([1, 'a', None]), str({'a': 'b'}), str((1,)), repr([1.5, 'q']), str(True))
print('tab\there', 'quote\'s', "uni\u00e9", 'back\\slash', 'nul' + chr(0) + 'x' == 'nul\x00x', 'line\
 joined')
for c in 'añ\U0001f600':
    print(c)
print('x', 'y', sep='-')
print(sep='', *['p', 'q'])
text = ''
for i in range(3):
    text += f'{i},'
print(text, text[:-1])


# Methods that compile to JavaScript's own, and the same names on an object
class Path:
    def rfind(self, x):
        return ['mine', x]

    def strip(self):
        return 'stripped'


sep = ', '
print('a b  c'.split(), ''.split(), ' '.split(), ' x '.split(), sep.join([c + c for c in 'abc']), ', '.join(c for c in 'xyz'))
print('  a b '.strip(), '  a b '.lstrip() + '|', '  a b '.rstrip() + '|', 'AbC'.lower(), 'AbC'.upper(), 'a/b/c'.rfind('/'))
print(Path().rfind('/'), Path().strip(), 'xxabxx'.strip('x'), 'a,b'.split(sep[0]))
