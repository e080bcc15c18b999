// The exceptions of Python, as JavaScript Errors: name, message, cause and a stack that begins at the `raise`.

export class BaseException extends Error {
    constructor(...args) {
        super();
        const given = $split(args)[0];
        $define(this, 'args', $tuple(given));
        $define(this, 'message', given.length === 1 ? this.$text(given[0]) : given.length > 1 ? repr(this.args) : '');
        Error.captureStackTrace?.(this, this.constructor);
    }
    get name() {
        return $name_of(this.constructor);
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
}

export class Exception extends BaseException {}
export class ArithmeticError extends Exception {}
export class OverflowError extends ArithmeticError {}
export class ZeroDivisionError extends ArithmeticError {}
export class AssertionError extends Exception {}
export class AttributeError extends Exception {}
export class LookupError extends Exception {}
export class IndexError extends LookupError {}
export class KeyError extends LookupError {
    $text(value) {
        return repr(value);     // Python shows the missing key with its quotes
    }
}
export class MemoryError extends Exception {}
export class NameError extends Exception {}
export class OSError extends Exception {}
export class ConnectionError extends OSError {}
export class FileNotFoundError extends OSError {}
export class PermissionError extends OSError {}
export class TimeoutError extends OSError {}
export class RuntimeError extends Exception {}
export class NotImplementedError extends RuntimeError {}
export class RecursionError extends RuntimeError {}
export class StopIteration extends Exception {}
export const al_TypeError = /* @__PURE__ */ (() => ({TypeError: class extends Exception {}}).TypeError)();     // so that it bears the name
export class ValueError extends Exception {}

// Whether `except kind` takes the error; Exception also takes what JavaScript throws.
export function $caught(error, kind) {
    return Array.isArray(kind) ? kind.some(one => $caught(error, one))
        : kind === Exception || kind === BaseException || error instanceof kind;
}

// `raise X` of a class makes the instance.
export function $raised(error) {
    return typeof error === 'function' ? new error() : error;
}

export function $because(error, cause) {
    return $define($raised(error), 'cause', cause);
}
