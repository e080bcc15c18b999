"""JSON (JS body). Docstrings are at the CPython body."""


def parse_json(text):
    try:
        return with_dicts(JSON.parse(text), Object.getPrototypeOf({}))
    except Exception:
        return None


def json_value(value):
    return parse_json(JSON.stringify(value))


def with_dicts(value, prototype):
    """The value with its objects as dicts, which they become in place: a vocabulary is not copied."""
    __pragma__('js', '{}', '''
    if (typeof value === 'object' && value !== null) {
        for (const item of Object.values (value)) {
            if (typeof item === 'object') with_dicts (item, prototype);
        }
        if (!Array.isArray (value)) Object.setPrototypeOf (value, prototype);
    }
    return value;
    ''')
