"""Functions: defaults, keywords, star arguments, closures, decorators, names that JavaScript reserves."""
# ruff: noqa


def plain(a, b):
    return [a, b]


def defaults(a, b=2, c=None):
    return [a, b, c]


def keyword_only(a, *, b=2, c='x'):
    return [a, b, c]


def stars(a, *rest, b=1, **kw):
    return [a, list(rest), b, kw]


def only_star(*xs):
    return xs


def only_keywords(**kw):
    return sorted([k, v] for k, v in kw.items())


def forward(*args, **kw):
    return stars(*args, **kw)


print(plain(1, 2), defaults(1), defaults(1, 3), defaults(1, c=4), defaults(1, 2, 3), defaults(1, b=0, c=False), defaults(1, None))
print(keyword_only(1), keyword_only(1, c=3), keyword_only(1, b=None), keyword_only(1, b=0, c=''))
print(stars(1), stars(1, 2, 3), stars(1, 2, b=3), stars(1, 2, b=3, index=4, get=5), forward(1, 2, x=1), forward(*[1, 2], **{'b': 9, 'name': 1}))
print(only_star(), only_star(1, [2]), only_keywords(), only_keywords(b=1, a=2), len(only_star(1, 2)))


def register(name, since=1, *, tags=None):
    def decorate(function):
        REGISTRY[name] = [function, since, tags]
        return function
    return decorate


def identity(f):
    return f


REGISTRY = {}


@register('Add', since=7)
def add(g, a, b=1, *, axis=-1):
    return [g, a, b, axis]


@identity
@register('Neg', tags=['t'])
def neg(x):
    return -x


print(sorted(REGISTRY), REGISTRY['Add'][0]('g', 1, axis=3), REGISTRY['Add'][1], REGISTRY['Neg'][2], neg(2), add('h', 5, 6))


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count
    return step


c = counter()
print(c(), c(5), c(by=10), counter()())
delete, this, var, null, let, new, typeof = 1, 2, 3, 4, 5, 6, 7


def catch(void, function=1, default=2, switch=3):
    const = void + function
    return const + default + switch


print(delete + this + var + null + let + new + typeof, catch(1), catch(1, function=5, default=6))
TABLE = {'a': plain, 'b': lambda x, y: x + y}
print(TABLE['a'](1, 2), TABLE['b'](1, 2), (lambda *xs: len(xs))(1, 2, 3), (lambda: {'a': 1})()['a'])


def nothing():
    pass


def early(x):
    if x:
        return
    return 1


print(nothing() is None, early(True) is None, early(False))


def many(a, b=1, *args, c, d=4, **kw):
    return [a, b, list(args), c, d, kw]


print(many(1, c=3), many(1, 2, 3, 4, c=5), many(1, c=3, e=6, d=7))


def recurse(n):
    return 1 if n == 0 else n * recurse(n - 1)


print(recurse(5), [f(3) for f in [lambda x: x, lambda x: x * x]])
name = 'module name'
items, keys, get, index = [1], [2], 3, 4
print(name, items, keys, get, index, __name__)
format = '{}'
str2 = f'{1.5:.2f}'
print(format, str2)


def shadow(len, str, list, format, tuple, dict):
    return f'{len:.1f} {str}', (1, 2), {'a': [list]}, 'x' in {'x': 1}


print(shadow(1.0, 2, 3, 4, 5, 6))
