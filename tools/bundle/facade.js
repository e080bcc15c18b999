// The border between JavaScript callers and the transpiled Python; `facade.py` writes the tables that it works from.
//
// A call    {shapes, options, give, async, rest}
//   shapes  [{required, of, name, order, take}]: what JS may pass by position. `of`: for each argument the typeofs that
//           fit, as words in a text ('null' apart), or how many arguments there are, of whatever type; `order`: the
//           position that each has in Python; `take`: types by position, where values change on the way
//   options {python_name: type or 0}: what the trailing options object may hold, there by its camelCase name
//   give    type of the result
// A type    ['dict', inner?], ['list', inner], ['union', ...]; absent where both sides agree
// Members   'python_name python_name=jsName ...': in JS by the given name, else by the camelCase one; with a ! before it,
//           JS may set it

const camel = name => name.replace (/_([a-z\d])/g, (_, letter) => letter.toUpperCase ());

// Call `enter (jsName, member, writable)` for each member of such a text.
const members = (text, enter) => text?.split (' ').forEach (entry => {
    const [, mark, member, given] = /(!?)([^=]+)=?(.*)/.exec (entry);
    enter (given || camel (member), member, mark === '!');
});

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

const countOf = shape => shape.of.length ?? shape.of;

// The options in keywords, if the trailing argument is them: an object that can't be the argument of its position, or
// whose keys are all options.
function keywords (call, value, position) {
    if (!isRecord (value) || call.shapes.every (shape => position < shape.required)) {
        return undefined;
    }
    const known = {};
    for (const name of Object.keys (call.options)) {
        known [camel (name)] = name;
    }
    const keys = Object.keys (value);
    const isArgument = call.shapes.some (shape => takesRecord (shape.take?.[position]));
    if (isArgument && !keys.every (key => Object.hasOwn (known, key))) {
        return undefined;
    }
    const taken = {$kw: true};
    for (const key of keys) {
        if (Object.hasOwn (known, key) && value [key] !== undefined) {
            taken [known [key]] = take (call.options [known [key]] || undefined, value [key]);
        }
    }
    return taken;
}

const fits = (shape, args) => !(shape.of.length >= 0) || args.length <= shape.of.length && args.length >= shape.required
    && args.every ((value, index) => value === undefined && index >= shape.required
        || shape.of [index].includes (value === null ? 'null' : typeof value));

// The arguments of a JS call as the Python function expects them.
function arrange (call, args) {
    if (!call || isKeywords (args [args.length - 1])) {
        return args;
    }
    let options;
    if (call.options !== undefined) {
        options = keywords (call, args [args.length - 1], args.length - 1);
        const count = Math.max (...call.shapes.map (countOf));
        if (options !== undefined) {
            args = args.slice (0, -1);
        }
        else if (!call.rest && (args [count] ?? null) !== null) {
            throw new ArgumentTypeError ('options', 'must be an object');
        }
    }
    const shape = call.shapes.find (each => fits (each, args));
    if (shape === undefined) {
        throw new ArgumentTypeError (call.shapes [0].name, 'and what follows it fit no signature');
    }
    const arranged = [];
    args.forEach ((value, index) => {arranged [shape.order?.[index] ?? index] = take (shape.take?.[index], value);});
    return options === undefined ? arranged : [...arranged, options];
}

// A Python caller meets the same method on the prototype: it must get what it would get without us.
const fromPython = args => isKeywords (args [args.length - 1]) || args.some (value => value instanceof dict);

function bridge (call, target, receiver) {
    if (!call) {
        return receiver === undefined ? target : target.bind (receiver);
    }
    const result = (value, args) => call.give === undefined || fromPython (args) ? value : give (call.give, value);
    return call.async
        ? async function (...args) {return result (await target.apply (receiver ?? this, arrange (call, args)), args);}
        : function (...args) {return result (target.apply (receiver ?? this, arrange (call, args)), args);};
}

const callable = (target, call) => bridge (call, target);

const hidden = (object, name, value) => Object.defineProperty (object, name, {value, writable: true, configurable: true});

// The JS class for a Python class: itself, unless calls have to be arranged; then a function with the same prototype, so
// that what Python makes is an instance of both. `base`: the public base of such a function, if it has one.
function klass (name, target, {call, methods, statics, attributes, constants, disposers}, base) {
    const facade = call === undefined && base === undefined ? target : function (...args) {
        if (new.target === undefined) {
            throw new TypeError (`Class constructor ${name} cannot be invoked without 'new'`);
        }
        if (call === 0) {
            throw new ArgumentTypeError ('new', `makes no ${name}; its static functions do`);
        }
        return Reflect.construct (target, arrange (call, args), new.target);
    };
    const prototype = target.prototype;
    Object.defineProperty (facade, 'name', {value: name});      // a minifier may have taken the Python class its own
    if (facade !== target) {
        Object.defineProperty (facade, 'prototype', {value: prototype, writable: false});
        Object.setPrototypeOf (facade, base ?? Function.prototype);
    }
    if (prototype instanceof Error) {
        hidden (prototype, 'name', name);
    } else if (base === undefined && prototype.__repr__ !== undefined) {
        hidden (prototype, 'toString', function () {return str (this);});
    }
    for (const member in methods) {
        hidden (prototype, methods [member].as ?? camel (member), bridge (methods [member], prototype [member]));
    }
    for (const member in statics) {
        hidden (facade, statics [member].as ?? camel (member), bridge (statics [member], target [member], target));
    }
    members (attributes, (key, member, writable) => Object.defineProperty (prototype, key, accessor (member, writable)));
    members (constants, (key, member) => Object.defineProperty (facade, key, {value: target [member], enumerable: true}));
    for (const key in disposers) {
        if (Symbol [key] !== undefined) {
            hidden (prototype, Symbol [key], function () {return this [disposers [key]] ();});
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
function object (target, text, inner = {}) {
    for (const key of Object.keys (target)) {
        Object.defineProperty (target, key, {enumerable: false});
    }
    members (text, (key, member, writable) => {
        if (inner [member] !== undefined) {
            object (target [member], ...inner [member]);
        }
        const known = Object.hasOwn (target, key) ? {enumerable: true} : inherited (member, writable);
        Object.defineProperty (target, key, key === member ? known : accessor (member, writable, true));
    });
    return target;
}

export {callable, klass, object};
