"""WebAssembly: validate, instantiate, memory (JS body). Docstrings are at the CPython body."""

from alula.errors import HostFeatureError, OutOfMemoryError

PAGE_BYTES = 65536


def is_available() -> bool:
    return __typeof__(WebAssembly) == 'object'


def validate(module_bytes) -> bool:
    return is_available() and WebAssembly.validate(module_bytes)


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


async def instantiate(module_bytes, held):
    try:
        made = await start(module_bytes, held)
    except Exception as error:
        raise HostFeatureError('WebAssembly', 'the module was refused: ' + error.message) from error
    return made.instance


def start(module_bytes, held):
    __pragma__('js', '{}', 'return WebAssembly.instantiate (module_bytes, {env: {memory: held}});')


def function_of(instance, export_name):
    return instance.exports[export_name]
