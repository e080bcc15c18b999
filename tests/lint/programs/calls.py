"""Programs for S06, S07, S08, S16 and S17."""

PROGRAMS = {
    'method_reference': (
        '''
class Size:
    def __init__(self, n):
        self.n = n

    def grown(self, by):
        return self.n + by


def main():
    grow = Size(2).grown
    print(grow(3))
''',
        '''
class Size:
    def __init__(self, n):
        self.n = n

    def grown(self, by):
        return self.n + by


def main():
    size = Size(2)
    grow = lambda by: size.grown(by)
    print(grow(3))
''',
    ),
    'keyword_for_positional': (
        '''
def area(width, height):
    return width * 10 + height


def main():
    print(area(height=2, width=3))
''',
        '''
def area(width, height, scale=1):
    return (width * 10 + height) * scale


def main():
    print(area(3, 2, scale=2))
''',
    ),
    'argument_count': (
        '''
def area(width, height):
    return width


def main():
    try:
        print(area(3))
    except TypeError:
        print('refused')
''',
        '''
def area(width, height):
    return width


def main():
    try:
        print(area(3, 4))
    except TypeError:
        print('refused')
''',
    ),
    'computed_default': (
        '''
def collect(x, into=[]):
    into.append(x)
    return len(into)


def main():
    collect(1)
    print(collect(2))
''',
        '''
SHARED = []


def collect(x, into=None):
    xs = SHARED if into is None else into
    xs.append(x)
    return len(xs)


def main():
    collect(1)
    print(collect(2))
''',
    ),
    'required_keyword': (
        '''
def area(width, *, height):
    return height


def main():
    try:
        print(area(3))
    except TypeError:
        print('refused')
''',
        '''
def area(width, *, height=1):
    return height


def main():
    print(area(3))
    print(area(3, height=4))
''',
    ),
    'missing_builtin': (
        '''
def main():
    print(hex(255))
''',
        '''
DIGITS = '0123456789abcdef'


def main():
    print('0x' + DIGITS[255 // 16] + DIGITS[255 % 16])
''',
    ),
    'isinstance_of_number': (
        '''
def main():
    print(isinstance(1.0, float), isinstance(1.0, int))
''',
        '''
def main():
    print(isinstance('1', str), isinstance([1.0], list))
''',
    ),
    'surplus_argument': (
        '''
class Size:
    pass


def main():
    print(getattr(Size(), 'n', 7))
    print(sum([1, 2], 10))
    print(pow(3, 4, 5))
    print(int('ff', 16))
''',
        '''
class Size:
    pass


def main():
    size = Size()
    print(size.n if hasattr(size, 'n') else 7)
    print(sum([1, 2]) + 10)
    print(pow(3, 4) % 5)
''',
    ),
    'extreme_of_generator': (
        '''
def main():
    print(max(x * 2 for x in [1, 2]))
''',
        '''
def main():
    print(max([x * 2 for x in [1, 2]]))
''',
    ),
    'missing_method': (
        '''
def main():
    print('a-b'.partition('-')[2], 'abcab'.count('ab'), 'x'.zfill(3), 'x'.center(5))
''',
        '''
def main():
    text = 'a-b'
    print(text[text.find('-') + 1 :])
''',
    ),
    'strip_characters': (
        '''
def main():
    print('xxaxx'.strip('x'))
''',
        '''
def main():
    print(' a '.strip())
''',
    ),
    'split_whitespace': (
        '''
def main():
    print(len(''.split()), len(' a  b '.split()))
''',
        '''
def main():
    print(len('a b'.split(' ')))
''',
    ),
}
