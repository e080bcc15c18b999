// Classes, keyword arguments and attributes: what every compiled module stands on. Containers and text are elsewhere.
//
// A Python class is a JavaScript class, and calling it is `new`; members are not enumerable, `super` is native.

const $define = (object, name, value) =>
    Object.defineProperty(object, name, {value, writable: true, configurable: true, enumerable: false});

const $install = (object, methods, prefix = 'al_') => {
    for (const name of Reflect.ownKeys(methods)) {
        $define(object, typeof name === 'string' && !name.startsWith('__') ? prefix + name : name, methods[name]);
    }
};

// A class whose instances see its statics too: static and class methods, and the constants.
export function $class(made, constants = {}) {
    for (const key of Object.keys(constants)) {
        $define(made, key, constants[key]);
    }
    for (const key of Object.getOwnPropertyNames(made)) {
        if (key !== 'length' && key !== 'name' && key !== 'prototype') {
            $define(made.prototype, key, made[key]);
        }
    }
    MISUSE: $define(made, '__name__', made.name);       // tells a class of Python from one of JavaScript
    return made;
}

// The name of a class or function. Builtin types have it as `__name__`: redefining `name` makes instanceof slow.
export function $name_of(value) {
    return value.__name__ ?? value.name;
}

// A builtin type: a function with a name and a test for isinstance.
const $builtin = (name, test, make) => {
    $define(make, '__name__', name);
    $define(make, Symbol.hasInstance, test);
    return make;
};

// Keyword arguments travel as one last argument, an object marked with `$kw`.
export const $none = Object.freeze(Object.create(null));

export function $keywords(last) {
    return typeof last === 'object' && last !== null && last.$kw === true ? last : $none;
}

// A parameter that may have come by keyword: `value` stands in its place, unless this holds the keywords.
export function $given(value, keywords, named, otherwise = null) {
    return value !== undefined && value !== keywords ? value : named !== undefined ? named : otherwise;
}

export function $rest(keywords, taken) {
    const rest = {...keywords};
    delete rest.$kw;
    for (const name of taken) {
        delete rest[name];
    }
    return $dict(rest);
}

// For runtime functions with keywords: splits the arguments into positional ones and keywords.
const $split = args => {
    const keywords = $keywords(args[args.length - 1]);
    return [keywords === $none ? args : args.slice(0, -1), keywords];
};

export function isinstance(value, type) {
    return Array.isArray(type) ? type.some(one => isinstance(value, one)) : value instanceof type;
}

export function issubclass(type, base) {
    return Array.isArray(base) ? base.some(one => issubclass(type, one)) : type === base || type.prototype instanceof base;
}

// The name of a value's type, for messages.
const $type_name = value => {
    const kind = typeof value;
    return value === null || value === undefined ? 'NoneType'
        : kind === 'string' ? 'str' : kind === 'boolean' ? 'bool'
        : kind === 'number' ? (Number.isInteger(value) ? 'int' : 'float')
        : Array.isArray(value) ? ($is_tuple(value) ? 'tuple' : 'list')
        : $is_dict(value) ? 'dict'
        : $name_of(value.constructor);
};

export const object = /* @__PURE__ */ $builtin('object', () => true, function () {
    return Object.create(object.prototype);
});

const $NoneType = /* @__PURE__ */ $builtin('NoneType', value => value === null || value === undefined, () => null);

export function al_type(value) {
    switch (typeof value) {
        case 'string': return str;
        case 'boolean': return bool;
        case 'number': return Number.isInteger(value) ? int : float;
        case 'undefined': return $NoneType;
    }
    return value === null ? $NoneType
        : Array.isArray(value) ? ($is_tuple(value) ? tuple : list)
        : $is_dict(value) ? dict
        : value.constructor;
}

export function callable(value) {
    return typeof value === 'function';
}

export function hasattr(value, name) {
    return value !== null && value !== undefined && (value[name] !== undefined || value['al_' + name] !== undefined);
}

export function getattr(value, name, otherwise) {
    const found = value[name] !== undefined ? value[name] : value['al_' + name];
    if (found !== undefined) {
        return found;
    }
    if (arguments.length < 3) {
        throw new AttributeError(`'${$type_name(value)}' object has no attribute '${name}'`);
    }
    return otherwise;
}

export function setattr(value, name, attribute) {
    value['al_' + name in value ? 'al_' + name : name] = attribute;
}
