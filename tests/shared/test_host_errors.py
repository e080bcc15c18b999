"""Error classes: what they say, and what they are instances of."""

from alula.errors import (
    AlulaError,
    ArgumentRangeError,
    ArgumentTypeError,
    BackendUnavailableError,
    InputError,
    MissingPackageError,
    ModelFormatError,
    UnsupportedOperatorError,
)
from alula_checks import eq, raises


def throw(error):
    raise error


def test_errors_speak_in_sentences():
    unsupported = UnsupportedOperatorError('Foo', 'com.x', 3, 'n1')
    unavailable = BackendUnavailableError(['wasm: no', 'webgpu: none'])
    damaged = ModelFormatError('bad', 7, 'graph.node[2]')
    for case in [
        [damaged, 'MODEL_FORMAT', 'The model cannot be read: bad at byte 7 (graph.node[2]).'],
        [ModelFormatError('bad', -1, ''), 'MODEL_FORMAT', 'The model cannot be read: bad.'],
        [unsupported, 'UNSUPPORTED_OPERATOR', "Operator 'com.x.Foo' (opset 3) of node 'n1' is not supported."],
        [InputError('image', 'is missing'), 'INPUT', "Input 'image': is missing."],
        [unavailable, 'BACKEND_UNAVAILABLE', 'No backend is available. wasm: no; webgpu: none.'],
        [MissingPackageError('six', 'It'), 'MISSING_PACKAGE', 'It needs the package six: pip install six'],
        [ArgumentTypeError('feeds', 'must be an object'), 'ARGUMENT_TYPE', "Argument 'feeds' must be an object."],
    ]:
        eq([case[0].code, str(case[0]), case[0].message], [case[1], case[2], case[2]])


def test_errors_are_caught_by_class_and_by_base():
    for error in [InputError('x', 'y'), ArgumentTypeError('x', 'y'), ArgumentRangeError('x', 'y')]:
        eq(isinstance(error, AlulaError), True)
        eq(raises(AlulaError, lambda_throw(error)) is error, True)
    eq(isinstance(InputError('x', 'y'), ArgumentTypeError), False)
    eq(isinstance(ArgumentRangeError('x', 'y'), ArgumentTypeError), False)
    eq(isinstance(ArgumentTypeError('x', 'y'), InputError), False)
    eq(isinstance(1, AlulaError), False)


def lambda_throw(error):
    return lambda: throw(error)


def test_the_place_comes_before_the_message():
    error = raises(InputError, lambda: throw(InputError('x', 'is missing').within('session')))
    eq(str(error), "session: Input 'x': is missing.")
    eq(str(ArgumentTypeError('x', 'is odd').within('run')), "run: Argument 'x' is odd.")
