"""JSON (JS body). Docstrings are at the CPython body."""


def parse_json(text):
    try:
        return JSON.parse(text, lambda _, value: dict(value) if is_plain_object(value) else value)
    except Exception:
        return None


def is_plain_object(value) -> bool:
    __pragma__('js', '{}', "return typeof value === 'object' && value !== null && !Array.isArray (value);")
