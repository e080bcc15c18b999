"""WebAssembly: validate, instantiate, memory (JS body). Docstrings are at the CPython body."""

from alula.errors import HostFeatureError, OutOfMemoryError

PAGE_BYTES = 65536


def is_available() -> bool:
    return __typeof__(WebAssembly) == 'object'


def validate(module_bytes) -> bool:
    return WebAssembly.validate(module_bytes)


def memory(pages, maximum):
    try:
        return __new__(WebAssembly.Memory({'initial': pages, 'maximum': maximum}))
    except Exception:
        raise OutOfMemoryError(pages * PAGE_BYTES) from None


def grow(held, pages):
    try:
        held.grow(pages)
    except Exception:
        raise OutOfMemoryError(held.buffer.byteLength + pages * PAGE_BYTES) from None


def memory_bytes(held):
    return __new__(Uint8Array(held.buffer))


async def compile_module(module_bytes):
    try:
        return await WebAssembly.compile(module_bytes)
    except Exception as error:
        raise HostFeatureError('WebAssembly', 'the module was refused: ' + error.message) from error


async def instantiate(module, held):
    try:
        return await _start(module, held)
    except Exception as error:
        raise HostFeatureError('WebAssembly', 'the module does not fit: ' + error.message) from error


def _start(module, held):
    __pragma__('js', '{}', 'return WebAssembly.instantiate (module, {env: {memory: held}});')


def function_of(instance, export_name):
    return instance.exports[export_name]
