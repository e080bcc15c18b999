// Python's format specifications: [[fill]align][sign][#][0][width][grouping][.precision][type].

const $spec = /^(?:([^])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;
const $bases = {b: 2, o: 8, x: 16, X: 16};

export function $format(value, spec = '') {
    if (spec === '') {
        return str(value);
    }
    const match = $spec.exec(spec);
    if (match === null) {
        throw new ValueError(`Invalid format specifier '${spec}'`);
    }
    const [, fill, align, sign = '-', alternate, zero, width = '0', grouping, precision, type] = match;
    if (typeof value !== 'number' && (typeof value !== 'boolean' || type === undefined)) {
        const text = precision === undefined ? str(value) : str(value).slice(0, Number(precision));
        return $pad(text, '', Number(width), fill ?? ' ', align ?? '<');
    }
    const number = Number(value);
    const negative = number < 0 || Object.is(number, -0) && type !== 'd' && !Number.isInteger(value);
    const lead = (negative ? '-' : sign === '-' ? '' : sign) + (alternate && $bases[type] ? '0' + type : '');
    let digits = $digits(Math.abs(number), type, precision === undefined ? undefined : Number(precision));
    if (grouping) {
        const [whole, rest] = digits.split(/(?=[.e%])(.*)/s);
        digits = whole.replace($bases[type] ? /\B(?=([\da-fA-F]{4})+$)/g : /\B(?=(\d{3})+$)/g, grouping) + (rest ?? '');
    }
    return $pad(digits, lead, Number(width), fill ?? (zero ? '0' : ' '), align ?? (zero ? '=' : '>'));
}
export const format = $format;

const $pad = (text, lead, width, fill, align) => {
    const room = Math.max(0, width - lead.length - text.length);
    const left = align === '^' ? room >> 1 : align === '<' ? 0 : room;
    return align === '=' ? lead + fill.repeat(room) + text : fill.repeat(left) + lead + text + fill.repeat(room - left);
};

const $digits = (size, type, precision) => {
    const text = $digits_lower(size, type, precision);
    return type === 'E' || type === 'F' || type === 'G' || type === 'X' ? text.toUpperCase() : text;
};

const $digits_lower = (size, type, precision) => {
    if (!Number.isFinite(size)) {
        return $number_text(size) + (type === '%' ? '%' : '');
    }
    switch (type) {
        case undefined: return precision === undefined ? $number_text(size) : $general(size, precision, '.0');
        case 'b': case 'o': case 'x': case 'X': return Math.trunc(size).toString($bases[type]);
        case 'c': return String.fromCodePoint(size);
        case 'd': case 'n': return Math.trunc(size).toString();
        case 'e': case 'E': return $exponent_text(size.toExponential(precision ?? 6));
        case 'f': case 'F': return $fixed(size, precision ?? 6);
        case 'g': case 'G': return $general(size, precision ?? 6, '');
        case '%': return $fixed(size * 100, precision ?? 6) + '%';
    }
    throw new ValueError(`Unknown format code '${type}'`);
};

// toFixed, with exact ties to the even digit, as Python rounds.
const $fixed = (number, digits) => {
    const exact = Math.abs(number) < 1e21 ? number.toFixed(Math.min(100, digits + 30)) : '';
    const cut = exact.indexOf('.') + 1 + digits;
    if (/^50*$/.test(exact.slice(cut)) && '02468'.includes(exact[cut - 1] === '.' ? exact[cut - 2] : exact[cut - 1])) {
        return exact.slice(0, digits === 0 ? cut - 1 : cut);
    }
    return exact === '' ? BigInt(number).toString() + (digits > 0 ? '.' + '0'.repeat(digits) : '') : number.toFixed(digits);
};

// A number in a field '.2f'.
export function $decimals(number, digits) {
    return !Number.isFinite(number) ? $number_text(number) : number < 0 ? '-' + $fixed(-number, digits) : $fixed(number, digits);
}

const $general = (size, precision, whole) => {
    const places = Math.max(1, precision);
    const [mantissa, exponent] = size.toExponential(places - 1).split('e');
    const trim = text => text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    if (exponent < -4 || exponent >= places) {
        return $exponent_text(`${trim(mantissa)}e${exponent}`);
    }
    const text = trim($fixed(size, Math.max(0, places - 1 - Number(exponent))));
    return text.includes('.') ? text : text + whole;
};

// '{} {0} {name!r:>5}'.format(...)
const $format_fields = (template, values, keywords) => {
    let next = 0;
    return template.replace(/\{\{|\}\}|\{([^{}!:]*)(?:!([rs]))?(?::([^{}]*))?\}/g, (all, field, conversion, spec = '') => {
        if (field === undefined) {
            return all[0];
        }
        const [head, ...path] = field.split('.');
        let value = head === '' ? values[next++] : /^\d+$/.test(head) ? values[head] : keywords[head];
        if (value === undefined) {
            throw head === '' || /^\d+$/.test(head) ? new IndexError(`Replacement index ${head} out of range`) : new KeyError(head);
        }
        for (const name of path) {
            value = getattr(value, name);
        }
        return $format(conversion === 'r' ? repr(value) : value, spec);
    });
};
