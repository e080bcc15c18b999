"""async functions and methods; the last lines run them on either host."""
# ruff: noqa


class Loader:
    def __init__(self, name):
        self.name = name

    @staticmethod
    async def create(name, *, wait=1):
        return await Loader(name).load(wait)

    async def load(self, n):
        for i in range(n):
            self.name += str(await value(i))
        return self

    @classmethod
    async def from_parts(cls, parts):
        return cls(''.join([await value(p) for p in parts]))

    @property
    def upper(self):
        return self.name.upper()


class Child(Loader):
    async def load(self, n):
        await super().load(n)
        return self


async def value(x):
    return x


async def fails():
    raise ValueError('async')


async def run():
    print((await Loader.create('a')).upper, (await Loader.create('b', wait=3)).name)
    print((await Loader.from_parts(['x', 'y'])).name, (await Child('c').load(2)).name, (await Child.from_parts(['q'])).upper)
    try:
        await fails()
    except ValueError as e:
        print('caught', e)
    try:
        await value(1)
    finally:
        print('finally')
    print([await value(x) for x in [1, 2] if await value(x) > 1], (await value([1, 2]))[0], -(await value(1)), await value(2) + 1)
    total = 0
    for x in [1, 2, 3]:
        total += await value(x)
    print(total, f'{await value(5)}', {'k': await value(6)}, (await value('s')).upper(), not await value(False))
