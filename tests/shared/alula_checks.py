"""What the tests that run on both hosts check with: eq, near, raises and raises_async. Itself runs on both."""

SCALARS = ['int', 'float', 'bool', 'str', 'NoneType']


def eq(actual, expected):
    """Equal by value: scalars, texts, lists and typed arrays (any two sequences of equal items), dicts, sets.

    NaN equals NaN.
    """
    found = difference(actual, expected, 0.0, 0.0, 'the value')
    if found != '':
        raise AssertionError(found)


def near(actual, expected, *, rel=1e-6, abs=1e-6):
    """As `eq`, with numbers within `abs + rel * |expected|`."""
    found = difference(actual, expected, rel, abs, 'the value')
    if found != '':
        raise AssertionError(found)


def raises(kind, action):
    """Call `action` and return the error of class `kind` that it raises."""
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(f'no {kind.__name__} was raised')


async def raises_async(kind, action):
    """Await what `action` returns and return the error of class `kind` that it raises."""
    try:
        await action()
    except kind as error:
        return error
    raise AssertionError(f'no {kind.__name__} was raised')


def difference(actual, expected, rel, abs, at):
    """Where two values differ, as a text that begins with `at`; empty where they do not."""
    if actual is expected:
        return ''
    if is_sequence(actual) and is_sequence(expected):
        return sequence_difference(actual, expected, rel, abs, at)
    if isinstance(actual, dict) and isinstance(expected, dict):
        return dict_difference(actual, expected, rel, abs, at)
    if type(actual).__name__ == 'set' and type(expected).__name__ == 'set':
        return difference(sorted(actual), sorted(expected), rel, abs, at)
    if same(actual, expected, rel, abs):
        return ''
    return f'{at} is {shown(actual)}, expected {shown(expected)}'


def sequence_difference(actual, expected, rel, abs, at):
    n = len(actual)
    if n != len(expected):
        return f'{at} has length {n}, expected {len(expected)}: {shown(actual)} is not {shown(expected)}'
    for i in range(n):
        found = difference(actual[i], expected[i], rel, abs, f'{at}[{i}]')
        if found != '':
            return found
    return ''


def dict_difference(actual, expected, rel, abs, at):
    keys = [repr(sorted(actual.keys())), repr(sorted(expected.keys()))]
    if keys[0] != keys[1]:
        return f'{at} has keys {keys[0]}, expected {keys[1]}'
    for key in expected.keys():
        found = difference(actual[key], expected[key], rel, abs, f'{at}[{key!r}]')
        if found != '':
            return found
    return ''


def is_sequence(value) -> bool:
    kind = type(value).__name__
    if kind in SCALARS or kind == 'dict' or kind == 'set':
        return False
    try:
        len(value)
    except TypeError:
        return False
    return True


def same(actual, expected, rel, abs) -> bool:
    if actual is None or expected is None:
        return actual is None and expected is None
    if isinstance(actual, str) or isinstance(expected, str):
        return isinstance(actual, str) and isinstance(expected, str) and actual == expected
    if type(actual).__name__ not in SCALARS or type(expected).__name__ not in SCALARS:
        return not is_sequence(actual) and not is_sequence(expected) and bool(actual == expected)
    if actual != actual or expected != expected:
        return actual != actual and expected != expected
    gap = actual - expected if actual > expected else expected - actual
    size = expected if expected > 0 else -expected
    return actual == expected or (gap <= abs + rel * size and gap < float('inf'))


def shown(value):
    text = repr(list(value)) if is_sequence(value) else repr(value)
    return text if len(text) <= 200 else text[:200] + '…'
