// Numbers: conversion, rounding and arithmetic as Python does them on doubles.

export const $is_int = value => Number.isInteger(value) || typeof value === 'boolean';

export const int = /* @__PURE__ */ $builtin('int', $is_int, (value, base = 10) => {
    if (typeof value !== 'string') {
        const number = value === undefined ? 0 : Math.trunc(value);
        if (number - number !== 0) {        // nan, inf
            throw new (Number.isNaN(number) ? ValueError : OverflowError)(`cannot convert ${repr(value)} to integer`);
        }
        return number;
    }
    const [, sign, prefix, digits] = /^([+-]?)(0[xXoObB])?(\w+)$/.exec(value.trim()) ?? [];
    const radix = prefix === undefined ? base : {x: 16, o: 8, b: 2}[prefix[1].toLowerCase()];
    const plain = digits?.replace(/(?<=[^_])_(?=[^_])/g, '').toLowerCase() ?? '';
    const known = Array.from(plain).every(c => '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(c) < (radix || 10) && c !== '_');
    if (plain === '' || !known || prefix !== undefined && base !== 0 && base !== radix) {
        throw new ValueError(`invalid literal for int() with base ${base}: ${repr(value)}`);
    }
    return (sign === '-' ? -1 : 1) * parseInt(plain, radix || 10);
});

export const $is_float = value => typeof value === 'number' && !Number.isInteger(value);

export const float = /* @__PURE__ */ $builtin('float', $is_float, (value = 0) => {
    if (typeof value !== 'string') {
        return Number(value);
    }
    const text = value.trim().toLowerCase();
    if (/^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$/.test(text)) {
        return Number(text.replace(/_/g, ''));
    }
    const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
    if (special === null) {
        throw new ValueError(`could not convert string to float: ${repr(value)}`);
    }
    return special[2] === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
});

export const bool = /* @__PURE__ */ $builtin('bool', value => typeof value === 'boolean', value => {
    if (!$is_object(value)) {
        return value !== value || !!value;      // NaN is true in Python
    }
    if (typeof value.__bool__ === 'function') {
        return value.__bool__();
    }
    return Array.isArray(value) || ArrayBuffer.isView(value) ? value.length > 0
        : $is_dict(value) || value instanceof Set || typeof value.__len__ === 'function' ? len(value) > 0
        : true;
});

// By a name that gets short.
export const $floor = Math.floor;

export function $mod(a, b) {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

export function divmod(a, b) {
    return $tuple([Math.floor(a / b), $mod(a, b)]);
}

export function pow(base, exponent, modulus) {
    if (modulus === undefined) {
        return base ** exponent;
    }
    let result = 1n, square = BigInt(base);
    const m = BigInt(modulus);
    for (let bits = BigInt(exponent); bits > 0n; bits >>= 1n) {
        result = bits & 1n ? result * square % m : result;
        square = square * square % m;
    }
    return $mod(Number(result % m), modulus);
}

export const abs = Math.abs;

export function round(number, digits = null) {
    if (!Number.isFinite(number) || digits > 0 && Number.isInteger(number)) {
        return number;
    }
    if (digits === null || digits === 0) {
        const up = Math.round(number);
        return up - number === 0.5 && up % 2 !== 0 ? up - 1 : up;
    }
    if (digits < 0) {
        const unit = 10 ** -digits;
        return round(number / unit) * unit;
    }
    return digits > 22 ? number : Number($fixed(number, digits));
}

// min and max: of several arguments or of one iterable, with `key` and `default`.
const $extreme = (name, args, better) => {
    const [values, keywords] = $split(args);
    const items = values.length === 1 ? list(values[0]) : values;
    if (items.length === 0) {
        if (keywords.default === undefined) {
            throw new ValueError(`${name}() arg is an empty sequence`);
        }
        return keywords.default;
    }
    const key = keywords.key ?? (item => item);
    let best = items[0], rank = key(best);
    for (let i = 1; i < items.length; i++) {
        const other = key(items[i]);
        if (better($compare(other, rank))) {
            [best, rank] = [items[i], other];
        }
    }
    return best;
};

// The lesser and the greater of two; the first where neither is.
export const $min = (a, b) => $compare(b, a) < 0 ? b : a;
export const $max = (a, b) => $compare(b, a) > 0 ? b : a;

export function min(...args) {
    return $extreme('min', args, order => order < 0);
}

export function max(...args) {
    return $extreme('max', args, order => order > 0);
}

export function sum(iterable, start = 0) {
    let total = typeof start === 'object' && start !== null ? start.start : start;
    for (const item of iterable) {
        total += item;
    }
    return total;
}

const $based = (number, prefix, base) => (number < 0 ? '-' : '') + prefix + Math.abs(number).toString(base);

export function bin(number) {return $based(number, '0b', 2);}
export function oct(number) {return $based(number, '0o', 8);}
export function hex(number) {return $based(number, '0x', 16);}
