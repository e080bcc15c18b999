"""Programs for S03 and S25."""

PROGRAMS = {
    'reserved_name': (
        '''
def main():
    Math = 3
    print(7 // Math)
''',
        '''
def main():
    maths = 3
    print(7 // maths)
''',
    ),
    'prefixed_name': (
        '''
def main():
    size = 1
    js_size = 2
    print(size, js_size)
''',
        '''
def main():
    size = 1
    raw_size = 2
    print(size, raw_size)
''',
    ),
    'fixed_member': (
        '''
class Line:
    def hasOwnProperty(self):
        return 'mine'


def main():
    print(Line().hasOwnProperty())
    print(Line.__dict__ is None)
''',
        '''
class Line:
    def owns_property(self):
        return 'mine'


def main():
    print(Line().owns_property())
''',
    ),
    'private_member': (
        '''
class Base:
    def __init__(self):
        self.__size = 1

    def base_size(self):
        return self.__size


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.__size = 2


def main():
    print(Derived().base_size())
''',
        '''
class Base:
    def __init__(self):
        self._base_size = 1

    def base_size(self):
        return self._base_size


class Derived(Base):
    def __init__(self):
        super().__init__()
        self._size = 2


def main():
    print(Derived().base_size())
''',
    ),
    'exception_name': (
        '''
def main():
    try:
        raise ValueError('bad')
    except ValueError as name:
        print(str(name))
''',
        '''
def main():
    try:
        raise ValueError('bad')
    except ValueError as error:
        print(str(error))
''',
    ),
    'js_interop': (
        '''
def main():
    print(Number('12'))
''',
        '''
def main():
    print(int('12'))
''',
    ),
}
