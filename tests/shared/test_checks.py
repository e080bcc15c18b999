"""The checks that every shared test rests on: they pass what is equal and refuse what is not, on both hosts."""

import alula.host.arrays as host
from alula_checks import eq, near, raises, raises_async

EQUAL = [
    [1, 1],
    ['a', 'a'],
    [None, None],
    [True, True],
    [[], []],
    [[1, [2, 'x']], [1, [2, 'x']]],
    [[1, 2], (1, 2)],
    [{'a': [1], 'b': None}, {'b': None, 'a': [1]}],
    [float('nan'), float('nan')],
    [float('inf'), float('inf')],
]
DIFFERENT = [
    [1, 2],
    [1, '1'],
    ['a', 'b'],
    [None, 0],
    [None, ''],
    [0, None],
    [[1], [1, 2]],
    [[1, [2, 3]], [1, [2, 4]]],
    [[1], 1],
    ['ab', ['a', 'b']],
    [{'a': 1}, {'a': 2}],
    [{'a': 1}, {'b': 1}],
    [{}, []],
    [float('nan'), 1.0],
    [float('inf'), float('-inf')],
    [1.0, float('inf')],
]


class Thing:
    def __init__(self, x):
        self.x = x


class OwnError(Exception):
    pass


class OtherError(Exception):
    pass


def test_what_is_equal_passes():
    for pair in EQUAL:
        eq(pair[0], pair[1])
        near(pair[0], pair[1])
    thing = Thing(1)
    eq([thing], [thing])
    eq({'a', 'b'}, {'b', 'a'})


def test_what_differs_is_refused():
    for pair in DIFFERENT:
        raises(AssertionError, lambda_eq(pair[0], pair[1]))
        raises(AssertionError, lambda_near(pair[0], pair[1]))
    raises(AssertionError, lambda: eq(Thing(1), Thing(1)))
    raises(AssertionError, lambda: eq({'a'}, {'b'}))


def lambda_eq(a, b):
    return lambda: eq(a, b)


def lambda_near(a, b):
    return lambda: near(a, b)


def test_typed_arrays_are_sequences():
    array = host.f32(3)
    array[1] = 0.5
    eq(array, [0, 0.5, 0])
    eq([array], [[0.0, 0.5, 0.0]])
    raises(AssertionError, lambda: eq(array, [0, 0.5]))
    raises(AssertionError, lambda: eq(array, [0, 0.25, 0]))


def test_tolerances():
    near(1.0000001, 1.0)
    near([100.0, [1.0]], [100.5, [1.0]], rel=0.01)
    near(0.5, 0.0, abs=0.5)
    raises(AssertionError, lambda: near(1.001, 1.0))
    raises(AssertionError, lambda: near([0.5], [0.0], abs=0.4))
    raises(AssertionError, lambda: near(100.0, 102.0, rel=0.01, abs=0.5))


def test_a_difference_says_where():
    error = raises(AssertionError, lambda: eq({'a': [1, [2, 3]]}, {'a': [1, [2, 4]]}))
    eq(str(error), "the value['a'][1][1] is 3, expected 4")


def throw(error):
    raise error


def test_raises_wants_that_error():
    eq(str(raises(OwnError, lambda: throw(OwnError('x')))), 'x')
    eq(str(raises(Exception, lambda: throw(OwnError('y')))), 'y')
    raises(AssertionError, lambda: raises(OwnError, lambda: 1))
    eq(str(raises(OtherError, lambda: raises(OwnError, lambda: throw(OtherError('z'))))), 'z')


async def throws_later():
    raise OwnError('later')


async def returns_later():
    return 1


async def test_raises_async_wants_that_error():
    eq(str(await raises_async(OwnError, lambda: throws_later())), 'later')
    await raises_async(AssertionError, lambda: raises_async(OwnError, lambda: returns_later()))
