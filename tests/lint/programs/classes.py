"""Programs for S04 and S05."""

PROGRAMS = {
    'several_bases': (
        """
class Top:
    def name_of(self):
        return 'top'


class Left(Top):
    pass


class Right(Top):
    def name_of(self):
        return 'right'


class Both(Left, Right):
    pass


def main():
    print(Both().name_of())
""",
        """
class Top:
    def name_of(self):
        return 'top'


class Right(Top):
    def name_of(self):
        return 'right'


class Only(Right):
    pass


def main():
    print(Only().name_of())
""",
    ),
    'class_keyword': (
        """
class Meta(type):
    def __call__(cls):
        return 'made by meta'


class Thing(metaclass=Meta):
    pass


def main():
    print(Thing() == 'made by meta')
""",
        """
def make_thing():
    return 'made by function'


def main():
    print(make_thing() == 'made by function')
""",
    ),
    'class_decorator': (
        """
def named(cls):
    cls.label = 'decorated'
    return cls


def replaced(cls):
    return named


@replaced
class Thing:
    label = 'plain'


def main():
    print(Thing is named)
""",
        """
def named(label):
    return label


class Thing:
    label = 'plain'


THING_LABEL = named(Thing.label)


def main():
    print(THING_LABEL)
""",
    ),
    'foreign_base': (
        """
class Names(list):
    def twice(self):
        return len(self) * 2


def main():
    names = Names()
    names.append('a')
    print(names.twice())
""",
        """
class Names:
    def __init__(self):
        self.names = []

    def twice(self):
        return len(self.names) * 2


def main():
    names = Names()
    names.names.append('a')
    print(names.twice())
""",
    ),
    'class_statement': (
        """
class Limits:
    low = 1
    for k in [1, 2]:
        high = k


def main():
    print(Limits.high)
""",
        """
class Limits:
    low = 1
    high = 2


def main():
    print(Limits.high)
""",
    ),
    'class_constant_reference': (
        """
class Limits:
    low = 2
    high = low * 2


def main():
    print(Limits.high)
""",
        """
LOW = 2


class Limits:
    low = LOW
    high = LOW * 2


def main():
    print(Limits.high)
""",
    ),
    'special_method': (
        """
class Size:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n


def main():
    print(Size(1) == Size(1))
""",
        """
class Size:
    def __init__(self, n):
        self.n = n

    def same(self, other):
        return self.n == other.n


def main():
    print(Size(1).same(Size(1)))
""",
    ),
    'method_decorator': (
        """
def twice(f):
    print('decorating')
    return lambda self: f(self) * 2


class Size:
    def __init__(self, n):
        self.n = n

    @twice
    def read(self):
        return self.n


def main():
    size = Size(2)
    print(size.read(), size.read())
""",
        """
def twice(n):
    return n * 2


class Size:
    def __init__(self, n):
        self.n = n

    def read(self):
        return twice(self.n)


def main():
    size = Size(2)
    print(size.read(), size.read())
""",
    ),
    'super_form': (
        """
class Base:
    limit = 3

    @property
    def size(self):
        return 1


class Derived(Base):
    @property
    def size(self):
        return super().size + 1


def main():
    print(Derived().size)
""",
        """
class Base:
    def size_of(self):
        return 1


class Derived(Base):
    def size_of(self):
        return super().size_of() + 1


def main():
    print(Derived().size_of())
""",
    ),
    'call_through_class': (
        """
class Base:
    def size(self):
        return 1


class Middle(Base):
    def size(self):
        return 2


class Derived(Middle):
    def size(self):
        return Base.size(self)


def main():
    print(Derived().size())
""",
        """
class Base:
    def size(self):
        return 1


class Middle(Base):
    def size(self):
        return 2


class Derived(Middle):
    def size(self):
        return Middle.size(self) + super().size()


def main():
    print(Derived().size())
""",
    ),
    'called_variable': (
        """
class Square:
    def __init__(self, side):
        self.area = side * side


def main():
    make = Square
    print(make(3).area)
""",
        """
class Square:
    def __init__(self, side):
        self.area = side * side


def main():
    make = lambda side: Square(side)
    print(make(3).area)
""",
    ),
    'base_initialised_late': (
        """
class Shape:
    def __init__(self, name):
        self.name = name


class Square(Shape):
    def __init__(self, side):
        self.side = side
        super().__init__('square')


def main():
    print(Square(3).name, Square(3).side)
""",
        """
class Shape:
    def __init__(self, name):
        self.name = name


class Square(Shape):
    def __init__(self, side):
        super().__init__('square')
        self.side = side


def main():
    print(Square(3).name, Square(3).side)
""",
    ),
}
