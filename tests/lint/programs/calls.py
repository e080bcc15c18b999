"""Programs for S06, S07, S08, S16 and S17."""

PROGRAMS = {
    'method_reference': (
        """
class Size:
    def __init__(self, n):
        self.n = n

    def grown(self, by):
        return self.n + by


def main():
    grow = Size(2).grown
    print(grow(3))
""",
        """
class Size:
    def __init__(self, n):
        self.n = n

    def grown(self, by):
        return self.n + by


def main():
    size = Size(2)
    grow = lambda by: size.grown(by)
    print(grow(3))
""",
    ),
    'unseen_keyword': (
        """
def area(width, height):
    return width * 10 + height


def main():
    print(area(height=2, width=3))
""",
        """
def area(width, height, scale=1):
    return (width * 10 + height) * scale


def main():
    print(area(3, 2, scale=2))
""",
    ),
    'argument_count': (
        """
def area(width, height):
    return width


def main():
    try:
        print(area(3))
    except TypeError:
        print('refused')
""",
        """
def area(width, height):
    return width


def main():
    try:
        print(area(3, 4))
    except TypeError:
        print('refused')
""",
    ),
    'computed_default': (
        """
def collect(x, into=[]):
    into.append(x)
    return len(into)


def main():
    collect(1)
    print(collect(2))
""",
        """
SHARED = []


def collect(x, into=None):
    xs = SHARED if into is None else into
    xs.append(x)
    return len(xs)


def main():
    collect(1)
    print(collect(2))
""",
    ),
    'required_keyword': (
        """
def area(width, *, height):
    return height


def main():
    try:
        print(area(3))
    except TypeError:
        print('refused')
""",
        """
def area(width, *, height=1):
    return height


def main():
    print(area(3))
    print(area(3, height=4))
""",
    ),
    'lambda_default': (
        """
def main():
    grow = lambda x, by=2: x + by
    print(grow(1))
""",
        """
def main():
    by = 2
    grow = lambda x: x + by
    print(grow(1))
""",
    ),
    'missing_builtin': (
        """
def main():
    print(len(frozenset([1, 2])))
    try:
        raise UnicodeError('bad')
    except UnicodeError:
        print('caught')
""",
        """
class TextError(ValueError):
    pass


def main():
    print(len(set([1, 2])), hex(255))
    try:
        raise TextError('bad')
    except TextError:
        print('caught')
""",
    ),
    'isinstance_of_number': (
        """
def main():
    print(isinstance(1.0, float), isinstance(1.0, int))
""",
        """
def main():
    print(isinstance(1.0, (int, float)), isinstance(True, bool), isinstance('1', str), isinstance([1.0], list))
""",
    ),
    'missing_method': (
        """
def main():
    print('x'.center(5) + '|')
""",
        """
def main():
    print('x'.rjust(3).ljust(5) + '|', 'x'.zfill(3), 'a-b'.partition('-')[2], 'abcab'.count('ab'))
""",
    ),
    'method_bounds': (
        """
def main():
    print('aab'.count('a', 1))
""",
        """
def main():
    print('aab'[1:].count('a'))
""",
    ),
}
