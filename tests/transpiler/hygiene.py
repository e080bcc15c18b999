"""What `hygiene.mjs` tries on: classes and errors for JavaScript callers, and containers that go through its APIs."""
# ruff: noqa


class Animal:
    legs = 4

    def __init__(self, name, *, loud=False):
        self.name = name
        self.loud = loud

    @property
    def title(self):
        return self.name.upper()

    @classmethod
    def named(cls, name):
        return cls(name)

    @staticmethod
    async def fetch(name):
        return Animal(name)

    def get(self, key):
        return [self.name, key]


class Dog(Animal):
    def get(self, key):
        return super().get(key) + ['dog']


class AppError(Exception):
    def __init__(self, message, *, node=None):
        super().__init__(message)
        self.node = node


class DeepError(AppError):
    pass


def throw_deep():
    raise DeepError('deep', node='n')


def throw_from():
    try:
        throw_deep()
    except AppError as e:
        raise ValueError('outer') from e


def catches(action):
    try:
        action()
    except AppError as e:
        return 'app ' + str(e)
    except Exception as e:
        return 'other ' + str(e)
    return 'nothing'


def containers():
    return [{'a': [1, (2, 3)], 'b': {'c': None}}, (1, 'x'), {1, 2}]


def use():
    xs = [3, 1, 2]
    xs.append(4)
    xs.sort()
    xs.remove(3)
    return ['{}-{}'.format(xs[0], 'a b'.upper().split()), xs, f'{1.5:.2f}']
