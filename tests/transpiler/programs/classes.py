"""Classes: construction, inheritance, properties, static and class methods, attributes."""
# ruff: noqa


class Shape:
    sides = 0
    kinds = {'a': 1}
    label: str = 'shape'
    note: int

    def __init__(self, name, *, scale=1):
        self.name = name
        self.scale = scale

    def area(self):
        return 0

    def get(self, key, default=None):
        return [self.name, key, default]

    def describe(self):
        return f'{self.name} {self.area()} {self.sides}'

    @property
    def items(self):
        return [self.name, self.scale]

    @property
    def size(self):
        return self.scale

    @size.setter
    def size(self, value):
        self.scale = value

    @staticmethod
    def twice(x, n=2):
        return x * n

    @classmethod
    def unit(cls, name='unit'):
        return cls(name)

    def __repr__(self):
        return f'Shape({self.name!r})'

    def __len__(self):
        return self.sides


class Square(Shape):
    sides = 4

    def __init__(self, side, **options):
        super().__init__('square', **options)
        self.side = side

    def area(self):
        return self.side * self.side

    def get(self, key, default=None):
        return ['square'] + super().get(key, default=default)

    def describe(self):
        return Shape.describe(self) + '!'

    @property
    def size(self):
        return self.side * self.scale


class Named(Square):
    def __str__(self):
        return 'named'


class Counter:
    def __init__(self, stop):
        self.at = 0
        self.stop = stop

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= self.stop:
            raise StopIteration
        self.at += 1
        return self.at


class Tree:
    def __init__(self, value, children):
        self.value = value
        self.children = children

    def __iter__(self):
        yield self.value
        for child in self.children:
            yield from child

    def __contains__(self, value):
        return value in [v for v in self]


class Config:
    """Frozen data with names that mean something to JavaScript."""

    def __init__(self, name, keys, index, count):
        self.name, self.keys = name, keys
        self.index = index
        self.count = count
        self.length = 3
        self.prototype = 4


def pair(a, b):
    class Local:
        def sum(self):
            return a + b
    return Local()


s = Shape('s')
q = Square(3, scale=2)
print(s.name, s.scale, s.area(), s.sides, Shape.sides, Square.sides, q.sides, s.label, Square.label)
print(s.get('k'), s.get('k', 1), s.get('k', default=2), q.get('k', default=3))
print(s.describe(), q.describe())
print(s.items, q.items, q.size, s.size)
s.size = 7
print(s.size, s.scale)
print(Shape.twice(2), Shape.twice(2, n=5), s.twice(4), Square.twice(1), q.twice(1, 7))
print(Shape.unit(), repr(Shape.unit('u')), str(Shape.unit()), [Shape.unit()])
print(len(q), len(s), isinstance(q, Shape), isinstance(s, Square), isinstance(q, (list, Square)), issubclass(Square, Shape))
print(type(q).__name__, q.__class__.__name__, Square.__name__, type(q) is Square, type(q) == Shape)
n = Named(2)
print(str(n), repr(n), f'{n}', f'{n!r}', [n], n.describe())
print([c for c in Counter(3)], list(Counter(4)), sum(Counter(5)), max(Counter(6)))
a, b, c = Counter(3)
print(a, b, c)
it = iter(Counter(2))
print(next(it), next(it), next(it, 'end'))
t = Tree(1, [Tree(2, []), Tree(3, [Tree(4, [])])])
print(list(t), 3 in t, 9 in t, 9 not in t)
g = Config('g', ['a'], 2, 5)
print(g.name, g.keys, g.index, g.count, g.length, g.prototype)
print(pair(1, 2).sum())
print(Square in [Shape, Square], [kind is type(q) for kind in (Square, Named)], Square == Named, Square != Named)
print(type(q)(5).area(), q.__class__(6).area())
print(hasattr(g, 'name'), hasattr(g, 'nope'), getattr(g, 'index'), getattr(g, 'nope', None), getattr(g, 'nope', 4))
Shape.kinds['b'] = 2
print(q.kinds, Square.kinds)


class Plain:
    pass


p = Plain()
p.x = 1
p.name = 'n'
print(p.x, p.name, isinstance(p, Plain))


class Quiet(Plain):
    def __init__(self):
        super().__init__()
        self.made = True


print(Quiet().made)


class Late(Plain):
    """What is computed before the base is initialised; a receiver that a nested function sees."""

    def __init__(self, x, *, n=2):
        doubled = x * n
        super().__init__()
        self.doubled = doubled

        def again():
            return self.doubled * n
        self.later = again


print(Late(3).doubled, Late(3, n=3).later())


class Named2(Square):
    def __init__(self, side):
        Square.__init__(self, side, scale=3)


class Forgetful(Plain):
    def __init__(self, x):
        self.x = x


print(Named2(2).size, Named2(2).name, Forgetful(4).x, Forgetful(4).__class__.__name__)


class Holder:
    def __init__(self, cb):
        self.cb = cb

    def run(self, *args, **kw):
        return [self.cb(x, **kw) for x in args]

    def nested(self):
        def inner(k):
            return [self.cb(k), lambda: self.cb(k + 1)]
        first, later = inner(1)
        return [first, later()]


print(Holder(lambda x: x + 1).run(1, 2, 3), Holder(lambda x: x * 10).nested())


class Base:
    def who(self, *, tail=''):
        return 'base' + tail

    @classmethod
    def make(cls):
        return cls()


class Mid(Base):
    pass


class Leaf(Mid):
    def who(self, *, tail=''):
        return 'leaf<' + super().who(tail=tail) + '>'

    def both(self):
        return [super().make().who() for _ in range(2)]

    @classmethod
    def make(cls):
        made = super().make()
        made.extra = True
        return made


print(Leaf().who(tail='?'), Leaf.make().extra, Leaf.make().who(), Mid.make().who())
