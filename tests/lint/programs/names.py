"""Programs for S03 and S25."""

PROGRAMS = {
    'emitted_name': (
        """
def count(items, set):
    return len({1, 2}) + set


def main():
    Math = 2
    print(7 // Math, count([], 1))
""",
        """
def count(items, chosen):
    return len({1, 2}) + chosen


def main():
    new = 2
    print(7 // new, count([], 1))
""",
    ),
    'prefixed_name': (
        """
def main():
    size = 1
    js_size = 2
    print(size, js_size)
""",
        """
def main():
    size = 1
    raw_size = 2
    print(size, raw_size)
""",
    ),
    'reserved_member': (
        """
class Reader:
    def then(self, other):
        return other


async def open_reader():
    return Reader()


async def main():
    reader = await open_reader()
    print(isinstance(reader, Reader))
""",
        """
class Reader:
    def followed_by(self, other):
        return other


async def open_reader():
    return Reader()


async def main():
    reader = await open_reader()
    print(isinstance(reader, Reader))
""",
    ),
    'private_member': (
        """
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
""",
        """
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
""",
    ),
    'special_attribute': (
        """
def area(width):
    return width


def main():
    print(len(area.__dict__))
""",
        """
class Area:
    pass


def main():
    print(type(Area()).__name__, Area.__name__)
""",
    ),
    'js_interop': (
        """
def main():
    try:
        print(Number('12'))
    except NameError:
        print('no such name')
""",
        """
def main():
    print(int('12'))
""",
    ),
}
