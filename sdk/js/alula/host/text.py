"""Text: UTF-8, code points, and numbers as the same text on both hosts (JS body).

Docstrings are at the CPython body."""

DECODER = __new__(TextDecoder('utf-8', {'fatal': True, 'ignoreBOM': True}))


def encode_utf8(text):
    return __new__(TextEncoder()).encode(text)


def decode_utf8(data):
    __pragma__('js', '{}', '''
    if (data.length < 256) {    // names: short and ASCII, for which TextDecoder takes two to three times as long
        const text = String.fromCharCode.apply (null, data);
        if (!/[^\\x00-\\x7f]/.test (text)) return text;
    }
    try {
        return DECODER.decode (data);
    } catch (error) {
        return null;
    }
    ''')


def code_points(text):
    return Array.js_from(text)


def number_text(x):
    return String(x)


def hex_text(x):
    return x.toString(16)


def parse_int(text):
    __pragma__('js', '{}', 'return /^[+-]?[0-9]+$/.test (text) ? Number (text) : null;')
