"""Every element type through whole sessions, against ml_dtypes and ONNX's reference: casts of every code and of any
float32, operators over floats of 16 bits, and what only moves elements."""

import alula
import ml_dtypes
import numpy as np
import pytest
from alula.dtypes import bits_of, dtype_of
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tests.agreement.operators import BACKENDS

FLOATS = {
    TensorProto.FLOAT16: np.float16, TensorProto.BFLOAT16: ml_dtypes.bfloat16,
    TensorProto.FLOAT8E4M3FN: ml_dtypes.float8_e4m3fn, TensorProto.FLOAT8E4M3FNUZ: ml_dtypes.float8_e4m3fnuz,
    TensorProto.FLOAT8E5M2: ml_dtypes.float8_e5m2, TensorProto.FLOAT8E5M2FNUZ: ml_dtypes.float8_e5m2fnuz,
    TensorProto.FLOAT4E2M1: ml_dtypes.float4_e2m1fn, TensorProto.FLOAT6E2M3: ml_dtypes.float6_e2m3fn,
    TensorProto.FLOAT6E3M2: ml_dtypes.float6_e3m2fn, TensorProto.FLOAT8E8M0: ml_dtypes.float8_e8m0fnu,
}
PACKED = {TensorProto.INT4: ml_dtypes.int4, TensorProto.UINT4: ml_dtypes.uint4,
          TensorProto.INT2: ml_dtypes.int2, TensorProto.UINT2: ml_dtypes.uint2}
ROUNDED = [code for code in FLOATS if code != TensorProto.FLOAT8E8M0]
SIZE = 64
# Numbers that rounding goes wrong at first: about the ends of formats and the middle between two codes.
EDGES = np.concatenate([
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1e38, 3.4e38, 65519.0, 65520.0, 464.0, 465.0, 248.0, 61440.0, 2.0**-127],
    *[(values[1:] / 2 + values[:-1] / 2) * sign for sign in (1, -1) for values in (
        np.arange(128, dtype=np.uint8).view(kind).astype(np.float32) for kind in
        (ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e4m3fnuz, ml_dtypes.float8_e5m2fnuz))],
]).astype(np.float32)


def named(code):
    return dtype_of(code)


def numpy_type(code):
    return helper.tensor_dtype_to_np_dtype(code)


def held(array):
    """What Alula stores of an array: bits where NumPy has no such type, a byte per packed integer."""
    if array.dtype.isbuiltin == 1:
        return array
    if 'int' in array.dtype.name:
        return array.astype(np.uint8 if array.dtype.name.startswith('u') else np.int8)
    return array.view(f'u{array.itemsize}')


def model_of(nodes, inputs, output, opset=25):
    """A model of some nodes; `inputs`: name to (type, shape)."""
    given = [helper.make_tensor_value_info(name, code, shape) for name, (code, shape) in inputs.items()]
    graph = helper.make_graph(nodes, 'types', given, [helper.make_tensor_value_info('y', output, None)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)], ir_version=12)


class Caster:
    """A session of one Cast of `size` elements."""

    def __init__(self, backend, source, target, size, **attributes):
        node = helper.make_node('Cast', ['x'], ['y'], to=target, **attributes)
        model = model_of([node], {'x': (source, [size])}, target).SerializeToString()
        self.session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
        self.source = source

    def __call__(self, values):
        tensor = alula.Tensor(named(self.source), held(values), [len(values)])
        return np.asarray(self.session.run_sync({'x': tensor})['y'])


def same_numbers(got, wanted):
    """Bits are equal, but that any NaN is as good as another."""
    return np.array_equal(np.where(np.isnan(got), 0, got.view(np.uint32)),
                          np.where(np.isnan(wanted), 0, wanted.view(np.uint32)))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('code', FLOATS, ids=named)
def test_every_code_is_read(code, backend):
    bits = np.arange(2 ** bits_of(named(code)), dtype=f'u{np.dtype(FLOATS[code]).itemsize}')
    values = bits.view(FLOATS[code])
    with np.errstate(invalid='ignore'):
        wanted = values.astype(np.float32)
    got = Caster(backend, code, TensorProto.FLOAT, len(values))(values)
    assert np.array_equal(np.isnan(got), np.isnan(wanted)) and same_numbers(got, wanted)


float32_bits = st.lists(st.one_of(st.integers(0, 2**32 - 1), st.sampled_from(EDGES.view(np.uint32).tolist())),
                        min_size=SIZE, max_size=SIZE).map(lambda bits: np.array(bits, np.uint32).view(np.float32))


def same_codes(got, wanted, kind):
    """Codes are equal, but that any NaN is as good as another."""
    with np.errstate(invalid='ignore'):
        numbers = [codes.view(kind).astype(np.float32) for codes in (got, wanted)]
    is_nan = np.isnan(numbers[1])
    return np.array_equal(np.isnan(numbers[0]), is_nan) and np.array_equal(got[~is_nan], wanted[~is_nan])


examples = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('code', ROUNDED, ids=named)
def test_any_float32_is_rounded(code, backend):
    kind = FLOATS[code]
    casters = [Caster(backend, TensorProto.FLOAT, code, SIZE + len(EDGES), saturate=saturate) for saturate in (0, 1)]

    @examples
    @given(values=float32_bits)
    def holds(values):
        values = np.concatenate([values, EDGES])
        if named(code)[:6] in ('float4', 'float6'):     # which have no NaN: what it becomes is nobody's promise
            values = np.where(np.isnan(values), np.float32(1), values)
        for saturate, cast in enumerate(casters):
            with np.errstate(all='ignore'):
                clipped = values
                if saturate == 1 and named(code).startswith('float8'):
                    clipped = np.clip(values, ml_dtypes.finfo(kind).min, ml_dtypes.finfo(kind).max)
                wanted = clipped.astype(kind).view(f'u{np.dtype(kind).itemsize}')
            assert same_codes(cast(values).view(wanted.dtype), wanted, kind)

    holds()


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('saturate', (0, 1))
@pytest.mark.parametrize('round_mode', ('up', 'down', 'nearest'))
def test_powers_of_two(backend, saturate, round_mode):
    """ONNX's table has the greatest for infinity where Cast saturates, its reference NaN."""
    cast = Caster(backend, TensorProto.FLOAT, TensorProto.FLOAT8E8M0, SIZE + len(EDGES),
                  saturate=saturate, round_mode=round_mode)

    @examples
    @given(values=float32_bits)
    def holds(values):
        values = np.concatenate([values, EDGES])
        wanted = numpy_helper.to_float8e8m0(values, saturate == 1, round_mode).view(np.uint8)
        if saturate == 1:
            wanted = np.where(np.isinf(values), 254, wanted)
        np.testing.assert_array_equal(cast(values), wanted)

    holds()


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('code', PACKED, ids=named)
def test_packed_integers(code, backend):
    every = np.arange(-300, 300)
    for source in (TensorProto.INT32, TensorProto.INT64, TensorProto.INT16, TensorProto.FLOAT, TensorProto.DOUBLE):
        values = every.astype(numpy_type(source))
        wanted = held(values.astype(PACKED[code]))
        np.testing.assert_array_equal(Caster(backend, source, code, len(every))(values), wanted)
        back = Caster(backend, code, source, len(every))(values.astype(PACKED[code]))
        np.testing.assert_array_equal(back, wanted.astype(numpy_type(source)))


# Operators over bfloat16, whose steps ONNX's reference rounds one by one; and what moves elements of any type.

OPERATORS = {
    'Add': ([[3, 5], [5]], {}), 'Mul': ([[3, 5], [3, 1]], {}), 'Div': ([[3, 5], [3, 5]], {}), 'Relu': ([[9]], {}),
    'Sigmoid': ([[9]], {}), 'Max': ([[3, 5], [5], [3, 1]], {}), 'MatMul': ([[2, 3, 7], [7, 5]], {}),
    'Gemm': ([[3, 7], [5, 7], [5]], {'transB': 1}), 'Conv': ([[1, 3, 9, 8], [4, 3, 3, 3], [4]], {'pads': [1, 1, 1, 1]}),
    'Softmax': ([[4, 9]], {'axis': -1}), 'ReduceSum': ([[4, 9]], {}), 'ReduceMax': ([[4, 9]], {}),
    'LayerNormalization': ([[4, 9], [9]], {}), 'MaxPool': ([[1, 2, 8, 8]], {'kernel_shape': [3, 3]}),
    'ArgMax': ([[4, 9]], {'axis': 1}), 'Less': ([[4, 9], [9]], {}), 'Sum': ([[4, 9], [9]], {}),
}


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('code', (TensorProto.BFLOAT16, TensorProto.FLOAT16), ids=named)
@pytest.mark.parametrize('name', OPERATORS)
def test_operators_over_floats_of_16_bits(name, code, backend):
    """As the same operator over float32, whose result is rounded."""
    shapes, attributes = OPERATORS[name]
    rng = np.random.default_rng(5)
    feeds = {f'x{i}': rng.standard_normal(shape).astype(FLOATS[code]) for i, shape in enumerate(shapes)}
    node = helper.make_node(name, list(feeds), ['y'], **attributes)
    result = {'ArgMax': TensorProto.INT64, 'Less': TensorProto.BOOL}.get(name, code)
    wide = model_of([node], {key: (TensorProto.FLOAT, x.shape) for key, x in feeds.items()},
                    TensorProto.FLOAT if result == code else result, 22)
    wanted = ReferenceEvaluator(wide).run(None, {key: x.astype(np.float32) for key, x in feeds.items()})[0]
    model = model_of([node], {key: (code, x.shape) for key, x in feeds.items()}, result, 22).SerializeToString()
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    got = session.run_sync({key: alula.Tensor(named(code), held(x), list(x.shape)) for key, x in feeds.items()})['y']
    if result == code:
        got = got.view(FLOATS[code]).astype(np.float32)
        unit = float(ml_dtypes.finfo(FLOATS[code]).eps)
        # A product is rounded before its bias is added.
        np.testing.assert_allclose(got, wanted, rtol=unit, atol=unit * np.max(np.abs(wanted)) / 2)
    else:
        np.testing.assert_array_equal(got, wanted)
    assert {each.backend for each in session.report().placement} == {backend}


MOVES = {
    'Transpose': ({'perm': [1, 0]}, []), 'Reshape': ({}, [[3, 4]]), 'Slice': ({}, [[1], [9], [1], [2]]),
    'Concat': ({'axis': 1}, None), 'Gather': ({'axis': 1}, [[2, 0]]), 'Pad': ({}, [[1, 0, 0, 2]]),
    'Tile': ({}, [[2, 1]]), 'Identity': ({}, []), 'Expand': ({}, [[2, 4, 3]]), 'Flatten': ({}, []),
}


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', MOVES)
def test_every_type_is_moved(name, backend):
    """From an initializer, packed where elements are narrower than a byte, and from an input."""
    attributes, extra = MOVES[name]
    for code, kind in {**FLOATS, **PACKED}.items():
        if name == 'Pad' and code == TensorProto.FLOAT8E8M0:    # which has no 0
            continue
        bits = np.random.default_rng(code).integers(0, 2 ** bits_of(named(code)), [4, 3])
        x = bits.astype(f'u{np.dtype(kind).itemsize}').view(kind) if code in FLOATS else bits.astype(kind)
        names = ['x', 'x'] if extra is None else ['x', *[f'e{i}' for i in range(len(extra))]]
        fixed = [numpy_helper.from_array(np.array(value, np.int64), f'e{i}') for i, value in enumerate(extra or [])]
        stored = numpy_helper.from_array(x, 'x')
        results = []
        for is_fed in (True, False):
            model = model_of([helper.make_node(name, names, ['y'], **attributes)],
                             {'x': (code, x.shape)} if is_fed else {}, code)
            model.graph.initializer.extend(fixed if is_fed else [*fixed, stored])
            session = alula.InferenceSession.create_sync(model.SerializeToString(), execution_providers=[backend])
            feeds = {'x': alula.Tensor(named(code), held(x), [4, 3])} if is_fed else {}
            results.append(session.run_sync(feeds)['y'])
        wanted = held(ReferenceEvaluator(model).run(None, {})[0])
        for got in results:
            np.testing.assert_array_equal(held(got), wanted, err_msg=named(code))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('code', (TensorProto.BFLOAT16, TensorProto.FLOAT16), ids=named)
@pytest.mark.parametrize('reduction', ('none', 'add', 'max'))
def test_scatters_over_floats_of_16_bits(reduction, code, backend):
    node = helper.make_node('ScatterElements', ['x', 'i', 'u'], ['y'], axis=1, reduction=reduction)
    kind = FLOATS[code]
    x, updates = (np.random.default_rng(seed).standard_normal([2, 5]).astype(kind) for seed in (1, 2))
    places = np.array([[3, 0, 1, 4, 2], [1, 2, 3, 4, 0]] if reduction == 'none' else [[3, 0, 0, 4, 3]] * 2)
    wide = model_of([node], {'x': (TensorProto.FLOAT, [2, 5]), 'i': (TensorProto.INT64, [2, 5]),
                             'u': (TensorProto.FLOAT, [2, 5])}, TensorProto.FLOAT, 18)
    wanted = ReferenceEvaluator(wide).run(
        None, {'x': x.astype(np.float32), 'i': places, 'u': updates.astype(np.float32)})[0].astype(kind)
    model = model_of([node], {'x': (code, [2, 5]), 'i': (TensorProto.INT64, [2, 5]), 'u': (code, [2, 5])}, code, 18)
    session = alula.InferenceSession.create_sync(model.SerializeToString(), execution_providers=[backend])
    got = session.run_sync({'x': alula.Tensor(named(code), held(x), [2, 5]), 'i': places,
                            'u': alula.Tensor(named(code), held(updates), [2, 5])})['y']
    np.testing.assert_array_equal(got.view(kind).astype(np.float32), wanted.astype(np.float32))
