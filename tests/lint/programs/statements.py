"""Programs for S01, S10 (await), S19, S20 and S21."""

PROGRAMS = {
    'walrus': (
        """
def main():
    if (n := len('abc')) > 2:
        print(n)
""",
        """
def main():
    n = len('abc')
    if n > 2:
        print(n)
""",
    ),
    'match_statement': (
        """
def main():
    match 'b':
        case 'a':
            print(1)
        case 'b':
            print(2)
""",
        """
def main():
    kind = 'b'
    if kind == 'a':
        print(1)
    elif kind == 'b':
        print(2)
""",
    ),
    'with_statement': (
        """
class Manager:
    def __enter__(self):
        return 'inside'

    def __exit__(self, kind, error, trace):
        print('closed')


def work():
    with Manager() as value:
        print(value)
        return 1


def main():
    print(work())
""",
        """
class Manager:
    def open(self):
        return 'inside'

    def shut(self):
        print('closed')


def work():
    manager = Manager()
    try:
        print(manager.open())
        return 1
    finally:
        manager.shut()


def main():
    print(work())
""",
    ),
    'async_for': (
        """
class Source:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.n += 1
        if self.n > 2:
            raise StopAsyncIteration
        return self.n


async def main():
    async for item in Source():
        print(item)
""",
        """
class Source:
    def __init__(self):
        self.n = 0

    async def read(self):
        self.n += 1
        return self.n if self.n <= 2 else None


async def main():
    source = Source()
    item = await source.read()
    while item is not None:
        print(item)
        item = await source.read()
""",
    ),
    'except_group': (
        """
def main():
    try:
        raise ValueError('bad')
    except* ValueError as error:
        print('caught')
""",
        """
def main():
    try:
        raise ValueError('bad')
    except ValueError as error:
        print('caught', str(error))
""",
    ),
    'delete_name': (
        """
def main():
    x = [1, 2]
    print(len(x))
    del x
""",
        """
def main():
    x = [1, 2]
    print(len(x))
    del x[0]
    print(len(x))
""",
    ),
    'starred_before_last': (
        """
def main():
    *start, last = [1, 2, 3]
    print(len(start), last)
""",
        """
def main():
    xs = [1, 2, 3]
    start = xs[: len(xs) - 1]
    first, *rest = xs
    print(len(start), xs[-1], first, len(rest))
""",
    ),
    'positional_only': (
        """
def double(x, /):
    return x * 2


def main():
    print(double(4))
""",
        """
def double(x):
    return x * 2


def main():
    print(double(4))
""",
    ),
    'missing_literal': (
        """
def main():
    data = b'ab'
    print(len(data), data[0])
""",
        """
def main():
    data = [97, 98]
    print(len(data), data[0])
""",
    ),
    'await_in_chain': (
        """
async def middle():
    return 2


async def main():
    print(1 < await middle() < 3)
""",
        """
async def middle():
    return 2


async def main():
    m = await middle()
    print(1 < m < 3)
""",
    ),
    'async_comprehension': (
        """
class Source:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.n += 1
        if self.n > 2:
            raise StopAsyncIteration
        return self.n


async def main():
    xs = [x async for x in Source()]
    print(xs[1])
""",
        """
class Source:
    def __init__(self):
        self.n = 0

    async def read(self):
        self.n += 1
        return self.n if self.n <= 2 else None


async def main():
    source = Source()
    xs = []
    item = await source.read()
    while item is not None:
        xs.append(item)
        item = await source.read()
    print(xs[1])
""",
    ),
    'generator_expression': (
        """
def shout(x):
    print('computed', x)
    return x


def main():
    items = (shout(x) for x in [1, 2])
    print('made')
    print(next(items))
""",
        """
def shout(x):
    print('computed', x)
    return x


def shouted(xs):
    for x in xs:
        yield shout(x)


def main():
    items = shouted([1, 2])
    print('made')
    print(next(items))
""",
    ),
    'async_generator': (
        """
async def numbers():
    yield 1
    yield 2


async def main():
    items = numbers()
    print(await items.__anext__())
""",
        """
class Numbers:
    def __init__(self):
        self.n = 0

    async def read(self):
        self.n += 1
        return self.n


async def main():
    items = Numbers()
    print(await items.read())
""",
    ),
    'silent_error': (
        """
def main():
    d = {'a': 1}
    try:
        print(d['b'])
    except KeyError:
        print('no such key')
    try:
        print(1 / (len(d) - 1))
    except ZeroDivisionError:
        print('no such number')
""",
        """
def main():
    d = {'a': 1}
    if 'b' in d:
        print(d['b'])
    else:
        print('no such key')
    try:
        d.pop('b')
    except KeyError:
        print('nothing to pop')
""",
    ),
}
