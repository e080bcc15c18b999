"""Operators of com.microsoft, which exporters and onnxruntime's optimiser write, against onnxruntime."""

from typing import Any

import alula
import numpy as np
import onnxruntime
import pytest
from alula.dtypes import dtype_of
from alula.ops import catalogue
from alula.ops.registry import OPERATORS
from onnx import TensorProto, helper

from tests import oracle
from tests.agreement.operators import BACKENDS, attributes_of, check_model
from tests.agreement.test_single_operators import Node, floats, model_of, whole
from tests.conformance.cases import Case, Value
from tests.conformance.hosts import PASSED, Chromium

RNG = np.random.default_rng(12)


def numbers(high: int, *shape: int) -> np.ndarray:
    return RNG.integers(0, high, shape).astype(np.int32)


def packed(bits: int, *shape: int) -> np.ndarray:
    """Random numbers of so many bits in bytes: the last dim counts numbers."""
    return RNG.integers(0, 256, (*shape[:-1], -(-shape[-1] * bits // 8)), dtype=np.uint8)


def node(op: str, inputs: list[Any], fed: int = 1, outputs: int = 1, **attributes: Any) -> Node:
    return Node(f'com.microsoft.{op}', inputs, attributes, fed, [f'y{i}' for i in range(outputs)])


def scale() -> np.float32:
    return np.float32(RNG.uniform(0.01, 0.1))


def quantised(dtype: type) -> dict[str, Node]:
    """Those on quantised tensors of a type."""
    def x(*shape: int) -> list[Any]:
        ends = np.iinfo(dtype)
        return [RNG.integers(ends.min, ends.max, shape, dtype, endpoint=True), scale(), dtype(RNG.integers(5, 100))]

    to = x()[1:]
    window = {'kernel_shape': [3, 2], 'pads': [1, 0, 1, 1], 'strides': [2, 1]}
    probabilities = [np.float32(1 / 256), dtype(np.iinfo(dtype).min)]
    return {
        'QLinearAdd': node('QLinearAdd', [*x(64, 50), *x(50), *to]),
        'QLinearMul': node('QLinearMul', [*x(64, 50), *x(50), *to]),
        'QLinearSigmoid': node('QLinearSigmoid', [*x(64, 50), *probabilities]),
        'QLinearLeakyRelu': node('QLinearLeakyRelu', [*x(64, 50), *to], alpha=0.2),
        'QLinearSoftmax': node('QLinearSoftmax', [*x(6, 50), *probabilities], axis=-1, opset=13),
        'QLinearSoftmax of old': node('QLinearSoftmax', [*x(2, 5, 6), *probabilities], axis=1, opset=12),
        'QLinearGlobalAveragePool': node('QLinearGlobalAveragePool', [*x(3, 4, 5, 6), *to]),
        'QLinearGlobalAveragePool, channels last': node('QLinearGlobalAveragePool', [*x(3, 5, 6, 4), *to],
                                                        channels_last=1),
        'QLinearAveragePool': node('QLinearAveragePool', [*x(3, 4, 9, 8), *to], **window),
        'QLinearAveragePool, channels last': node('QLinearAveragePool', [*x(3, 9, 8, 4), *to], channels_last=1,
                                                  count_include_pad=1, **window),
        'QLinearConcat': node('QLinearConcat', [*to, *x(3, 4), *x(3, 2)], 3, axis=1),
        'QLinearWhere': node('QLinearWhere', [numbers(2, 3, 4) > 0, *x(3, 4), *x(3, 1), *to]),
        'NhwcMaxPool': node('NhwcMaxPool', [x(3, 9, 8, 4)[0]], **window),
    }


def filters() -> list[Any]:
    """Constants of a QLinearConv of four channels behind its input."""
    return [scale(), np.uint8(120), whole(np.int8, 6, 4, 3, 3), RNG.uniform(0.01, 0.1, 6).astype(np.float32),
            np.zeros(6, np.int8), np.float32(3), np.uint8(100), whole(np.int32, 6)]


BYTES = whole(np.uint8, 5, 33)
COLUMNS = RNG.uniform(0.01, 0.1, 6).astype(np.float32)
EMBEDDED = [numbers(9, 2, 5), numbers(2, 2, 5), floats(9, 8), floats(7, 8), floats(2, 8), floats(8), floats(8)]
# One sequence ends after three tokens.
MASK = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)

NODES = {
    **{f'FusedGemm {name}': node('FusedGemm', [floats(3, 4), floats(5, 4), floats(5)], transB=1, alpha=0.5,
                                 activation=name, **numbers_of)
       for name, numbers_of in [('Relu', {}), ('Tanh', {}), ('LeakyRelu', {'activation_alpha': 0.2}),
                                ('HardSigmoid', {'activation_alpha': 0.3, 'activation_beta': 0.4}),
                                ('Selu', {'activation_alpha': 1.2, 'activation_gamma': 1.1})]},
    'TransposeMatMul': node('TransposeMatMul', [floats(3, 4), floats(5, 4)], transB=1),
    'Trilu': node('Trilu', [floats(3, 4, 5), np.int64(1)], upper=0),
    'Inverse': node('Inverse', [floats(2, 3, 5, 5)]),
    'QuantizeLinear': node('QuantizeLinear', [9 * floats(3, 4), np.float32(0.001), np.uint16(3000)]),
    'DequantizeLinear': node('DequantizeLinear', [whole(np.int16, 3, 4), floats(4), whole(np.int16, 4)], axis=1),
    'EmbedLayerNormalization': node('EmbedLayerNormalization', [*EMBEDDED, MASK], 2, 3),
    'EmbedLayerNormalization without mask': node('EmbedLayerNormalization', EMBEDDED, 2, 2, epsilon=0.1),
    'EmbedLayerNormalization without segments': node(
        'EmbedLayerNormalization', [EMBEDDED[0], None, *EMBEDDED[2:4], None, *EMBEDDED[5:], MASK, numbers(7, 2, 5)],
        1, 3),
    'LinearAttention': node('LinearAttention', [floats(2, 3, 8), floats(2, 3, 8), floats(2, 3, 12), None,
                                                0.1 * floats(2, 3, 2), floats(2, 3, 1)], 3, 2,
                            q_num_heads=2, kv_num_heads=2),
    'LinearAttention with more states than heads': node(
        'LinearAttention', [floats(2, 3, 8), floats(2, 3, 8), floats(2, 3, 24), floats(2, 4, 4, 6),
                            0.1 * floats(2, 3, 4), floats(2, 3, 4)], 3, 2, q_num_heads=2, kv_num_heads=4),
    'CausalConvWithState': node('CausalConvWithState', [floats(2, 3, 6), floats(3, 1, 4), floats(3), floats(2, 3, 6)],
                                1, 2, activation='silu', dilation=2),
    **{f'{name} of {dtype.__name__}': each for dtype in (np.uint8, np.int8) for name, each in quantised(dtype).items()},
    'QLinearConv': node('QLinearConv', [whole(np.uint8, 2, 4, 9, 8), *filters()], pads=[1, 1, 1, 1]),
    'QLinearConv, channels last': node('QLinearConv', [whole(np.uint8, 2, 9, 8, 4), *filters()], channels_last=1,
                                       strides=[2, 1]),
    'MatMulIntegerToFloat': node('MatMulIntegerToFloat', [BYTES, whole(np.int8, 33, 6), scale(), scale(),
                                                          np.uint8(120), np.int8(3), floats(6)]),
    'MatMulIntegerToFloat per column': node('MatMulIntegerToFloat', [whole(np.int8, 2, 5, 33), whole(np.int8, 33, 6),
                                                                     scale(), COLUMNS]),
    'DynamicQuantizeMatMul': node('DynamicQuantizeMatMul', [floats(5, 33), whole(np.int8, 33, 6), scale(), np.int8(3),
                                                            floats(6)]),
    'DynamicQuantizeMatMul per column': node('DynamicQuantizeMatMul', [floats(2, 5, 33), whole(np.uint8, 33, 6),
                                                                       COLUMNS, whole(np.uint8, 6)]),
    'QGemm': node('QGemm', [BYTES, scale(), np.uint8(120), whole(np.int8, 6, 33), scale(), np.int8(3),
                            whole(np.int32, 6)], transB=1, alpha=0.5),
    'QGemm quantised': node('QGemm', [BYTES.T.copy(), scale(), np.uint8(120), whole(np.int8, 33, 6), COLUMNS,
                                      np.zeros(6, np.int8), None, np.float32(3), np.uint8(90)], transA=1),
    **{f'MatMulNBits {bits} bits, {depth} by {block}{name}': node(
           'MatMulNBits', [floats(2, 3, depth), packed(bits, 5, blocks, block), floats(5, blocks), zeros],
           K=depth, N=5, bits=bits, block_size=block)
       for bits in (2, 4, 8) for depth, block in [(64, 16), (40, 16)] for blocks in [-(-depth // block)]
       for name, zeros in [('', None), (', zero points', packed(bits, 5, blocks)),
                           (', zero points of floats', floats(5, blocks))]
       # Which onnxruntime has no kernel for.
       if not (bits == 8 and 'floats' in name)},
    'MatMulNBits with bias': node('MatMulNBits', [floats(3, 64), packed(4, 5, 2, 32), floats(10), packed(4, 5, 2), None,
                                                  floats(5)], K=64, N=5, bits=4, block_size=32, accuracy_level=1),
    # onnxruntime leaves zero points out where there are groups.
    'MatMulNBits in groups': node('MatMulNBits', [floats(3, 64), packed(4, 5, 4, 16), floats(20), None,
                                                  numbers(4, 64)], K=64, N=5, bits=4, block_size=16),
    **{f'GatherBlockQuantized {bits} bits{", zero points" if zeros else ""}': node(
           'GatherBlockQuantized', [packed(bits, 7, 3, 64), np.array([[0, 3, -1], [6, -7, 9]]), floats(7, 3, 4),
                                    *[packed(bits, 7, 3, 4)] * zeros], 0, bits=bits, block_size=16, quantize_axis=2)
       for bits in (2, 4, 8) for zeros in (0, 1)},
}

HEADS, SIZE = 2, 16
WIDE = HEADS * SIZE
MERGED = [floats(2, 5, 12), floats(12, 3 * WIDE), floats(3 * WIDE)]
QUERY, KEY, VALUE = floats(2, 5, WIDE), floats(2, 7, WIDE), floats(2, 7, 12)
BIAS = floats(2 * WIDE + 12)
CACHE = [floats(2, HEADS, 3, SIZE) for _ in range(2)]
MASKS = {'none': None, 'lengths': np.array([3, 5], np.int32), 'ends and starts': np.array([3, 5, 1, 0], np.int32),
         'keys': MASK, 'queries and keys': numbers(2, 2, 5, 5), 'nothing seen': 0 * MASK}
TURNS = [floats(16, SIZE // 2), floats(16, SIZE // 2)]

ATTENTION = {
    **{f'Attention, mask: {name}, {("both ways", "causal")[causal]}': node(
           'Attention', [*MERGED, mask], 1, 2, num_heads=HEADS, unidirectional=causal)
       for name, mask in MASKS.items() for causal in (0, 1)},
    'Attention of other values': node('Attention', [MERGED[0], floats(12, 2 * WIDE + 6), floats(2 * WIDE + 6)],
                                      num_heads=HEADS, qkv_hidden_sizes=[WIDE, WIDE, 6], scale=0.3),
    'Attention with past': node('Attention', [*MERGED, numbers(2, 2, 8), floats(2, 2, HEADS, 3, SIZE)], 1, 2,
                                num_heads=HEADS, mask_filter_value=-5.0),
    'Attention with bias': node('Attention', [*MERGED, MASK, None, floats(1, HEADS, 5, 5)], num_heads=HEADS),
    'QAttention': node('QAttention', [whole(np.uint8, 2, 5, 12), whole(np.int8, 12, 3 * WIDE) // 8, MERGED[2],
                                      np.float32(0.01), np.float32(0.02), np.array([3, 5], np.int32), np.uint8(120),
                                      np.int8(1)], num_heads=HEADS),
    'QAttention with past': node('QAttention', [whole(np.uint8, 2, 5, 12), whole(np.int8, 12, 3 * WIDE) // 8, MERGED[2],
                                                np.float32(0.01), np.full(3 * WIDE, 0.01, np.float32), None,
                                                np.uint8(120), np.zeros(3 * WIDE, np.int8),
                                                floats(2, 2, HEADS, 3, SIZE)], 1, 2, num_heads=HEADS, unidirectional=1),
    'MultiHeadAttention': node('MultiHeadAttention', [QUERY, KEY, VALUE], 3, num_heads=HEADS),
    'MultiHeadAttention with biases': node('MultiHeadAttention', [QUERY, KEY, VALUE, BIAS, numbers(2, 2, 7),
                                                                  floats(1, HEADS, 5, 7)], 3, 3, num_heads=HEADS,
                                           scale=0.2),
    'MultiHeadAttention of heads': node('MultiHeadAttention', [QUERY, floats(2, HEADS, 7, SIZE),
                                                               floats(2, HEADS, 7, SIZE), floats(3 * WIDE)], 3,
                                        num_heads=HEADS),
    'MultiHeadAttention with past': node('MultiHeadAttention', [QUERY, floats(2, 5, WIDE), floats(2, 5, WIDE),
                                                                floats(3 * WIDE), numbers(2, 2, 8),
                                                                floats(2, 1, 5, 8), *CACHE], 3, 3, num_heads=HEADS,
                                         unidirectional=1),
    **{f'RotaryEmbedding{", neighbours" * interleaved}{name}': node('RotaryEmbedding', [x, places, *TURNS], 2,
                                                                    interleaved=interleaved, **attributes)
       for interleaved in (0, 1) for name, x, places, attributes in [
           ('', QUERY, np.array([[0, 3, 15, 2, 2], [1, 2, 3, 4, 5]]), {}),
           (' of heads', floats(2, HEADS, 5, SIZE), np.array([3]), {}),
           (' in part', floats(2, 5, HEADS * 24), np.array([[0, 3, 15, 2, 2], [1, 2, 3, 4, 5]]),
            {'num_heads': HEADS, 'rotary_embedding_dim': SIZE})]},
}


TOKENS, ROUTER = floats(2, 3, 8), floats(6, 4)
EXPERTS = [floats(4, 12, 8), floats(4, 12), floats(4, 8, 12), floats(4, 8)]

MIXTURES = {
    **{f'MoE {name}': node('MoE', [TOKENS, ROUTER, *EXPERTS], 2, k=2, activation_type=name, normalize_routing_weights=1)
       for name in ('relu', 'gelu', 'silu', 'identity')},
    'MoE of one, without biases': node('MoE', [TOKENS[0], ROUTER[:3], EXPERTS[0], None, EXPERTS[2]], 2),
    'MoE swiglu': node('MoE', [TOKENS, ROUTER, floats(4, 24, 8), floats(4, 24), *EXPERTS[2:]], 2, k=2, swiglu_limit=2.0,
                       activation_type='swiglu', swiglu_fusion=1, activation_alpha=1.7, activation_beta=1.0),
}


def quantised_experts(bits: int, block: int, has_zeros: int, fused: int) -> Node:
    """QMoE of 4 experts: 32 elements, 64 within; a scale and a zero point for each row (block 0) or block of one."""
    inputs: list[Any] = [floats(6, 32), floats(6, 4)]
    zeros: list[Any] = []
    for rows, depth in [(64 * (1 + fused), 32), (32, 64)]:
        scales = [4, rows, depth // block] if block else [4, rows]
        inputs.extend([packed(bits, 4, rows, depth), np.abs(floats(*scales)) / 2**(bits + 2), floats(4, rows)])
        zeros.append(packed(bits, *scales) if has_zeros else None)
    weights = [np.abs(floats(6, 4))] if has_zeros else []
    return node('QMoE', [*inputs, None, None, None, *zeros, None, *weights], 2, k=2, expert_weight_bits=bits,
                activation_type='swiglu' if fused else 'relu', swiglu_fusion=fused, weights_prepacked=0,
                **{'block_size': block} if block else {})


MIXTURES |= {f'QMoE {bits} bits by {block or "row"}{", zero points" * has_zeros}{", swiglu" * fused}':
             quantised_experts(bits, block, has_zeros, fused)
             # For blocks of other widths onnxruntime has kernels that round activations to 8 bits.
             for bits, block in [(2, 0), (4, 0), (8, 0), (2, 16), (4, 16), (4, 32)]
             for has_zeros in (0, 1) for fused in (0, 1)}
ALL = {**NODES, **ATTENTION, **MIXTURES}


@pytest.mark.parametrize('name', ALL)
def test_an_operator_agrees_with_onnxruntime(name: str) -> None:
    """Integers are equal: scales are random, so that no result is halfway between two."""
    model, feeds = model_of(ALL[name])
    check_model(model, feeds)


@pytest.mark.parametrize('backend', ['script', 'wasm', 'webgl'])
def test_operators_agree_with_onnxruntime_in_a_page(backend: str) -> None:
    cases = []
    for name, each in ALL.items():
        model, feeds = model_of(each)
        wanted = oracle.expected(model, feeds)
        cases.append(Case('microsoft', name, model, *[{key: _value(x) for key, x in arrays.items()}
                                                      for arrays in (feeds, wanted)], 1e-4, 1e-5, None))
    found = Chromium(backend).outcomes(cases)
    assert [f'{case.name}: {each.text}' for case, each in zip(cases, found, strict=True) if each.code != PASSED] == []


def _value(array: Any) -> Value:
    plain = np.asarray(array)
    return Value(dtype_of(helper.np_dtype_to_tensor_dtype(plain.dtype)), plain)


# Grouped queries

GROUPED = {
    'a prompt': (1, 5, 0, [4], {}),
    'prompts': (2, 5, None, [4, 4], {'do_rotary': 1}),
    'neighbours': (1, 5, None, [4], {'do_rotary': 1, 'rotary_interleaved': 1}),
    'padded prompts': (2, 5, None, [4, 2], {'do_rotary': 1}),
    'a prompt into a buffer': (1, 5, 16, [4], {'do_rotary': 1}),
    'a token': (1, 1, 6, [6], {'do_rotary': 1}),
    'tokens of sequences of several lengths': (2, 1, 6, [6, 4], {'do_rotary': 1}),
    'tokens into a buffer': (2, 1, 16, [6, 4], {'do_rotary': 1}),
    'several tokens': (1, 3, 6, [8], {'do_rotary': 1}),
    'several tokens into a buffer': (1, 3, 16, [8], {'do_rotary': 1, 'bias': True}),
    'a window': (1, 3, 6, [8], {'local_window_size': 4}),
    'capped': (1, 5, None, [4], {'softcap': 5.0, 'scale': 0.3}),
    'smooth': (1, 5, None, [4], {'smooth_softmax': 1}),
    'sinks': (1, 5, None, [4], {'sink': True}),
    'biases': (1, 1, 6, [6], {'bias': True}),
    'both ways': (2, 5, None, [4, 2], {'causal': 0}),
    'both ways, later': (1, 3, 6, [8], {'causal': 0}),
    'packed': (1, 5, None, [4], {'do_rotary': 1, 'packed': True}),
    'places': (1, 5, None, [4], {'do_rotary': 1, 'places': np.arange(2, 7)[None]}),
}


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', GROUPED)
def test_grouped_queries_agree_with_onnxruntime(name: str, backend: str) -> None:
    """As far as the specification goes: padded tokens, and room behind the last key, have any value."""
    batch, length, before, last, options = GROUPED[name]
    options = dict(options)
    queries, keys = 4 * SIZE, 2 * SIZE
    total = max(last) + 1
    parts = [floats(batch, length, queries), *[floats(batch, length, keys) for _ in range(2)]]
    if options.pop('packed', False):
        parts = [np.concatenate(parts, 2), None, None]
    past = [None if before is None else floats(batch, 2, before, SIZE) for _ in range(2)]
    bias = floats(1, 4, length, total) if options.pop('bias', False) else None
    inputs = [*parts, *past, np.array(last, np.int32), np.int32(total), *TURNS, options.pop('places', None), bias,
              floats(4) if options.pop('sink', False) else None]
    model, feeds = model_of(node('GroupQueryAttention', inputs, 5, 3, num_heads=4, kv_num_heads=2, **options))
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    got = session.run_sync(feeds)
    assert session.report().backend == backend
    for output, wanted in oracle.expected(model, feeds).items():
        assert got[output].shape == wanted.shape
        for b, count in enumerate(last):
            tokens = count + 1 if length == total else length
            rows = np.s_[b, :tokens] if output == 'y0' else np.s_[b, :, :count + 1]
            assert oracle.error(got[output][rows], wanted[rows]) <= 1e-5, output


# Without a kernel for the CPU in onnxruntime


def composed(nodes: list[Any], feeds: dict[str, np.ndarray], opset: int = 22) -> np.ndarray:
    """What onnxruntime makes of nodes of ONNX, the last of which gives 'y'."""
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
              for name, x in feeds.items()]
    outputs = [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)]
    model = helper.make_model(helper.make_graph(nodes, 'composed', inputs, outputs), ir_version=10,
                              opset_imports=[helper.make_opsetid('', opset), helper.make_opsetid('com.microsoft', 1)])
    return oracle.expected(model.SerializeToString(), feeds)['y']


def given(backend: str, each: Node) -> np.ndarray:
    model, feeds = model_of(each)
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    result: np.ndarray = session.run_sync(feeds)['y0']
    return result


@pytest.mark.parametrize('backend', BACKENDS)
def test_bias_split_gelu(backend: str) -> None:
    x, bias = floats(2, 3, 8), floats(8)
    wanted = composed([helper.make_node('Add', ['x', 'b'], ['s']),
                       helper.make_node('Split', ['s'], ['l', 'r'], axis=2, num_outputs=2),
                       helper.make_node('Gelu', ['r'], ['g']), helper.make_node('Mul', ['l', 'g'], ['y'])],
                      {'x': x, 'b': bias})
    assert oracle.error(given(backend, node('BiasSplitGelu', [x, bias])), wanted) <= 1e-6


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('activation', [0, 1])
@pytest.mark.parametrize('last', [0, 1])
def test_group_norm(last: int, activation: int, backend: str) -> None:
    x, scale_, bias = floats(2, 6, 5, 4), floats(6), floats(6)
    nodes = [helper.make_node('GroupNormalization', ['x', 's', 'b'], ['n'], num_groups=3, epsilon=1e-3),
             helper.make_node('Sigmoid', ['n'], ['g']),
             helper.make_node('Mul', ['n', 'g'], ['y']) if activation else helper.make_node('Identity', ['n'], ['y'])]
    wanted = composed(nodes, {'x': x, 's': scale_, 'b': bias})
    turned = x.transpose(0, 2, 3, 1).copy() if last else x
    got = given(backend, node('GroupNorm', [turned, scale_, bias], groups=3, activation=activation, channels_last=last,
                              epsilon=1e-3))
    assert oracle.error(got.transpose(0, 3, 1, 2) if last else got, wanted) <= 1e-5


# Refusals


@pytest.mark.parametrize('backend', BACKENDS)
def test_a_matrix_without_an_inverse_is_reported(backend: str) -> None:
    model, feeds = model_of(node('Inverse', [np.ones([2, 2], np.float32)]))
    session = alula.InferenceSession.create_sync(model, execution_providers=[backend])
    with pytest.raises(alula.ValueCheckError):
        session.run_sync(feeds)


def test_what_an_attribute_may_not_be_is_reported() -> None:
    model, _ = model_of(node('CausalConvWithState', [floats(2, 6, 3), floats(3, 1, 4)], 1, 2, channels_last=1))
    with pytest.raises(alula.AttributeValueError, match='channels_last'):
        alula.InferenceSession.create_sync(model)


def _schemas() -> list[Any]:
    """Parameters (schema, operator): what the pinned onnxruntime says of each operator that Alula has."""
    assert len(catalogue.FAMILIES) > 0
    schemas = onnxruntime.capi.onnxruntime_pybind11_state.get_all_operator_schema()
    pairs = [(schema, OPERATORS.find(f'com.microsoft.{schema.name}')) for schema in schemas
             if schema.domain == 'com.microsoft']
    return [pytest.param(*pair, id=pair[0].name) for pair in pairs if pair[1] is not None]


@pytest.mark.parametrize(('schema', 'operator'), _schemas())
def test_every_attribute_is_known_or_refused(schema: Any, operator: Any) -> None:
    """In JavaScript an attribute that the function doesn't name would be passed over in silence."""
    known = attributes_of(operator)
    # What is of ONNX's operator of a similar name is passed on to it, and what is of the activation to that.
    plain = OPERATORS.find(schema.name.removeprefix('QLinear').removeprefix('Nhwc'))
    known |= set() if plain is None else attributes_of(plain)
    assert {name for name in schema.attributes if not name.startswith('activation_')} <= known


@pytest.mark.parametrize('each', [
    node('MultiHeadAttention', [floats(2, 5, HEADS, 3, SIZE)], num_heads=HEADS),
    node('GroupQueryAttention', [floats(1, 5, 4 * SIZE), *[floats(1, 5, 2 * SIZE)] * 2, None, None,
                                 np.array([4], np.int32), np.int32(5), *[None] * 7, floats(SIZE), floats(SIZE)],
         3, num_heads=4, kv_num_heads=2),
    node('MoE', [TOKENS, ROUTER, *EXPERTS, EXPERTS[0]], 2, activation_type='silu'),
], ids=lambda each: each.op)
def test_what_is_not_there_is_reported(each: Node) -> None:
    with pytest.raises(alula.UnsupportedFeatureError):
        alula.InferenceSession.create_sync(model_of(each)[0])
