"""Between what users hold and what Alula computes with; the hosts' own arrays are tested on each host by itself."""

from alula.errors import TensorError
from alula.host.arrays import array_from_list, i64_read, to_list
from alula.host.data import dtype_of_data, given, is_bytes, taken
from alula_checks import eq, raises

CASES = [
    ['float32', [0.5, -2]],
    ['float64', [0.1]],
    ['int8', [-128, 127]],
    ['uint8', [0, 255]],
    ['int16', [-3]],
    ['uint16', [65535]],
    ['int32', [-2147483648]],
    ['uint32', [4294967295]],
    ['int64', [-1, 9007199254740991, -9007199254740991]],
    ['uint64', [9007199254740991]],
    ['bool', [1, 0]],
]


def test_lists_become_arrays():
    for case in CASES:
        eq(to_list(taken(case[0], case[1])), case[1])
        eq(len(taken(case[0], [])), 0)
    eq(to_list(taken('bool', [True, False])), [1, 0])
    eq(to_list(taken('float16', [1, -2])), [0x3C00, 0xC000])
    eq(taken('string', ['a', 'ö']), ['a', 'ö'])


def test_arrays_are_given_and_taken_back():
    for case in CASES:
        array = array_from_list(case[0], case[1])
        held = given(case[0], array, [len(case[1])])
        eq(to_list(taken(case[0], held)), case[1])
        if case[0] != 'bool':
            eq(dtype_of_data(held), case[0])
    halves = given('float16', array_from_list('float16', [0x3C00]), [1])
    eq(to_list(taken('float16', halves)), [0x3C00])


def test_the_end_of_int64_goes_through():
    ends = i64_read(array_from_list('uint8', [255, 255, 255, 255, 255, 255, 255, 127]), 0, 1)
    eq(to_list(taken('int64', given('int64', ends, [1])))[0] > 9e18, True)


def test_data_of_another_type_is_refused():
    held = given('float32', array_from_list('float32', [1]), [1])
    for dtype in ['int32', 'float64', 'int64', 'uint8']:
        eq(raises(TensorError, lambda_taken(dtype, held)).message.find('float32') > 0, True)


def lambda_taken(dtype, data):
    return lambda: taken(dtype, data)


def test_lists_have_no_type_of_their_own():
    eq([dtype_of_data([1, 2]), dtype_of_data([]), dtype_of_data(['a'])], ['', '', 'string'])
    eq([is_bytes(given('uint8', array_from_list('uint8', [1]), [1])), is_bytes('text')], [True, False])
