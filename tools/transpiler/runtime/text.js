// Text: str, repr, print and Python's methods of strings, which JavaScript strings get under our prefix.

// Python's text of a number. JavaScript does not tell 1 from 1.0: a whole number is an int as far as ints are exact.
const $number_text = number => {
    if ((number | 0) === number || Number.isSafeInteger(number)) {
        return '' + number;
    }
    if (!Number.isFinite(number)) {
        return Number.isNaN(number) ? 'nan' : number > 0 ? 'inf' : '-inf';
    }
    const size = Math.abs(number);
    return size < 1e-4 || size >= 1e16 ? $exponent_text(number.toExponential())
        : Number.isInteger(number) ? number + '.0' : '' + number;
};

// At least two digits of exponent: 1e-7 as 1e-07.
const $exponent_text = text => text.replace(/e([+-])(\d)$/, 'e$10$2');

// The text of a value in an f-string.
export function $str(value) {
    if (typeof value === 'string') {
        return value;
    }
    if (typeof value === 'number') {
        return $number_text(value);
    }
    return typeof value?.__str__ === 'function' ? value.__str__()
        : value instanceof Error ? value.message
        : repr(value);
}

export const str = /* @__PURE__ */ $builtin('str', value => typeof value === 'string', (value = '') => $str(value));
export function repr(value) {
    if (value === null || value === undefined) {
        return 'None';
    }
    switch (typeof value) {
        case 'string': return $quoted(value);
        case 'number': return $number_text(value);
        case 'boolean': return value ? 'True' : 'False';
        case 'function': return $is_class(value) ? `<class '${$name_of(value)}'>` : `<function ${value.name}>`;
        case 'object': break;
        default: return String(value);
    }
    if (Array.isArray(value)) {
        const items = value.map(repr).join(', ');
        return $is_tuple(value) ? `(${items}${value.length === 1 ? ',' : ''})` : `[${items}]`;
    }
    if ($is_dict(value)) {
        return `{${Object.keys(value).map(key => `${repr(key)}: ${repr(value[key])}`).join(', ')}}`;
    }
    if (value instanceof Set) {
        return value.size === 0 ? 'set()' : `{${Array.from(value, repr).join(', ')}}`;
    }
    return typeof value.__repr__ === 'function' ? value.__repr__()
        : typeof value.__str__ === 'function' ? value.__str__()
        : value instanceof Error ? `${value.name}(${$quoted(value.message)})`
        : `<${value.constructor?.name ?? 'object'} object>`;
}
export const $repr = repr;

// The prototype of a class is read-only; builtin types have a name of their own.
const $is_class = value => value.__name__ !== undefined
    || Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;

const $escapes = {'\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t'};

const $quoted = text => {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const body = text.replace(/[\\\n\r\t\x00-\x1f\x7f]/g, c =>
        $escapes[c] ?? '\\x' + c.charCodeAt(0).toString(16).padStart(2, '0'));
    return quote + (quote === "'" ? body.replace(/'/g, "\\'") : body) + quote;
};

export function print(...args) {
    const [values, {sep = ' ', end = '\n'}] = $split(args);
    console.log(values.map(value => str(value)).join(sep) + (end === '\n' ? '' : end));
}

export function chr(code) {
    return String.fromCodePoint(code);
}

export function ord(text) {
    return text.codePointAt(0);
}

// The characters to strip: whitespace, or those of `characters`; from the left, the right or both.
const $strip = (text, characters, left, right) => {
    const stripped = c => characters === undefined || characters === null ? c.trim() === '' : characters.includes(c);
    let from = 0, to = text.length;
    while (left && from < to && stripped(text[from])) {
        from++;
    }
    while (right && to > from && stripped(text[to - 1])) {
        to--;
    }
    return text.slice(from, to);
};

export const $words = text => text.trim() === '' ? [] : text.trim().split(/\s+/);

const $splits = (text, separator, limit = -1, fromRight = false) => {
    MISUSE: if (separator === '') {
        throw new ValueError('empty separator');
    }
    const blank = separator === undefined || separator === null;
    // Of blank space, any amount is a separator, and each keeps its own text where the rest stays whole.
    const parts = blank ? $strip(text, null, true, true).split(/(\s+)/) : text.split(separator);
    const words = !blank ? parts : parts[0] === '' ? [] : parts.filter((_, i) => i % 2 === 0);
    if (limit < 0 || words.length <= limit + 1) {
        return words;
    }
    const join = (from, to) => blank ? parts.slice(2 * from, 2 * to - 1).join('') : words.slice(from, to).join(separator);
    const cut = words.length - limit;
    return fromRight ? [join(0, cut), ...words.slice(cut)] : [...words.slice(0, limit), join(limit, words.length)];
};

const $affixed = (text, affixes, test) => Array.isArray(affixes) ? affixes.some(affix => test(text, affix)) : test(text, affixes);
const $within = (text, start, end) => start === undefined ? text : $slice(text, start, end ?? null, 1);
const $matches = (text, pattern) => pattern.test(text);

$install(String.prototype, {
    capitalize() {return this.charAt(0).toUpperCase() + this.slice(1).toLowerCase();},
    count(part) {return part === '' ? this.length + 1 : this.split(part).length - 1;},
    endswith(suffix, start, end) {return $affixed($within(String(this), start, end), suffix, (text, affix) => text.endsWith(affix));},
    find(part, start = 0, end = undefined) {
        const at = this.indexOf(part, start < 0 ? Math.max(0, start + this.length) : start);
        return end === undefined || at + part.length <= (end < 0 ? end + this.length : end) ? at : -1;
    },
    format(...args) {return $format_fields(String(this), ...$split(args));},
    index(part, start = 0) {
        const at = this.al_find(part, start);
        if (at < 0) {
            throw new ValueError('substring not found');
        }
        return at;
    },
    isalnum() {return $matches(this, /^[\p{L}\p{N}]+$/u);},
    isalpha() {return $matches(this, /^\p{L}+$/u);},
    isdecimal() {return $matches(this, /^\p{Nd}+$/u);},
    isdigit() {return $matches(this, /^\p{Nd}+$/u);},
    isnumeric() {return $matches(this, /^\p{N}+$/u);},
    islower() {return $matches(this, /\p{Ll}/u) && !$matches(this, /\p{Lu}/u);},
    isupper() {return $matches(this, /\p{Lu}/u) && !$matches(this, /\p{Ll}/u);},
    isspace() {return this.length > 0 && this.trim() === '';},
    join(parts) {return (Array.isArray(parts) ? parts : Array.from(al_iter(parts))).join(this);},
    ljust(width, fill = ' ') {return this.padEnd(width, fill);},
    lower() {return this.toLowerCase();},
    lstrip(characters) {return $strip(String(this), characters, true, false);},
    partition(separator) {
        const at = this.indexOf(separator);
        return $tuple(at < 0 ? [String(this), '', ''] : [this.slice(0, at), separator, this.slice(at + separator.length)]);
    },
    removeprefix(prefix) {return this.startsWith(prefix) ? this.slice(prefix.length) : String(this);},
    removesuffix(suffix) {return suffix !== '' && this.endsWith(suffix) ? this.slice(0, -suffix.length) : String(this);},
    replace(old, fresh, limit) {
        if (limit === undefined || limit < 0) {
            return this.split(old).join(fresh);
        }
        const parts = this.split(old);
        return parts.slice(0, limit + 1).join(fresh) + parts.slice(limit + 1).map(part => old + part).join('');
    },
    rfind(part) {return this.lastIndexOf(part);},
    rjust(width, fill = ' ') {return this.padStart(width, fill);},
    rpartition(separator) {
        const at = this.lastIndexOf(separator);
        return $tuple(at < 0 ? ['', '', String(this)] : [this.slice(0, at), separator, this.slice(at + separator.length)]);
    },
    rsplit(separator, limit) {return $splits(String(this), separator, limit, true);},
    rstrip(characters) {return $strip(String(this), characters, false, true);},
    split(separator, limit) {return $splits(String(this), separator, limit, false);},
    splitlines() {
        const lines = this.split(/\r\n|\r|\n/);
        if (lines[lines.length - 1] === '') {
            lines.pop();
        }
        return lines;
    },
    startswith(prefix, start, end) {return $affixed($within(String(this), start, end), prefix, (text, affix) => text.startsWith(affix));},
    strip(characters) {return $strip(String(this), characters, true, true);},
    upper() {return this.toUpperCase();},
    zfill(width) {
        const sign = this.startsWith('-') || this.startsWith('+') ? this[0] : '';
        return sign + this.slice(sign.length).padStart(width - sign.length, '0');
    },
});
