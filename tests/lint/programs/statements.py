"""Programs for S01, S13, S14, S19, S20 and S27."""

PROGRAMS = {
    'walrus': (
        '''
def main():
    if (n := len('abc')) > 2:
        print(n)
''',
        '''
def main():
    n = len('abc')
    if n > 2:
        print(n)
''',
    ),
    'match_statement': (
        '''
def main():
    match 'b':
        case 'a':
            print(1)
        case 'b':
            print(2)
''',
        '''
def main():
    kind = 'b'
    if kind == 'a':
        print(1)
    elif kind == 'b':
        print(2)
''',
    ),
    'with_statement': (
        '''
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
''',
        '''
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
''',
    ),
    'async_for': (
        '''
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
''',
        '''
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
''',
    ),
    'except_group': (
        '''
def main():
    try:
        raise ValueError('bad')
    except* ValueError as error:
        print('caught')
''',
        '''
def main():
    try:
        raise ValueError('bad')
    except ValueError as error:
        print('caught', str(error))
''',
    ),
    'delete': (
        '''
def main():
    xs = [1, 2, 3]
    del xs[0]
    print(len(xs), xs[0])
    try:
        del {'a': 1}['b']
    except KeyError:
        print('no such key')
''',
        '''
def main():
    xs = [1, 2, 3]
    xs.pop(0)
    print(len(xs), xs[0])
    if 'b' not in {'a': 1}:
        print('no such key')
''',
    ),
    'try_else': (
        '''
def work():
    try:
        pass
    except KeyError:
        print('not here')
    else:
        raise ValueError('from else')


def main():
    try:
        work()
        print('nothing raised')
    except ValueError:
        print('raised')
''',
        '''
def work():
    try:
        pass
    except KeyError:
        print('not here')
    raise ValueError('after')


def main():
    try:
        work()
        print('nothing raised')
    except ValueError:
        print('raised')
''',
    ),
    'starred_target': (
        '''
def main():
    first, *rest = [1, 2, 3]
    print(first, len(rest), rest[1])
''',
        '''
def main():
    xs = [1, 2, 3]
    first = xs[0]
    rest = xs[1:]
    print(first, len(rest), rest[1])
''',
    ),
    'positional_only': (
        '''
def double(x, /):
    return x * 2


def main():
    print(double(4))
''',
        '''
def double(x):
    return x * 2


def main():
    print(double(4))
''',
    ),
    'missing_literal': (
        '''
def main():
    data = b'ab'
    print(len(data), data[0])
''',
        '''
def main():
    data = [97, 98]
    print(len(data), data[0])
''',
    ),
    'dict_unpacking': (
        '''
def main():
    a = {'x': 1}
    b = {**a, 'y': 2}
    print(len(b), b['x'])
''',
        '''
def main():
    a = {'x': 1}
    b = {'y': 2}
    b.update(a)
    print(len(b), b['x'])
''',
    ),
    'range_variable_assigned': (
        '''
def main():
    for i in range(4):
        print(i)
        i = i + 1
''',
        '''
def main():
    for i in range(4):
        print(i)
        after = i + 1
        print(after)
''',
    ),
    'range_bound_changes': (
        '''
def main():
    xs = [1, 2]
    for i in range(len(xs)):
        if len(xs) < 6:
            xs.append(i)
    print(len(xs))
''',
        '''
def main():
    xs = [1, 2]
    n = len(xs)
    for i in range(n):
        if len(xs) < 6:
            xs.append(i)
    print(len(xs))
''',
    ),
    'range_variable_after_loop': (
        '''
def main():
    for i in range(3):
        pass
    print(i)
''',
        '''
def main():
    last = 0
    for i in range(3):
        last = i
    print(last)
''',
    ),
    'closure_over_range': (
        '''
def main():
    makers = []
    for i in range(3):
        makers.append(lambda: i)
    print(makers[0]())
''',
        '''
def giving(value):
    return lambda: value


def main():
    makers = []
    for i in range(3):
        makers.append(giving(i))
    print(makers[0]())
''',
    ),
    'await_in_comprehension': (
        '''
async def double(x):
    return x * 2


async def main():
    xs = [await double(x) for x in [1, 2]]
    print(xs[1])
''',
        '''
async def double(x):
    return x * 2


async def main():
    xs = []
    for x in [1, 2]:
        xs.append(await double(x))
    print(xs[1])
''',
    ),
    'async_comprehension': (
        '''
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
''',
        '''
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
''',
    ),
    'generator_expression': (
        '''
def shout(x):
    print('computed', x)
    return x


def main():
    items = (shout(x) for x in [1, 2])
    print('made')
    print(next(items))
''',
        '''
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
''',
    ),
    'async_generator': (
        '''
async def numbers():
    yield 1
    yield 2


async def main():
    items = numbers()
    print(await items.__anext__())
''',
        '''
class Numbers:
    def __init__(self):
        self.n = 0

    async def read(self):
        self.n += 1
        return self.n


async def main():
    items = Numbers()
    print(await items.read())
''',
    ),
    'missing_return': (
        '''
def find(x):
    if x > 1:
        return x


def main():
    print(find(0))
''',
        '''
def find(x):
    if x > 1:
        return x
    return None


def main():
    print(find(0))
''',
    ),
}
