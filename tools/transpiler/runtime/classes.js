// Classes, keyword arguments and attributes: what every compiled module stands on. Containers and text are elsewhere.
//
// A Python class is a JavaScript class (`ctor`: members are not enumerable, statics are inherited, `super` is native)
// behind a plain function of its name, because Python makes an object by calling the class.

const $ctor = Symbol('ctor');

const $define = (object, name, value) =>
    Object.defineProperty(object, name, {value, writable: true, configurable: true, enumerable: false});

const $install = (object, methods, prefix = 'al_') => {
    for (const name of Reflect.ownKeys(methods)) {
        $define(object, typeof name === 'string' && !name.startsWith('__') ? prefix + name : name, methods[name]);
    }
};

export function $class(ctor, constants = {}, name = ctor.name.slice(1)) {       // Name is made of class $Name
    const {[name]: made} = {[name]: function (...args) {        // so that it bears the name
        const object = new.target === undefined ? new ctor() : Reflect.construct(ctor, [], new.target);
        object.__init__(...args);
        return object;
    }};
    const members = ctor.prototype;
    if (members.__init__ === undefined) {
        $define(members, '__init__', () => {});
    }
    Object.setPrototypeOf(made, ctor);
    made.prototype = members;
    $define(members, 'constructor', made);
    $define(ctor, $ctor, ctor);
    for (const key of Object.getOwnPropertyNames(ctor)) {
        if (key !== 'length' && key !== 'name' && key !== 'prototype') {
            $define(members, key, ctor[key]);       // static and class methods are called on instances too
        }
    }
    for (const key of Object.keys(constants)) {
        $define(ctor, key, constants[key]);
        $define(members, key, constants[key]);
    }
    $define(made, '__name__', name);        // redefining `name` itself makes instanceof slow: 30 ns instead of 1 in V8
    if (members instanceof Error) {
        $define(members, 'name', name);
    }
    if (Object.hasOwn(members, '__iter__')) {
        $define(members, Symbol.iterator, function () {return this.__iter__();});
    }
    if (Object.hasOwn(members, '__next__')) {
        $define(members, 'next', function () {return $advance(this);});
    }
    return made;
}

// What a subclass extends: the class behind the callable, or a class of JavaScript itself.
export function $base(made) {
    return made[$ctor] ?? made;
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
        : value.constructor.__name__ ?? value.constructor.name;
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
        throw AttributeError(`'${$type_name(value)}' object has no attribute '${name}'`);
    }
    return otherwise;
}

export function setattr(value, name, attribute) {
    value['al_' + name in value ? 'al_' + name : name] = attribute;
}
