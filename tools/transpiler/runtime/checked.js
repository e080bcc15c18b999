// The helpers of the checked build. A SubsetError says that Python and JavaScript would differ; other errors are Python's.

export class SubsetError extends BaseException {}

const $show = value => `${al_type(value).__name__ ?? typeof value} ${repr(value).slice(0, 60)}`;
const $container = value => Array.isArray(value) || $is_dict(value) || value instanceof Set;
const $number = value => typeof value === 'number' || typeof value === 'boolean';

export function $pass_on(error) {
    if (error instanceof SubsetError) {
        throw error;
    }
}

const $operands = (sign, a, b) => {
    if ($number(a) && $number(b) || typeof a === 'bigint' && typeof b === 'bigint') {
        return;
    }
    if ($container(a) && $container(b) || typeof a === 'string' && (sign === '*' || sign === '%')
        || typeof b === 'string' && sign === '*' || sign === '*' && ($container(a) || $container(b))) {
        throw new SubsetError(`${$show(a)} ${sign} ${$show(b)}: only numbers have this operator in JavaScript`);
    }
    throw new al_TypeError(`unsupported operand types for ${sign}: ${$show(a)} and ${$show(b)}`);
};

export function $add(a, b) {
    if (!(typeof a === 'string' && typeof b === 'string')) {
        $operands('+', a, b);
    }
    return a + b;
}

export function $subtract(a, b) {
    $operands('-', a, b);
    return a - b;
}

export function $multiply(a, b) {
    $operands('*', a, b);
    return a * b;
}

const $divisor = (sign, a, b) => {
    $operands(sign, a, b);
    if (b == 0) {
        throw new ZeroDivisionError(`${a} ${sign} 0`);
    }
};

export function $divide(a, b) {
    $divisor('/', a, b);
    return a / b;
}

export function $floor_divide(a, b) {
    $divisor('//', a, b);
    return Math.floor(a / b);
}

export function $modulo(a, b) {
    $divisor('%', a, b);
    return $mod(a, b);
}

export function $power(a, b) {
    $operands('**', a, b);
    return a ** b;
}

export function $negative(a) {
    $operands('-', 0, a);
    return -a;
}

const $bits = (sign, a, b) => {
    $operands(sign, a, b);
    for (const value of [a, b]) {
        if (typeof value === 'number' && value !== (value | 0)) {
            throw new SubsetError(`${a} ${sign} ${b}: bit operators of JavaScript see 32 signed bits`);
        }
    }
};

export function $bit_and(a, b) {
    $bits('&', a, b);
    return a & b;
}

export function $bit_or(a, b) {
    $bits('|', a, b);
    return a | b;
}

export function $bit_xor(a, b) {
    $bits('^', a, b);
    return a ^ b;
}

export function $shift_left(a, b) {
    $bits('<<', a, b);
    if (b < 0 || a * 2 ** b !== a << b) {
        throw new SubsetError(`${a} << ${b} leaves 32 signed bits`);
    }
    return a << b;
}

export function $shift_right(a, b) {
    $bits('>>', a, b);
    if (b < 0 || b > 31) {
        throw new SubsetError(`${a} >> ${b}: JavaScript shifts by 0 to 31`);
    }
    return a >> b;
}

export function $equal(a, b) {
    if ($container(a) && $container(b)) {
        throw new SubsetError(`${$show(a)} == ${$show(b)}: JavaScript compares identity`);
    }
    const converts = typeof a === 'string' && $number(b) || typeof b === 'string' && $number(a);
    if (converts || $is_object(a) !== $is_object(b) && a == b) {
        throw new SubsetError(`${$show(a)} == ${$show(b)}: JavaScript converts before it compares`);
    }
    return a == b;
}

const $ordered = (sign, a, b) => {
    if (Array.isArray(a) && Array.isArray(b)) {
        throw new SubsetError(`${$show(a)} ${sign} ${$show(b)}: JavaScript compares their text`);
    }
    if (!(typeof a === 'string' && typeof b === 'string')) {
        $operands(sign, a, b);
    }
};

export function $less(a, b) {
    $ordered('<', a, b);
    return a < b;
}

export function $greater(a, b) {
    $ordered('>', a, b);
    return a > b;
}

export function $at_most(a, b) {
    $ordered('<=', a, b);
    return a <= b;
}

export function $at_least(a, b) {
    $ordered('>=', a, b);
    return a >= b;
}

export function $truth(value) {
    if ($container(value) || ArrayBuffer.isView(value) || typeof value?.__len__ === 'function') {
        throw new SubsetError(`the truth of ${$show(value)}: every object is true in JavaScript; compare len()`);
    }
    if (Number.isNaN(value)) {
        throw new SubsetError('the truth of nan: false in JavaScript');
    }
    return value;
}

export function $whole(value) {
    if (!Number.isInteger(value)) {
        throw new al_TypeError(`${$show(value)} cannot be interpreted as an integer`);
    }
    return value;
}

const $place = (items, index) => {
    if (typeof index !== 'number' || !Number.isInteger(index)) {
        throw new al_TypeError(`indices must be integers, not ${$show(index)}`);
    }
    if (index >= items.length || index < -items.length) {
        throw new IndexError(`index ${index} out of range of ${items.length}`);
    }
    if (index < 0) {
        throw new SubsetError(`index ${index}: a negative index is a missing property in JavaScript`);
    }
    return index;
};

const $indexed = value => typeof value === 'string' || Array.isArray(value) || ArrayBuffer.isView(value);

const $key = key => {
    if (typeof key !== 'string') {
        throw new SubsetError(`${$show(key)} as a key: keys of a dict are texts in JavaScript`);
    }
    return key;
};

export function $item(container, index) {
    if ($indexed(container)) {
        return container[$place(container, index)];
    }
    if ($is_dict(container)) {
        if (!Object.hasOwn(container, $key(index))) {
            throw new KeyError(index);
        }
    } else if (container === null || container === undefined || $number(container)) {
        throw new al_TypeError(`${$show(container)} is not subscriptable`);
    }
    return container[index];
}

// The index or key of an assignment.
export function $slot(container, index) {
    return $indexed(container) ? $place(container, index) : $is_dict(container) ? $key(index) : index;
}

export function $attribute(value, name) {
    if (value === null || value === undefined) {
        throw new AttributeError(`${$show(value)} has no attribute '${name}'`);
    }
    const found = value[name];
    if (found === undefined && !(name in Object(value))) {
        const own = value.constructor?.__name__ ?? (value[Symbol.toStringTag] === 'Module' ? 'module' : undefined);
        if (own !== undefined || $is_dict(value)) {
            throw new AttributeError(`'${own ?? 'dict'}' object has no attribute '${name}'`);
        }
    }
    if (typeof found === 'function' && value.constructor?.__name__ !== undefined && !Object.hasOwn(value, name)
        && found.__name__ === undefined && typeof value !== 'function') {
        throw new SubsetError(`method '${name}' as a value loses its self; wrap it in a lambda`);
    }
    return found;
}

// The arguments of a call against the parameters: names, how many are required, keyword-only ones (null: no keywords at
// all), which of these are required, and whether there are *args and **kwargs.
export function $arity(name, args, names, least, only, required, rest, options) {
    const keywords = $keywords(args[args.length - 1]);
    const given = keywords === $none ? args.length : args.length - 1;
    if (keywords !== $none && only === null) {
        throw new SubsetError(`${name}() takes no keywords: only functions with defaults do in JavaScript`);
    }
    const known = key => names.indexOf(key) >= Math.max(given, least) || (only ?? []).includes(key) || options;
    const unknown = Object.keys(keywords).filter(key => key !== '$kw' && !known(key));
    const missing = [...names.slice(given, least), ...required.filter(key => keywords[key] === undefined)];
    if (unknown.length > 0 || missing.length > 0 || given > names.length && !rest) {
        throw new al_TypeError(`${name}() got ${given} positional arguments for ${names.length}`
            + (missing.length > 0 ? `, none for ${missing}` : '') + (unknown.length > 0 ? `, and unexpected ${unknown}` : ''));
    }
}
