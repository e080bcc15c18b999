"""Ties between Alula's error classes and the host's own (JS body). Docstrings are at the CPython body."""


def as_native_errors(base, type_error, range_error):
    # An object has one chain of prototypes: it is led past `base` to the host's class, with what `base` and those above
    # it offer copied into a link between, and `base` is taught to know these instances all the same.
    __pragma__('js', '{}', '''
    const copied = above => above === Error.prototype ? {}
        : {...copied (Object.getPrototypeOf (above)), ...Object.getOwnPropertyDescriptors (above)};
    const led = (error_class, native) =>
        Object.setPrototypeOf (error_class.prototype, Object.create (native.prototype, copied (base.prototype)));
    led (type_error, TypeError);
    led (range_error, RangeError);
    const is = (error_class, error) => Function.prototype [Symbol.hasInstance].call (error_class, error);
    Object.defineProperty (base, Symbol.hasInstance, {value: function (error) {
        return is (this, error)
            || this.prototype === base.prototype && (is (type_error, error) || is (range_error, error));
    }});
    ''')
