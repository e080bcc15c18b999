"""WebAssembly: validate, instantiate, memory (CPython body: through the optional package wasmtime)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from alula.errors import HostFeatureError, MissingPackageError, OutOfMemoryError
from alula.host.arrays import TypedArray

try:
    import wasmtime
except ImportError:
    wasmtime = None  # type: ignore[assignment, unused-ignore]

PAGE_BYTES = 65536
ENGINE: list[Any] = []  # the one engine, made at first use


def is_available() -> bool:
    """True if this host can run WebAssembly."""
    return wasmtime is not None


def engine() -> Any:
    """The engine that compiles every module; MissingPackageError without wasmtime."""
    if wasmtime is None:
        raise MissingPackageError('wasmtime', 'WebAssembly under CPython')
    if len(ENGINE) == 0:
        ENGINE.append(wasmtime.Engine(wasmtime.Config()))
    return ENGINE[0]


def validate(module_bytes: TypedArray) -> bool:
    """True if this host accepts the module; a way to ask for features such as relaxed SIMD."""
    try:
        wasmtime.Module.validate(engine(), bytes(module_bytes))
    except wasmtime.WasmtimeError:
        return False
    return True


class Memory:
    """A linear memory with the store that everything touching it must share."""

    def __init__(self, pages: int, maximum: int) -> None:
        self.store = wasmtime.Store(engine())
        kind = wasmtime.MemoryType(wasmtime.Limits(pages, maximum))
        try:
            self.linear = wasmtime.Memory(self.store, kind)
        except wasmtime.WasmtimeError as error:
            raise OutOfMemoryError(pages * PAGE_BYTES) from error


class Instance:
    """An instantiated module and the store it lives in."""

    def __init__(self, store: Any, exports: Any) -> None:
        self.store = store
        self.exports = exports


def memory(pages: int, maximum: int) -> Memory:
    """A memory of `pages` pages of 64 KiB that may grow to `maximum`; OutOfMemoryError if the host refuses."""
    engine()
    return Memory(pages, maximum)


def grow(held: Memory, pages: int) -> None:
    """Add `pages` pages. Every `memory_bytes` taken before is void. OutOfMemoryError if the host refuses."""
    try:
        held.linear.grow(held.store, pages)
    except wasmtime.WasmtimeError as error:
        raise OutOfMemoryError((held.linear.size(held.store) + pages) * PAGE_BYTES) from error


def memory_bytes(held: Memory) -> TypedArray:
    """All bytes of the memory, shared with it, valid until it grows."""
    address = ctypes.addressof(held.linear.data_ptr(held.store).contents)
    whole = (ctypes.c_ubyte * held.linear.data_len(held.store)).from_address(address)
    whole.owner = held  # type: ignore[attr-defined]  # its store frees the memory, and must not before the bytes go
    return memoryview(whole).cast('B')


async def compile_module(module_bytes: TypedArray) -> Any:
    """The module compiled: it may be instantiated any number of times. HostFeatureError if the host refuses it."""
    try:
        return wasmtime.Module(engine(), bytes(module_bytes))
    except wasmtime.WasmtimeError as error:
        raise HostFeatureError('WebAssembly', 'the module was refused: ' + ' '.join(str(error).split())) from error


async def instantiate(module: Any, held: Memory) -> Instance:
    """Instantiate a module whose one import is the memory 'env' 'memory'. HostFeatureError if the host refuses."""
    try:
        instance = wasmtime.Instance(held.store, module, [held.linear])
    except wasmtime.WasmtimeError as error:
        raise HostFeatureError('WebAssembly', 'the module does not fit: ' + ' '.join(str(error).split())) from error
    return Instance(held.store, instance.exports(held.store))


def function_of(instance: Instance, export_name: str) -> Callable[..., Any]:
    """The exported function of that name, to be called with numbers. A trap is raised as the host's own exception."""
    body = instance.exports[export_name]
    store = instance.store
    return lambda *args: body(store, *args)
