// The exceptions of Python, as JavaScript Errors: name, message, cause and a stack that begins at the `raise`.

const $error = (name, base) => $class(class extends $base(base) {}, {}, name);

export const BaseException = /* @__PURE__ */ $class(
    class extends Error {
        __init__(...args) {
            const given = $split(args)[0];
            $define(this, 'args', $tuple(given));
            $define(this, 'message', given.length === 1 ? this.$text(given[0]) : given.length > 1 ? repr(this.args) : '');
            Error.captureStackTrace?.(this, this.constructor);
        }
        $text(value) {
            return str(value);
        }
        __str__() {
            return this.message;
        }
        __repr__() {
            const args = (this.args ?? []).map(repr).join(', ');
            return `${this.name}(${args})`;
        }
        get __cause__() {
            return this.cause ?? null;
        }
    },
    {},
    'BaseException',
);

export const Exception = /* @__PURE__ */ $error('Exception', BaseException);
export const ArithmeticError = /* @__PURE__ */ $error('ArithmeticError', Exception);
export const OverflowError = /* @__PURE__ */ $error('OverflowError', ArithmeticError);
export const ZeroDivisionError = /* @__PURE__ */ $error('ZeroDivisionError', ArithmeticError);
export const AssertionError = /* @__PURE__ */ $error('AssertionError', Exception);
export const AttributeError = /* @__PURE__ */ $error('AttributeError', Exception);
export const LookupError = /* @__PURE__ */ $error('LookupError', Exception);
export const IndexError = /* @__PURE__ */ $error('IndexError', LookupError);
export const KeyError = /* @__PURE__ */ $class(class extends $base(LookupError) {
    $text(value) {
        return repr(value);     // Python shows the missing key with its quotes
    }
}, {}, 'KeyError');
export const MemoryError = /* @__PURE__ */ $error('MemoryError', Exception);
export const NameError = /* @__PURE__ */ $error('NameError', Exception);
export const OSError = /* @__PURE__ */ $error('OSError', Exception);
export const ConnectionError = /* @__PURE__ */ $error('ConnectionError', OSError);
export const FileNotFoundError = /* @__PURE__ */ $error('FileNotFoundError', OSError);
export const PermissionError = /* @__PURE__ */ $error('PermissionError', OSError);
export const TimeoutError = /* @__PURE__ */ $error('TimeoutError', OSError);
export const RuntimeError = /* @__PURE__ */ $error('RuntimeError', Exception);
export const NotImplementedError = /* @__PURE__ */ $error('NotImplementedError', RuntimeError);
export const RecursionError = /* @__PURE__ */ $error('RecursionError', RuntimeError);
export const StopIteration = /* @__PURE__ */ $error('StopIteration', Exception);
export const al_TypeError = /* @__PURE__ */ $error('TypeError', Exception);
export const ValueError = /* @__PURE__ */ $error('ValueError', Exception);

// Whether `except kind` takes the error; Exception also takes what JavaScript throws.
export function $caught(error, kind) {
    return Array.isArray(kind) ? kind.some(one => $caught(error, one))
        : kind === Exception || kind === BaseException || error instanceof kind;
}

// `raise X` of a class makes the instance.
export function $raised(error) {
    return typeof error === 'function' ? error() : error;
}

export function $because(error, cause) {
    return $define($raised(error), 'cause', cause);
}
