"""Damaged and hostile bytes: the reader ends in an error of Alula, quickly and without taking much memory."""

import time
import tracemalloc

import numpy as np
import onnx
import pytest
from alula.errors import AlulaError
from alula.graph.prepare import prepare
from alula.model.onnx_reader import read_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper


def sample_model() -> bytes:
    """A small model with a bit of everything: subgraphs, functions, attributes, sparse, packed and typed weights."""
    f32 = [TensorProto.FLOAT, [2, 'n']]
    branch = helper.make_graph(
        [helper.make_node('Neg', ['x'], ['r'])], 'b', [], [helper.make_tensor_value_info('r', *f32)]
    )
    nodes = [
        helper.make_node('Conv', ['x', 'w'], ['a'], pads=[1, 1, 1, 1], auto_pad='NOTSET', alpha=0.5, scales=[1.0, 2.0]),
        helper.make_node('If', ['c'], ['d'], then_branch=branch, else_branch=branch),
        helper.make_node('twice', ['a'], ['e'], domain='local', name='call'),
        helper.make_node('Constant', [], ['k'], value=numpy_helper.from_array(np.arange(6, dtype=np.int64))),
        helper.make_node('Sum', ['d', 'e', 'k'], ['y']),
    ]
    weights = [
        numpy_helper.from_array(np.ones((2, 3), np.float32), 'w'),
        helper.make_tensor('c', TensorProto.BOOL, [1], [True]),
        helper.make_tensor('i4', TensorProto.INT4, [3], [1, -2, 3]),
        helper.make_tensor('i64', TensorProto.INT64, [2], [-1, 2**40]),
        helper.make_tensor('text', TensorProto.STRING, [2], ['one', 'zwölf']),
    ]
    sparse = helper.make_sparse_tensor(
        helper.make_tensor('s', TensorProto.FLOAT, [1], [2.0]),
        helper.make_tensor('', TensorProto.INT64, [1], [3]),
        [2, 2],
    )
    value = [helper.make_tensor_value_info(name, *f32) for name in 'xy']
    graph = helper.make_graph(nodes, 'g', value[:1], value[1:], weights, sparse_initializer=[sparse])
    opsets = [helper.make_opsetid('', 18), helper.make_opsetid('local', 1)]
    local = helper.make_function(
        'local', 'twice', ['p'], ['q'], [helper.make_node('Add', ['p', 'p'], ['q'])], opsets[:1]
    )
    model = helper.make_model(graph, opset_imports=opsets, functions=[local])
    helper.set_model_props(model, {'author': 'nobody'})
    data: bytes = model.SerializeToString()
    return data


SAMPLE = sample_model()


def read_all(data: bytes) -> None:
    """Read, prepare, and take the elements of every constant."""
    model = read_model(data)
    for constant in model.graph.initializers.values_list():
        constant.values()
    prepare(model)


def fails_well(data: bytes) -> bool:
    """True if the bytes are refused with an error of Alula; any other exception passes through."""
    try:
        read_all(data)
    except AlulaError as error:
        assert str(error).endswith('.') and error.code != ''
        return True
    return False


def test_the_sample_itself_is_fine() -> None:
    assert onnx.load_from_string(SAMPLE).functions[0].name == 'twice'
    assert not fails_well(SAMPLE)


def test_every_truncation() -> None:
    """Cut anywhere, the model is refused, or the cut fell between two fields of the outermost message."""
    whole = [end for end in range(len(SAMPLE)) if not fails_well(SAMPLE[:end])]
    assert len(whole) < 8


def test_every_single_byte() -> None:
    """Every byte replaced by its neighbours and by extremes."""
    for at in range(len(SAMPLE)):
        for byte in {0, 127, 128, 255, SAMPLE[at] ^ 1, SAMPLE[at] ^ 128, (SAMPLE[at] + 8) % 256}:
            fails_well(SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :])


EDITS = st.lists(
    st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 3), st.binary(max_size=12)), min_size=1, max_size=8
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_edits(edits: list[tuple[int, int, bytes]]) -> None:
    """Runs of bytes replaced, inserted and removed."""
    data = SAMPLE
    for at, removed, inserted in edits:
        data = data[:at] + inserted + data[at + removed :]
    fails_well(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    fails_well(data)
    fails_well(b'\x08\x08\x3a' + bytes([len(data) % 128]) + data)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field."""
    size, length = len(content), b''
    while size > 127:
        length += bytes([size % 128 + 128])
        size //= 128
    return bytes([number * 8 + 2]) + length + bytes([size]) + content


SIZE = 1 << 18
HOSTILE = {
    'empty nodes': field(7, field(1, b'') * (SIZE // 2)),
    'empty inputs of a node': field(7, field(1, field(1, b'') * (SIZE // 2))),
    'empty inputs of a graph': field(7, field(11, b'') * (SIZE // 2)),
    'empty metadata': field(14, b'') * (SIZE // 2),
    'unpacked weights': field(7, field(5, b'\x10\x07' + b'\x38\x01' * (SIZE // 2))),
    'a promise of many elements': field(7, field(5, b'\x08\x80\x80\x80\x80\x20\x10\x07' + field(7, b'\x01'))),
    'many dims': field(7, field(5, b'\x08\x01' * (SIZE // 2) + b'\x10\x01')),
    'many big dims': field(7, field(5, b'\x08\xff\xff\xff\xff\x0f' * (SIZE // 6) + b'\x10\x01')),
    'deep nesting': None,
    'groups': b'\x0b' * SIZE,
    'endless varint': b'\x08' + b'\x80' * SIZE,
    'a long name': field(7, field(2, b'a' * SIZE)),
    'one long cycle': None,
}


def deep_nesting() -> bytes:
    """A type inside a type …, 5000 levels."""
    inner = b''
    for _ in range(5000):
        inner = field(4, field(1, inner))
    return field(7, field(11, field(1, b'x') + field(2, inner)))


def long_cycle() -> bytes:
    """A ring of 20000 nodes."""
    count = 20000
    nodes = (field(1, b'%d' % i) + field(2, b'%d' % ((i + 1) % count)) + field(4, b'Neg') for i in range(count))
    return field(7, b''.join(field(1, node) for node in nodes) + field(12, field(1, b'0')))


@pytest.mark.parametrize('name', HOSTILE)
def test_hostile_models_cost_little(name: str) -> None:
    """Malice takes neither long nor much memory."""
    data = HOSTILE[name] or {'deep nesting': deep_nesting, 'one long cycle': long_cycle}[name]()
    tracemalloc.start()
    start = time.perf_counter()
    fails_well(data)
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 20
    assert peak < 200 * len(data) + SIZE
