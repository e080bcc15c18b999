"""What the tests that run on both hosts check with: eq, near, raises and raises_async. Itself runs on both."""

SCALARS = ['int', 'float', 'bool', 'str', 'NoneType']


def eq(actual, expected):
    """Equal by value: scalars, texts, lists and typed arrays (any two sequences of equal items), dicts, sets. NaN equals NaN."""
    found = difference(actual, expected, 0.0, 0.0, '')
    if found != '':
        raise AssertionError(found)


def near(actual, expected, *, rel=1e-6, abs=1e-6):
    """As `eq`, with numbers within `abs + rel * |expected|`."""
    found = difference(actual, expected, rel, abs, '')
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
    """Where two values differ, as a text; empty where they do not."""
    if actual is expected:
        return ''
    if is_sequence(actual) and is_sequence(expected):
        if len(actual) != len(expected):
            return f'{at or "the value"} has length {len(actual)}, expected {len(expected)}: {shown(actual)} is not {shown(expected)}'
        for i in range(len(actual)):
            found = difference(actual[i], expected[i], rel, abs, f'{at}[{i}]')
            if found != '':
                return found
        return ''
    if isinstance(actual, dict) and isinstance(expected, dict):
        if not same_keys(actual, expected):
            return f'{at or "the value"} has keys {sorted(actual.keys())}, expected {sorted(expected.keys())}'
        for key in expected.keys():
            found = difference(actual[key], expected[key], rel, abs, f'{at}[{key!r}]')
            if found != '':
                return found
        return ''
    if isinstance(actual, set) and isinstance(expected, set):
        return difference(sorted(actual), sorted(expected), rel, abs, at)
    if same(actual, expected, rel, abs):
        return ''
    return f'{at or "the value"} is {shown(actual)}, expected {shown(expected)}'


def same_keys(a, b) -> bool:
    return len(a) == len(b) and all([key in b for key in a.keys()])


def is_sequence(value) -> bool:
    if type(value).__name__ in SCALARS or isinstance(value, (str, dict, set)):
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
    if actual == expected:
        return True
    if type(actual).__name__ not in SCALARS or type(expected).__name__ not in SCALARS:
        return False
    if actual != actual or expected != expected:
        return actual != actual and expected != expected
    gap = actual - expected
    size = expected
    return (gap if gap >= 0 else -gap) <= abs + rel * (size if size >= 0 else -size)


def shown(value):
    text = repr(list(value)) if is_sequence(value) else repr(value)
    return text if len(text) <= 200 else text[:200] + '…'
