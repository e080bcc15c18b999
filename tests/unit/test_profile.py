"""session.profile(): one row per kernel on every backend of CPython, with the arithmetic that its sizes ask for."""

import alula
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper


def model() -> bytes:
    """Convolution (2 → 4 channels, 3×3), GlobalAveragePool, and a product with 4×5 weights and Relu."""
    x = helper.make_tensor_value_info('x', TensorProto.FLOAT, ['n', 2, 8, 8])
    y = helper.make_tensor_value_info('y', TensorProto.FLOAT, ['n', 5])
    nodes = [helper.make_node('Conv', ['x', 'w'], ['c'], name='conv'),
             helper.make_node('GlobalAveragePool', ['c'], ['p'], name='pool'),
             helper.make_node('Flatten', ['p'], ['f']),
             helper.make_node('MatMul', ['f', 'm'], ['d'], name='product'),
             helper.make_node('Relu', ['d'], ['y'])]
    generator = np.random.default_rng(0)
    weights = {'w': generator.standard_normal((4, 2, 3, 3)), 'm': generator.standard_normal((4, 5))}
    tensors = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, 'test', [x], [y], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8).SerializeToString()


FEEDS = {'x': np.ones((3, 2, 8, 8), np.float32)}


def profiled(backend: str, runs: int) -> tuple[list[alula.KernelProfile], alula.InferenceSession]:
    session = alula.InferenceSession.create_sync(model(), execution_providers=[backend])
    before = session.run_sync(FEEDS)['y']

    async def profile() -> list[alula.KernelProfile]:
        return await session.profile(FEEDS, runs=runs)

    rows = alula.host.tasks.run_sync(profile())
    assert np.array_equal(session.run_sync(FEEDS)['y'], before)
    return rows, session


@pytest.mark.parametrize('backend', ['numpy', 'script', 'wasm'])
def test_one_row_per_kernel(backend: str) -> None:
    rows, session = profiled(backend, 3)
    assert [(row.node, row.kernel) for row in rows] == [(p.node, p.kernel) for p in session.report().placement]
    assert all(row.milliseconds >= 0 for row in rows)
    assert sum(row.milliseconds for row in rows) > 0
    if backend != 'wasm':
        assert {row.code for row in rows} == {backend}


@pytest.mark.parametrize('backend', ['numpy', 'wasm'])
def test_sizes_and_operations(backend: str) -> None:
    rows, _ = profiled(backend, 1)
    convolution, product = (row for row in rows if row.kernel == 'contract')
    assert convolution.sizes == [1, 3 * 6 * 6, 4, 2 * 3 * 3]
    assert convolution.operations == 2 * 108 * 4 * 18
    assert product.sizes == [1, 3, 5, 4]
    assert product.operations == 2 * 3 * 5 * 4 + 3 * 5     # and Relu, once per result
    pool = next(row for row in rows if row.kernel == 'reduce')
    assert pool.sizes == [3, 4, 6, 6]
    assert 3 * 4 * 36 <= pool.operations <= 3 * 4 * 36 + 3 * 4 * 8     # a sum, and a division per channel


def test_no_runs_are_refused() -> None:
    with pytest.raises(alula.ArgumentRangeError, match='runs'):
        profiled('numpy', 0)
