"""The WebAssembly backend around its kernels: memory, constants, code that is shared, steps that run elsewhere."""

import asyncio

import numpy as np
import pytest
from alula.backends.wasm import backend as wasm_backend
from alula.backends.wasm import calls
from alula.backends.wasm import map as wasm_map
from alula.backends.wasm.backend import WasmBackend
from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.regions import FIRST_ADDRESS, PAGE_BYTES, POOL_ADDRESS, POOL_WORDS, Regions
from alula.errors import BackendError
from alula.host.arrays import array_from_list, to_list
from alula.host.table import Table
from alula.kernels import expr as e
from alula.kernels.expr import slot
from alula.kernels.kernel import Map, Step
from alula.kernels.view import Buffer, dense
from alula.plan.memory import ALIGNMENT
from alula.plan.planner import laid_out
from hypothesis import given, settings
from hypothesis import strategies as st


def opened():
    backend = WasmBackend()
    asyncio.run(backend.open())
    return backend


def tensor(label, dtype, size, data=None):
    return dense(Buffer(label, dtype, size, data), [size])


def named(views):
    table = Table()
    for name, view in views.items():
        table.put(name, view)
    return table


def compiled(backend, steps, inputs, outputs):
    return asyncio.run(backend.compile(laid_out(steps, named(inputs), named(outputs), backend)))


def ran(executable, feeds):
    results = executable.run(named({name: array_from_list(*feed) for name, feed in feeds.items()}))
    return {name: to_list(results.at(name)) for name in results.keys_list()}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3 * PAGE_BYTES)), max_size=30), st.randoms())
def test_regions_never_overlap_and_are_zeroed_if_wanted(moves, random):
    regions = Regions()
    held = []
    for gives_back, size in moves:
        if gives_back and len(held) > 0:
            regions.give(held.pop(random.randrange(len(held))))
            continue
        region = regions.take_zeroed(size)
        assert region.size >= size and region.address % ALIGNMENT == 0 and region.address >= FIRST_ADDRESS
        data = regions.bytes()[region.address : region.address + region.size]
        assert bytes(data) == bytes(region.size)
        data[:] = b'\xff' * region.size
        held.append(region)
    spans = sorted((region.address, region.address + region.size) for region in held + regions.free if region.size > 0)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    assert sum(end - begin for begin, end in spans) == len(regions.bytes()) - FIRST_ADDRESS


def test_64_bit_integers_and_bools_pass_through():
    backend = opened()
    x, y, z = tensor('x', 'int64', 5), tensor('y', 'int64', 5), tensor('z', 'bool', 5)
    steps = [
        Step(Map([e.mul(slot(0, 'int64'), 3)]), [x], [y], 'triple'),
        Step(Map([e.gt(slot(0, 'int64'), 0)]), [y], [z], 'positive'),
    ]
    executable = compiled(backend, steps, {'x': x}, {'y': y, 'z': z})
    values = [0, -1, 2**51, -(2**51), 7]
    assert ran(executable, {'x': ['int64', values]}) == {'y': [3 * v for v in values], 'z': [0, 0, 1, 0, 1]}
    assert executable.notes() == []


def test_a_step_without_webassembly_runs_in_plain_loops():
    backend = opened()
    x, y, z = tensor('x', 'float64', 3), tensor('y', 'float64', 3), tensor('z', 'float32', 3)
    steps = [
        Step(Map([slot(0, 'float64')]), [x], [y], 'copy'),
        Step(Map([e.add(e.cast(e.tanh(slot(0, 'float64')), 'float32'), 1.0)]), [y], [z], 'double'),
    ]
    executable = compiled(backend, steps, {'x': x}, {'y': y, 'z': z})
    results = executable.run(named({'x': array_from_list('float64', [0.0, -200.0, 400.0])}))
    assert to_list(results.at('y')) == [0.0, -200.0, 400.0]
    assert to_list(results.at('z')) == [1.0, 0.0, 2.0]
    assert len(executable.notes()) == 1 and executable.notes()[0].startswith('double: ')
    assert [executable.code_of(i) == 'script' for i in range(2)] == [False, True]


def test_plain_loops_write_back_64_bit_integers():
    backend = opened()
    x, y = tensor('x', 'float64', 2), tensor('y', 'int64', 2)
    rounded = e.cast(e.tanh(slot(0, 'float64')), 'int64')
    executable = compiled(backend, [Step(Map([rounded]), [x], [y], 'c')], {'x': x}, {'y': y})
    assert executable.code_of(0) == 'script'
    results = executable.run(named({'x': array_from_list('float64', [100.0, -300.0])}))
    assert to_list(results.at('y')) == [1, -1]


def test_constants_are_shared_and_given_back():
    backend = opened()
    w = tensor('w', 'float32', 1000, array_from_list('float32', [float(i) for i in range(1000)]))
    before = [(r.address, r.size) for r in backend.constants.regions.free]

    def program():
        x, y = tensor('x', 'float32', 1000), tensor('y', 'float32', 1000)
        step = Step(Map([e.add(slot(0, 'float32'), slot(1, 'float32'))]), [x, w], [y], 'add')
        return compiled(backend, [step], {'x': x}, {'y': y})

    first = program()
    code = backend.constants.functions.by_key.count()
    second = program()
    assert backend.constants.functions.by_key.count() == code
    addresses = {executable.places.at('w') for executable in (first, second)}
    assert len(addresses) == 1
    first.release()
    assert ran(second, {'x': ['float32', [1.0] * 1000]})['y'] == [i + 1.0 for i in range(1000)]
    second.release()
    after = backend.constants.regions.free
    assert before[0][0] == after[0].address and len(after) == 1


def test_memory_grows_while_programs_are_held():
    backend = opened()
    small = compiled(
        backend,
        [Step(Map([e.neg(slot(0, 'float32'))]), [tensor('x', 'float32', 4)], [tensor('y', 'float32', 4)], 'neg')],
        {'x': tensor('x', 'float32', 4)},
        {'y': tensor('y', 'float32', 4)},
    )
    count = 300000
    x, y = tensor('x', 'float32', count), tensor('y', 'float32', count)
    large = compiled(backend, [Step(Map([e.neg(slot(0, 'float32'))]), [x], [y], 'neg')], {'x': x}, {'y': y})
    assert backend.memory_bytes() >= 8 * count
    assert ran(small, {'x': ['float32', [1.0, 2.0, 3.0, 4.0]]})['y'] == [-1.0, -2.0, -3.0, -4.0]
    result = np.frombuffer(large.run(named({'x': array_from_list('float32', [0.5] * count)})).at('y'), np.float32)
    assert np.all(result == -0.5)


def test_long_steps_are_cut_into_calls(monkeypatch):
    backend = opened()
    x, y = tensor('x', 'float32', 1000), tensor('y', 'float32', 1000)
    step = Step(Map([e.mul(slot(0, 'float32'), 2.0)]), [x], [y], 'double')
    monkeypatch.setattr(wasm_map, 'ROW', 100)
    monkeypatch.setattr(calls, 'OPERATIONS_PER_CALL', 100)
    executable = compiled(backend, [step], {'x': x}, {'y': y})
    assert len(executable.calls.of_step[0]) == 8
    assert ran(executable, {'x': ['float32', [float(i) for i in range(1000)]]})['y'] == [2.0 * i for i in range(1000)]


def test_the_pool_keeps_each_word_once_and_may_be_full():
    pool = ConstantPool(64, 2)
    assert [pool.place_of(word) for word in (7, 0xFFFFFFFF, 7, 8)] == [64, 68, 64, -1]
    memory = memoryview(bytearray(128))
    pool.write(memory)
    assert bytes(memory[64:72]) == b'\x07\0\0\0\xff\xff\xff\xff'
    assert POOL_ADDRESS + 4 * POOL_WORDS <= FIRST_ADDRESS


def test_no_vector_instructions_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr(wasm_backend, 'accepts', lambda _: False)
    with pytest.raises(BackendError, match='vector instructions'):
        asyncio.run(WasmBackend().open())
