"""Regular expressions of the host (JS body). Docstrings are at the CPython body."""

from alula.errors import AttributeValueError


def pieces(pattern, text):
    return text.match(__new__(RegExp(pattern, 'gu'))) or []


def full_match(pattern):
    try:
        # By itself it must make sense too, as ')(' doesn't.
        compiled = __new__(RegExp('^(?:' + __new__(RegExp(pattern, 'u')).source + ')$', 'u'))
    except Exception as error:
        raise AttributeValueError('pattern', "'" + pattern + "' makes no sense: " + error.message) from error
    return lambda text: compiled.test(text)
