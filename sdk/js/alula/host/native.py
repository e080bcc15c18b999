"""Ties between Alula's error classes and the host's own (JS body). Docstrings are at the CPython body."""


def as_native_error(error_class, base, native):
    # An object has one chain of prototypes: it is led past `base` to the host's class, with what `base` and those above
    # it offer copied into a link between, and `base` is taught to know these instances all the same.
    __pragma__('js', '{}', '''
    const link = Object.create (globalThis [native].prototype);
    const copied = [];
    for (let above = base.prototype; above !== Error.prototype; above = Object.getPrototypeOf (above)) {
        copied.unshift (Object.getOwnPropertyDescriptors (above));
    }
    for (const members of copied) Object.defineProperties (link, members);
    Object.setPrototypeOf (error_class.prototype, link);
    const ordinary = Function.prototype [Symbol.hasInstance];
    const known = Object.hasOwn (base, Symbol.hasInstance) ? base [Symbol.hasInstance] : ordinary;
    Object.defineProperty (base, Symbol.hasInstance, {configurable: true, value: function (error) {
        return known.call (this, error) || this.prototype === base.prototype && ordinary.call (error_class, error);
    }});
    ''')
