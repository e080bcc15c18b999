// The border between JavaScript callers and the transpiled Python; `facade.py` writes the tables that it works from.
//
// A call    {count, required, options, take, give, shapes, rest, async}
//   options {jsName: 'python_name' | ['python_name', type]}: what the trailing options object may hold
//   take    types by position, give: type of the result, where values change on the way
//   shapes  [{required, count, of, order, take}]: what JS may pass by position; `of` is the typeof of each argument
//           ('null' apart), `order` the position that each has in Python
// A type    ['dict', inner?], ['list', inner], ['union', ...]; absent where both sides agree

const isKeywords = value => typeof value === 'object' && value !== null && value.$kw === true;

// An object literal of the caller's, from any realm: no instance of a class, no dict of ours.
function isRecord (value) {
    if (typeof value !== 'object' || value === null || value instanceof dict) {
        return false;
    }
    const parent = Object.getPrototypeOf (value);
    return parent === null || Object.getPrototypeOf (parent) === null;
}

function take (type, value) {
    if (type === undefined || value === null || value === undefined) {
        return value;
    }
    const [kind, inner] = type;
    if (kind === 'union') {
        return type.slice (1).reduce ((taken, each) => take (each, taken), value);
    }
    if (kind === 'dict' && isRecord (value)) {
        return $dict (Object.fromEntries (Object.entries (value).map (([key, item]) => [key, take (inner, item)])));
    }
    return kind === 'list' && inner !== undefined && Array.isArray (value) ? value.map (item => take (inner, item)) : value;
}

function give (type, value) {
    if (type === undefined || value === null || value === undefined) {
        return value;
    }
    const [kind, inner] = type;
    if (kind === 'union') {
        return type.slice (1).reduce ((given, each) => give (each, given), value);
    }
    if (kind === 'dict' && value instanceof dict) {
        return Object.fromEntries (Object.entries (value).map (([key, item]) => [key, give (inner, item)]));
    }
    return kind === 'list' && inner !== undefined && Array.isArray (value) ? value.map (item => give (inner, item)) : value;
}

const takesRecord = type => type !== undefined && (type [0] === 'dict' || type [0] === 'union' && type.slice (1).some (takesRecord));

// A trailing object is the options unless it can be the argument of its position: then all its keys must be options.
function isOptions (call, value, position) {
    if (!isRecord (value) || position < call.required) {
        return false;
    }
    const isArgument = (call.shapes ?? [call]).some (shape => takesRecord (shape.take?.[position]));
    return !isArgument || Object.keys (value).every (key => Object.hasOwn (call.options, key));
}

function keywords (call, options) {
    const taken = {$kw: true};
    for (const key of Object.keys (options)) {
        if (Object.hasOwn (call.options, key) && options [key] !== undefined) {
            const [name, type] = [call.options [key]].flat (1);
            taken [name] = take (type, options [key]);
        }
    }
    return taken;
}

const fits = (shape, args) => args.length <= shape.count && args.length >= shape.required && args.every (
    (value, index) => value === undefined && index >= shape.required
        || shape.of [index].includes (value === null ? 'null' : typeof value));

// The arguments of a JS call as the Python function expects them.
function arrange (call, args) {
    if (call === undefined || isKeywords (args [args.length - 1])) {
        return args;
    }
    let options;
    if (call.options !== undefined) {
        if (isOptions (call, args [args.length - 1], args.length - 1)) {
            options = args [args.length - 1];
            args = args.slice (0, -1);
        }
        else if (!call.rest && args.length > call.count && args [call.count] !== undefined && args [call.count] !== null) {
            throw new ArgumentTypeError ('options', 'must be an object');
        }
    }
    let shape = call;
    if (call.shapes !== undefined) {
        shape = call.shapes.find (each => fits (each, args));
        if (shape === undefined) {
            throw new ArgumentTypeError (call.shapes [0].name, 'and what follows it fit no signature');
        }
    }
    const arranged = [];
    args.forEach ((value, index) => {arranged [shape.order?.[index] ?? index] = take (shape.take?.[index], value);});
    return options === undefined ? arranged : [...arranged, keywords (call, options)];
}

// A Python caller meets the same method on the prototype: it must get what it would get without us.
const fromPython = args => isKeywords (args [args.length - 1]) || args.some (value => value instanceof dict);

function bridge (call, target, receiver) {
    if (call === undefined) {
        return receiver === undefined ? target : target.bind (receiver);
    }
    const result = (value, args) => call.give === undefined || fromPython (args) ? value : give (call.give, value);
    return call.async
        ? async function (...args) {return result (await target.apply (receiver ?? this, arrange (call, args)), args);}
        : function (...args) {return result (target.apply (receiver ?? this, arrange (call, args)), args);};
}

const callable = (target, call) => bridge (call, target);

const hidden = (object, name, value) => Object.defineProperty (object, name, {value, writable: true, configurable: true});

// A JS class before a Python class. Both have one prototype, so what Python makes is an instance of both.
function klass (name, target, base, table) {
    const facade = function (...args) {
        if (new.target === undefined) {
            throw new TypeError (`Class constructor ${name} cannot be invoked without 'new'`);
        }
        if (table.call === false) {
            throw new ArgumentTypeError ('new', `makes no ${name}; its static functions do`);
        }
        return Reflect.construct (target, arrange (table.call, args), new.target);
    };
    const prototype = target.prototype;
    Object.defineProperty (facade, 'name', {value: name, configurable: true});
    Object.defineProperty (facade, 'prototype', {value: prototype, writable: false});
    Object.setPrototypeOf (facade, base ?? Function.prototype);
    if (Object.hasOwn (target, Symbol.hasInstance)) {
        hidden (facade, Symbol.hasInstance, target [Symbol.hasInstance]);
    }
    if (prototype instanceof Error) {
        hidden (prototype, 'name', name);       // a minifier may have taken the Python class its own
    } else if (base === undefined && prototype.__repr__ !== undefined) {
        hidden (prototype, 'toString', function () {return str (this);});
    }
    for (const [key, [member, call]] of Object.entries (table.methods ?? {})) {
        hidden (prototype, key, bridge (call, prototype [member]));
    }
    for (const [key, [member, writable]] of Object.entries (table.attributes ?? {})) {
        Object.defineProperty (prototype, key, accessor (member, writable));
    }
    for (const [key, [member, call]] of Object.entries (table.statics ?? {})) {
        hidden (facade, key, bridge (call, target [member], target));
    }
    for (const [key, member] of Object.entries (table.constants ?? {})) {
        Object.defineProperty (facade, key, {value: target [member], enumerable: true});
    }
    for (const [key, member] of Object.entries (table.disposers ?? {})) {
        if (Symbol [key] !== undefined) {
            hidden (prototype, Symbol [key], function () {return this [member] ();});
        }
    }
    return facade;
}

const accessor = (member, writable, enumerable = false) => ({
    get () {return this [member];},
    set: writable ? function (value) {this [member] = value;} : undefined,
    enumerable,
    configurable: true
});

// A property of the class under a name that the object gets too: `this [member]` would find itself.
const inherited = (member, writable) => ({
    get () {return Reflect.get (Object.getPrototypeOf (this), member, this);},
    set: writable ? function (value) {Reflect.set (Object.getPrototypeOf (this), member, value, this);} : undefined,
    enumerable: true,
    configurable: true
});

// A public object: its own enumerable members are the public ones, under their JS names, so `{...env}` holds them all.
function object (target, members) {
    for (const key of Object.keys (target)) {
        Object.defineProperty (target, key, {enumerable: false});
    }
    for (const [key, [member, writable, inner]] of Object.entries (members)) {
        if (inner !== undefined) {
            object (target [member], inner);
        }
        const known = Object.hasOwn (target, key) ? {enumerable: true} : inherited (member, writable);
        Object.defineProperty (target, key, key === member ? known : accessor (member, writable, true));
    }
    return target;
}

export {callable, klass, object};
