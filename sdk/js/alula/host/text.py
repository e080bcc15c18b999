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


def bytes_of_text(text):
    __pragma__('js', '{}', '''
    // 1.5 ms less for the kernels of MobileNetV2 than the loop, which the engine has not compiled yet by then
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64 (btoa (text));
    const n = text.length, data = new Uint8Array (n);
    for (let i = 0; i < n; i++) data [i] = text.charCodeAt (i);
    return data;
    ''')


def code_points(text):
    return Array.js_from(text)


def decomposed(text):
    return text.normalize('NFD')


def number_text(x):
    return String(x)


def hex_text(x):
    return x.toString(16)


def number_of(text):
    return Number(text)


def parse_int(text):
    __pragma__('js', '{}', 'return /^[+-]?[0-9]+$/.test (text) && Number.isSafeInteger (+text) ? +text : null;')


def parse_float(text):
    __pragma__('js', '{}', '''
    const low = text.toLowerCase ();
    if (/^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?$/.test (low)) return +text;
    return /^[+-]?(inf|nan)$/.test (low) ? +low.replace ('inf', 'Infinity').replace ('nan', 'NaN') : null;
    ''')


def brief_text(x):
    __pragma__('js', '{}', '''
    const [digits, exponent] = x.toExponential (7).split ('e');
    if (exponent < -4 || exponent > 7) return +digits + 'e' + exponent.replace (/^(.)(.)$/, '$10$2');
    return Object.is (x, -0) ? '-0' : '' + +x.toPrecision (8);
    ''')
