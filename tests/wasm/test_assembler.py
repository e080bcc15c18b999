"""The module writer against wasmtime: every encoding that a kernel may use runs and gives the right value."""

import math

import pytest
import wasmtime
from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.opcodes import OPCODES
from alula.host import wasm
from alula.host.arrays import storage_over
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wasm.cases import instantiated


def built(params, results, write, memory=None):
    """A Python callable of the function that `write` fills in."""
    assembler = Assembler()
    f = assembler.function(params, results)
    write(f)
    assembler.export('f', f)
    held = wasm.memory(1, 4) if memory is None else memory
    instance = instantiated(assembler, held)
    return wasm.function_of(instance, 'f')


@settings(max_examples=40, deadline=None)
@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1))
def test_integer_constants(small, wide):
    assert built([], ['i32'], lambda f: f.i32_const(small))() == small
    assert built([], ['i64'], lambda f: f.i64_const(wide))() == wide


@pytest.mark.parametrize('value', [0.0, -0.0, 1.5, -3.25, math.inf, -math.inf, math.nan, 2.0**-149])
def test_float_constants(value):
    narrow = built([], ['f32'], lambda f: f.f32_const(value))()
    wide = built([], ['f64'], lambda f: f.f64_const(value))()
    for got in (narrow, wide):
        assert math.isnan(got) if math.isnan(value) else math.isclose(got, value, rel_tol=1e-6)
        assert math.copysign(1, got) == math.copysign(1, value) or math.isnan(value)


def test_loop_sums_a_range():
    def write(f):
        total = f.local('i64')
        i = f.local('i32')
        f.block()
        f.loop()
        f.local_get(i)
        f.local_get(0)
        f.op('i32.ge_s')
        f.br_if(1)
        f.local_get(total)
        f.local_get(i)
        f.op('i64.extend_i32_s')
        f.op('i64.add')
        f.local_set(total)
        f.local_get(i)
        f.i32_const(1)
        f.op('i32.add')
        f.local_set(i)
        f.br(0)
        f.end()
        f.end()
        f.local_get(total)

    assert built(['i32'], ['i64'], write)(100) == 4950


def test_vectors_lanes_and_bulk_memory():
    memory = wasm.memory(1, 1)
    data = storage_over('f32', wasm.memory_bytes(memory), 0, 16)
    for i in range(8):
        data[i] = i + 1

    def write(f):
        f.i32_const(32)
        f.i32_const(0)
        f.load('v128.load', 0)
        f.i32_const(0)
        f.load('v128.load', 16)
        f.shuffle32(0, 4, 3, 7)
        f.held_f32x4(10.0)
        f.op('f32x4.mul')
        f.store('v128.store', 0)
        f.i32_const(48)
        f.i32_const(32)
        f.i32_const(12)
        f.memory_copy()
        f.i32_const(0)
        f.i32_const(0)
        f.load('v128.load', 0)
        f.store_lane('v128.store32_lane', 60, 2)
        f.i32_const(0)
        f.load('v128.load32_splat', 4)
        f.lane('f32x4.extract_lane', 3)

    assert built([], ['f32'], write, memory)() == 2
    assert data.tolist()[8:] == [10, 50, 40, 80, 10, 50, 40, 3]


def test_relaxed_madd_has_three_operands():
    def write(f):
        f.held_f32x4(2.0)
        f.held_f32x4(3.0)
        f.held_f32x4(1.0)
        f.op('f32x4.relaxed_madd')
        f.lane('f32x4.extract_lane', 0)

    assert built([], ['f32'], write)() == 7


def test_if_else_and_calls_between_functions():
    assembler = Assembler()
    outer = assembler.function(['i32'], ['i32'])
    inner = assembler.function(['i32'], ['i32'])
    inner.local_get(0)
    result = inner.local('i32')
    inner.begin_if()
    inner.i32_const(7)
    inner.local_set(result)
    inner.begin_else()
    inner.i32_const(9)
    inner.local_set(result)
    inner.end()
    inner.local_get(result)
    outer.local_get(0)
    outer.call(inner)
    assembler.export('outer', outer)
    instance = instantiated(assembler, wasm.memory(1, 1))
    f = wasm.function_of(instance, 'outer')
    assert [f(1), f(0)] == [7, 9]


# What each needs to stand in a text module; all others stand alone.
WITH_IMMEDIATES = {
    'v128.const': 'v128.const i32x4 1 2 3 4',
    'i8x16.shuffle': 'i8x16.shuffle' + ' 1' * 16,
    'loop': 'loop end',
    'if': 'if end',
    'else': 'if else end',
    'end': 'block end',
    'br_if': 'br_if 0',
}


@pytest.mark.parametrize('mnemonic', OPCODES.keys_list())
def test_opcodes_are_those_of_another_assembler(mnemonic):
    """wat2wasm only parses, so that an instruction can stand alone whatever it takes."""
    takes_lane = '_lane' in mnemonic
    text = WITH_IMMEDIATES.get(mnemonic, mnemonic) + (' 1' if takes_lane else '')
    opcode = OPCODES.at(mnemonic).encode('latin-1')
    assert b'\x00' + opcode in bytes(wasmtime.wat2wasm(f'(module (func {text}))')) or mnemonic in ('else', 'end')


def test_opcodes_are_distinct():
    assert len(set(OPCODES.values_list())) == OPCODES.count()
    assert OPCODES.at('f32x4.relaxed_madd') == '\xfd\x85\x02'


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**16))
def test_indices_and_offsets_of_any_size(offset, index):
    """LEB128 beside that of another assembler."""
    f = Assembler().function([], [])
    f.load('i32.load', offset)
    f.local_get(index)
    expected = bytes(wasmtime.wat2wasm(f'(module (func i32.load offset={offset} align=1 local.get {index}))'))
    assert f.code.encode('latin-1') in expected
