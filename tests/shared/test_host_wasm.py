"""WebAssembly: memory, features, instances."""

from alula.errors import HostFeatureError
from alula.host.arrays import array_from_list, bytes_of, fill, sub, to_list, typed_over
from alula.host.wasm import (
    PAGE_BYTES,
    compile_module,
    function_of,
    grow,
    instantiate,
    is_available,
    memory,
    memory_bytes,
    validate,
)
from alula_checks import eq

# (module (import "env" "memory" (memory 1)) (func (export "add") (param i32 i32 i32)
#   (i32.store (local.get 2) (i32.add (i32.load (local.get 0)) (i32.load (local.get 1))))))
ADD = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 3, 127, 127, 127, 0, 2, 15, 1, 3, 101, 110, 118,
    6, 109, 101, 109, 111, 114, 121, 2, 0, 1, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10,
    20, 1, 18, 0, 32, 2, 32, 0, 40, 2, 0, 32, 1, 40, 2, 0, 106, 54, 2, 0, 11,
]  # fmt: skip


def test_is_available():
    eq(is_available(), True)


def test_validate():
    eq(validate(array_from_list('uint8', ADD)), True)
    eq(validate(array_from_list('uint8', ADD[0 : len(ADD) - 1])), False)


async def test_an_instance_works_on_shared_memory():
    held = memory(1, 4)
    module = await compile_module(array_from_list('uint8', ADD))
    add = function_of(await instantiate(module, held), 'add')
    numbers = typed_over('int32', memory_bytes(held), 16, 3)
    numbers[0] = 40
    numbers[1] = 2
    add(16, 20, 24)
    eq(to_list(numbers), [40, 2, 42])


async def test_memory_grows_and_keeps_its_content():
    held = memory(1, 3)
    old = memory_bytes(held)
    eq(len(old), PAGE_BYTES)
    fill(old, 7, PAGE_BYTES - 2, PAGE_BYTES)
    grow(held, 2)
    taken = memory_bytes(held)
    eq(len(taken), 3 * PAGE_BYTES)
    eq(to_list(sub(taken, PAGE_BYTES - 2, PAGE_BYTES + 1)), [7, 7, 0])
    eq(len(bytes_of(taken)), 3 * PAGE_BYTES)
    try:
        grow(held, 1)
        eq('grown beyond its maximum', '')
    except Exception as error:
        eq(error.code, 'OUT_OF_MEMORY')


async def test_a_bad_module_is_a_typed_error():
    try:
        await compile_module(array_from_list('uint8', [0, 97, 115, 109]))
        eq('compiled', '')
    except HostFeatureError as error:
        eq(error.code, 'HOST_FEATURE')
