"""Single operators agree with onnxruntime, over random shapes and attributes, where ONNX's own cases are few."""

import alula
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from tests.agreement.operators import BACKENDS, check_model, check_node, node_model, typed


def examples(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


def floats(seed, shape, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


seeds = st.integers(0, 1000)
sizes = st.integers(1, 5)


@st.composite
def shapes(draw, low=1, high=4):
    return draw(st.lists(sizes, min_size=low, max_size=high))


# Gather and scatter


@examples(16)
@given(data=st.data(), shape=shapes(), seed=seeds)
def test_gather_elements_and_scatter_elements(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    count = [data.draw(st.integers(1, size)) for size in shape]
    count[axis] = data.draw(sizes)
    indices = rng.integers(-shape[axis], shape[axis], count)
    check_node('GatherElements', {'x': floats(seed, shape), 'i': indices}, axis=axis)
    reduction = data.draw(st.sampled_from(['none', 'add', 'mul', 'min', 'max']))
    if reduction == 'none':
        # Which of two writes wins is nobody's promise.
        count[axis] = min(count[axis], shape[axis])
        order = np.argsort(rng.random([*count[:axis % len(shape)], shape[axis], *count[axis % len(shape) + 1:]]), axis)
        indices = np.take(order, range(count[axis]), axis)
    feeds = {'x': floats(seed, shape), 'i': indices, 'u': floats(seed + 1, count)}
    check_node('ScatterElements', feeds, axis=axis, reduction=reduction)


@examples(16)
@given(data=st.data(), shape=shapes(2), seed=seeds)
def test_gather_nd_and_scatter_nd(data, shape, seed):
    rng = np.random.default_rng(seed)
    batch = data.draw(st.integers(0, len(shape) - 1))
    depth = data.draw(st.integers(1, len(shape) - batch))
    lead = [*shape[:batch], *data.draw(shapes(1, 2))]
    indices = np.stack([rng.integers(-d, d, lead) for d in shape[batch : batch + depth]], -1)
    check_node('GatherND', {'x': floats(seed, shape), 'i': indices}, batch_dims=batch)
    places = np.stack([rng.integers(0, d, [3]) for d in shape[:depth]], -1)
    reduction = data.draw(st.sampled_from(['none', 'add', 'mul', 'min', 'max']))
    if reduction == 'none':
        places = np.unique(places, axis=0)
    updates = floats(seed + 1, [len(places), *shape[depth:]])
    check_node('ScatterND', {'x': floats(seed, shape), 'i': places, 'u': updates}, reduction=reduction)


@examples(12)
@given(data=st.data(), shape=shapes(), seed=seeds)
def test_top_k(data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    k = np.array([data.draw(st.integers(1, shape[axis]))])
    # Few different values, so that many are equal: the first of them comes first.
    x = np.random.default_rng(seed).integers(0, 4, shape).astype(data.draw(st.sampled_from([np.float32, np.int64])))
    check_node('TopK', {'x': x, 'k': k}, ['k'], 2, axis=axis, largest=data.draw(st.integers(0, 1)))


@examples(12)
@given(data=st.data(), shape=shapes(), seed=seeds)
def test_cum_sum(data, shape, seed):
    axis = np.array(data.draw(st.integers(-len(shape), len(shape) - 1)))
    options = {'reverse': data.draw(st.integers(0, 1)), 'exclusive': data.draw(st.integers(0, 1))}
    check_node('CumSum', {'x': floats(seed, shape), 'axis': axis}, ['axis'], **options)


@examples(12)
@given(data=st.data(), seed=seeds)
def test_reverse_sequence(data, seed):
    time, batch, size = data.draw(sizes), data.draw(sizes), data.draw(sizes)
    lengths = np.random.default_rng(seed).integers(1, time, [batch], endpoint=True)
    x = floats(seed, [time, batch, size])
    check_node('ReverseSequence', {'x': x, 'lengths': lengths}, time_axis=0, batch_axis=1)
    check_node('ReverseSequence', {'x': x.swapaxes(0, 1), 'lengths': lengths}, time_axis=1, batch_axis=0)


# Views


@examples(20)
@given(data=st.data(), shape=shapes(), seed=seeds)
def test_slice(data, shape, seed):
    axes = data.draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True))
    edge = st.integers(-8, 8)
    inputs = {'x': floats(seed, shape)}
    for name in ('starts', 'ends'):
        inputs[name] = np.array([data.draw(edge) for _ in axes])
    inputs['axes'] = np.array([axis - len(shape) * data.draw(st.integers(0, 1)) for axis in axes])
    inputs['steps'] = np.array([data.draw(st.sampled_from([-3, -2, -1, 1, 2, 3])) for _ in axes])
    check_node('Slice', inputs, ['starts', 'ends', 'axes', 'steps'])


@examples(26)
@given(data=st.data(), shape=shapes(), seed=seeds)
def test_pad(data, shape, seed):
    mode = data.draw(st.sampled_from(['constant', 'edge', 'reflect', 'wrap']))
    pads = []
    for size in [*shape, *shape]:
        # A mirror has no more to show than what is before it.
        most = {'constant': 3, 'edge': 3, 'reflect': size - 1, 'wrap': size}[mode]
        pads.append(data.draw(st.integers(0 if mode != 'constant' else -((size - 1) // 2), most)))
    value = np.array(1.5, np.float32)
    check_node('Pad', {'x': floats(seed, shape), 'pads': np.array(pads), 'value': value}, ['pads', 'value'],
               opset=19, mode=mode)


@examples(12)
@given(data=st.data(), seed=seeds)
def test_tile_and_blocks(data, seed):
    n, c, h, w, block = (data.draw(st.integers(1, 3)) for _ in range(5))
    x = floats(seed, [n, c * block * block, h, w])
    check_node('DepthToSpace', {'x': x}, blocksize=block, mode=data.draw(st.sampled_from(['DCR', 'CRD'])))
    check_node('SpaceToDepth', {'x': floats(seed, [n, c, h * block, w * block])}, blocksize=block)
    repeats = np.array([data.draw(st.integers(1, 3)) for _ in range(4)])
    check_node('Tile', {'x': x, 'repeats': repeats}, ['repeats'])


# Windows


@examples(26)
@given(data=st.data(), seed=seeds)
def test_conv_transpose(data, seed):
    rank = data.draw(st.integers(1, 3))
    group = data.draw(st.integers(1, 3))
    channels, filters = group * data.draw(st.integers(1, 2)), data.draw(st.integers(1, 3))
    taps = [data.draw(st.integers(1, 3)) for _ in range(rank)]
    strides = [data.draw(st.integers(1, 3)) for _ in range(rank)]
    dilations = [data.draw(st.integers(1, 3)) for _ in range(rank)]
    x = floats(seed, [data.draw(st.integers(1, 2)), channels, *[data.draw(sizes) for _ in range(rank)]])
    w = floats(seed + 1, [channels, filters, *taps])
    bias = floats(seed + 2, [group * filters]) if data.draw(st.booleans()) else None
    reach = [(x.shape[2 + d] - 1) * strides[d] + (taps[d] - 1) * dilations[d] + 1 for d in range(rank)]
    options = {}
    kind = data.draw(st.sampled_from(['plain', 'pads', 'output_shape', 'SAME_UPPER', 'SAME_LOWER']))
    if kind == 'pads':
        pads = [data.draw(st.integers(0, min(2, (reach[d] - 1) // 2))) for d in range(rank)]
        options['pads'] = [*pads, *pads]
        options['output_padding'] = [data.draw(st.integers(0, strides[d] - 1)) for d in range(rank)]
    elif kind == 'output_shape':
        options['output_shape'] = [max(1, reach[d] - data.draw(st.integers(0, 2))) for d in range(rank)]
    elif kind != 'plain':
        options['auto_pad'] = kind
        # Otherwise the window doesn't reach that far, and implementations differ.
        assume(all(reach[d] >= x.shape[2 + d] * strides[d] for d in range(rank)))
    check_node('ConvTranspose', {'x': x, 'w': w, 'bias': bias}, ['w', 'bias'], group=group, strides=strides,
               dilations=dilations, **options)


@examples(12)
@given(data=st.data(), seed=seeds)
def test_deform_conv(data, seed):
    groups = data.draw(st.integers(1, 2))
    n, h, w = (data.draw(st.integers(low, 5)) for low in (1, 3, 3))
    taps = [data.draw(st.integers(1, 3)) for _ in range(2)]
    pads = [data.draw(st.integers(0, 1)) for _ in range(4)]
    strides = [data.draw(st.integers(1, 2)) for _ in range(2)]
    outs = [(size + pads[d] + pads[d + 2] - taps[d]) // strides[d] + 1 for d, size in enumerate([h, w])]
    count = taps[0] * taps[1]
    inputs = {'x': floats(seed, [n, 2 * groups, h, w]), 'w': floats(seed + 1, [4, 2, *taps]),
              'offset': floats(seed + 2, [n, groups * count * 2, *outs]),
              'b': floats(seed + 3, [4]) if data.draw(st.booleans()) else None,
              'mask': floats(seed + 4, [n, groups * count, *outs]) if data.draw(st.booleans()) else None}
    check_node('DeformConv', inputs, ['w', 'b'], opset=19, rtol=1e-3, atol=1e-4, group=groups, offset_group=groups,
               strides=strides, pads=pads, kernel_shape=taps)


@examples(20)
@given(data=st.data(), seed=seeds)
def test_pools(data, seed):
    rank = data.draw(st.integers(1, 3))
    lead = [data.draw(st.integers(1, 2)), data.draw(st.integers(1, 3))]
    # Large enough for the widest window
    x = floats(seed, [*lead, *[data.draw(st.integers(5, 7)) for _ in range(rank)]])
    taps = [data.draw(st.integers(1, 3)) for _ in range(rank)]
    options = {'kernel_shape': taps, 'strides': [data.draw(st.integers(1, 2)) for _ in range(rank)]}
    options['pads'] = [data.draw(st.integers(0, taps[d % rank] - 1)) for d in range(2 * rank)]
    check_node('LpPool', {'x': x}, p=data.draw(st.integers(1, 3)), rtol=2e-4, **options)
    options['ceil_mode'] = data.draw(st.integers(0, 1))
    dilations = [data.draw(st.integers(1, 2)) for _ in range(rank)]
    check_node('MaxPool', {'x': x}, outputs=2, dilations=dilations,
               storage_order=data.draw(st.integers(0, 1)) if rank == 2 else None, **options)


@examples(3)
@given(shape=st.tuples(sizes, sizes, sizes, sizes), seed=seeds)
def test_max_unpool(shape, seed):
    x = floats(seed, [*shape[:2], 2 * shape[2], 2 * shape[3]])
    blocks = x.reshape(*shape[:3], 2, shape[3], 2).transpose(0, 1, 2, 4, 3, 5).reshape(*shape, 4)
    tap = blocks.argmax(-1)
    n, c, i, j = np.indices(shape)
    places = ((n * shape[1] + c) * 2 * shape[2] + 2 * i + tap // 2) * 2 * shape[3] + 2 * j + tap % 2
    check_node('MaxUnpool', {'x': blocks.max(-1), 'i': places}, kernel_shape=[2, 2], strides=[2, 2])


# Sampling

COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric']


@examples(40)
@given(data=st.data(), seed=seeds)
def test_resize(data, seed):
    mode = data.draw(st.sampled_from(['nearest', 'linear', 'cubic']))
    rank = 2
    lead = [data.draw(st.integers(1, 2)), data.draw(st.integers(1, 3))]
    x = floats(seed, [*lead, *[data.draw(st.integers(2, 9)) for _ in range(rank)]])
    options = {'mode': mode, 'axes': [2, 3]}
    options['coordinate_transformation_mode'] = data.draw(st.sampled_from(COORDINATES))
    antialias = mode != 'nearest' and data.draw(st.booleans())
    if antialias:
        options['antialias'] = 1
    if mode == 'nearest':
        options['nearest_mode'] = data.draw(
            st.sampled_from(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']))
    if mode == 'cubic':
        options['cubic_coeff_a'] = data.draw(st.sampled_from([-0.75, -0.5]))
        if not antialias:
            options['exclude_outside'] = data.draw(st.integers(0, 1))
    wanted = np.array([data.draw(st.integers(2, 15)) for _ in range(rank)])
    inputs = {'x': x, 'roi': None, 'scales': None, 'sizes': wanted}
    if data.draw(st.booleans()):
        # Factors that are exact in float32, so that nobody rounds before a floor.
        factors = [data.draw(st.sampled_from([0.5, 0.75, 1.0, 1.5, 2.0, 3.0])) for _ in range(rank)]
        inputs = {'x': x, 'roi': None, 'scales': np.array(factors, np.float32)}
        lengths = [x.shape[2 + d] * factors[d] for d in range(rank)]
        assume(min(lengths) >= 2)
        # Where that is no whole number ONNX's own cases count it as it is, onnxruntime rounds it down.
        assume(options['coordinate_transformation_mode'] != 'align_corners' or all(n == int(n) for n in lengths))
    check_node('Resize', inputs, ['scales', 'sizes'], opset=19, rtol=1e-3, atol=1e-4, **options)


@examples(12)
@given(data=st.data(), seed=seeds)
def test_grid_sample(data, seed):
    rng = np.random.default_rng(seed)
    mode = data.draw(st.sampled_from(['linear', 'nearest', 'cubic']))
    rank = 2 if mode == 'cubic' else data.draw(st.integers(2, 3))
    n = data.draw(st.integers(1, 2))
    x = floats(seed, [n, data.draw(st.integers(1, 3)), *[data.draw(st.integers(2, 5)) for _ in range(rank)]])
    outs = [data.draw(st.integers(1, 4)) for _ in range(rank)]
    grid = rng.uniform(-1.6, 1.6, [n, *outs, rank]).astype(np.float32)
    check_node('GridSample', {'x': x, 'grid': grid}, opset=20, mode=mode,
               padding_mode=data.draw(st.sampled_from(['zeros', 'border', 'reflection'])),
               align_corners=data.draw(st.integers(0, 1)), rtol=1e-3, atol=1e-4)


@examples(12)
@given(data=st.data(), seed=seeds)
def test_affine_grid(data, seed):
    rank = data.draw(st.integers(2, 3))
    size = np.array([data.draw(st.integers(1, 2)), 3, *[data.draw(st.integers(2, 5)) for _ in range(rank)]])
    theta = floats(seed, [size[0], rank, rank + 1])
    check_node('AffineGrid', {'theta': theta, 'size': size}, ['size'], opset=20,
               align_corners=data.draw(st.integers(0, 1)))


@examples(20)
@given(data=st.data(), seed=seeds)
def test_roi_align(data, seed):
    rng = np.random.default_rng(seed)
    n, c, h, w = (data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3)), data.draw(st.integers(3, 9)),
                  data.draw(st.integers(3, 9)))
    count = data.draw(st.integers(1, 4))
    low = rng.uniform(-1, [w / 2, h / 2], [count, 2])
    high = low + rng.uniform(0.5, [w, h], [count, 2])
    rois = np.concatenate([low, high], 1).astype(np.float32)
    check_node('RoiAlign', {'x': floats(seed, [n, c, h, w]), 'rois': rois, 'batch': rng.integers(0, n, [count])},
               opset=16, output_height=data.draw(st.integers(1, 3)), output_width=data.draw(st.integers(1, 3)),
               sampling_ratio=data.draw(st.integers(0, 3)), spatial_scale=data.draw(st.sampled_from([0.5, 1.0])),
               coordinate_transformation_mode=data.draw(st.sampled_from(['half_pixel', 'output_half_pixel'])))


# Products


EQUATIONS = ['ij,jk->ik', 'ij,jk', 'bij,bjk->bik', 'ii->i', 'ii', 'ij->ji', 'ij->', '...ij,...jk->...ik', 'i,j->ij',
             'bhqd,bhkd->bhqk', 'ij,ij->', 'i,i', 'abc,cd,de->abe', 'ij,kj->ikj', '...i->...', 'iij,jk->ik',
             'a,b,c->cab', 'bqhd,bkhd->bhqk', 'ij,j->i', '...,...->...']


@pytest.mark.parametrize('equation', EQUATIONS)
@examples(3)
@given(data=st.data(), seed=seeds)
def test_einsum(equation, data, seed):
    size = {letter: data.draw(st.integers(1, 4)) for letter in 'abcdehijkq'}
    lead = [data.draw(st.integers(1, 3)) for _ in range(data.draw(st.integers(0, 2)))]
    inputs = {}
    for number, term in enumerate(equation.split('->')[0].split(',')):
        shape = [*(lead if '.' in term else []), *[size[letter] for letter in term.replace('.', '')]]
        inputs[f'x{number}'] = floats(seed + number, shape)
    check_node('Einsum', inputs, equation=equation)


# Recurrent


@examples(26)
@given(data=st.data(), seed=seeds)
def test_recurrent_layers(data, seed):
    kind = data.draw(st.sampled_from(['RNN', 'GRU', 'LSTM']))
    gates, states = {'RNN': (1, 1), 'GRU': (3, 1), 'LSTM': (4, 2)}[kind]
    direction = data.draw(st.sampled_from(['forward', 'reverse', 'bidirectional']))
    count = 2 if direction == 'bidirectional' else 1
    time, batch, size, hidden = (data.draw(st.integers(1, 4)) for _ in range(4))
    rng = np.random.default_rng(seed)
    inputs = {'x': floats(seed, [time, batch, size]), 'w': floats(seed + 1, [count, gates * hidden, size]),
              'r': floats(seed + 2, [count, gates * hidden, hidden])}
    optional = data.draw(st.booleans())
    inputs['b'] = floats(seed + 3, [count, 2 * gates * hidden]) if optional else None
    inputs['lengths'] = rng.integers(1, time, [batch], np.int32, True) if data.draw(st.booleans()) else None
    for number in range(states):
        inputs[f'h{number}'] = floats(seed + 4 + number, [count, batch, hidden]) if data.draw(st.booleans()) else None
    options = {'direction': direction, 'hidden_size': hidden}
    if kind == 'LSTM':
        inputs['p'] = floats(seed + 7, [count, 3 * hidden]) if data.draw(st.booleans()) else None
        options['input_forget'] = data.draw(st.integers(0, 1))
    if kind == 'GRU':
        options['linear_before_reset'] = data.draw(st.integers(0, 1))
    if data.draw(st.booleans()):
        options['clip'] = 0.6
    names = {'RNN': ['Tanh'], 'GRU': ['Sigmoid', 'Tanh'], 'LSTM': ['Sigmoid', 'Tanh', 'Tanh']}[kind]
    if data.draw(st.booleans()):
        function = st.sampled_from(['Sigmoid', 'Tanh', 'Relu', 'Softsign'])
        options['activations'] = [data.draw(function) for _ in range(count) for _ in names]
    check_node(kind, inputs, ['w', 'r', 'b', 'p'], states + 1, opset=14, rtol=1e-3, **options)


# Attention


@examples(24)
@given(data=st.data(), seed=seeds)
def test_attention(data, seed):
    batch, queries, keys, past = (data.draw(st.integers(1, 3)) for _ in range(4))
    kv_heads, repeats, size, v_size = (data.draw(st.integers(1, 3)) for _ in range(4))
    heads = kv_heads * repeats
    has_past = data.draw(st.booleans())
    total = keys + (past if has_past else 0)
    # A flat layout needs the numbers of heads; it is told by them.
    flat = data.draw(st.booleans())
    options = {'q_num_heads': heads, 'kv_num_heads': kv_heads} if flat else {}
    inputs = {}
    for number, (name, count, width, length) in enumerate(
            [('q', heads, size, queries), ('k', kv_heads, size, keys), ('v', kv_heads, v_size, keys)]):
        shape = [batch, length, count * width] if flat else [batch, count, length, width]
        inputs[name] = floats(seed + number, shape)
    mask = data.draw(st.sampled_from(['none', 'bool', 'float']))
    shape = data.draw(st.sampled_from([[queries, total], [batch, 1, queries, total], [batch, heads, queries, total]]))
    inputs['mask'] = None if mask == 'none' else floats(seed + 3, shape)
    if mask == 'bool':
        # Each query may attend to the first key, so that none is left without.
        inputs['mask'] = (inputs['mask'] > 0) | (np.arange(total) == 0)
    for number, (name, width) in enumerate([('past_key', size), ('past_value', v_size)]):
        inputs[name] = floats(seed + 4 + number, [batch, kv_heads, past, width]) if has_past else None
    if data.draw(st.booleans()):
        options['softcap'] = 2.0
    if data.draw(st.booleans()):
        options['scale'] = 0.5
    # With more keys than queries onnxruntime shifts the diagonal, which ONNX's own cases do only for what is past.
    options['is_causal'] = data.draw(st.integers(0, 1)) if queries == keys else 0
    check_node('Attention', inputs, outputs=3 if has_past else 1, opset=23, rtol=1e-3, **options)


# Steps together


def test_what_is_scattered_into_may_be_read_by_others_too():
    """The copy that a Scatter writes into must not take the place of its source, nor the other way round."""
    x, indices, updates = floats(1, [4, 3]), np.array([[0], [2], [0]]), floats(2, [3, 3])
    nodes = [
        helper.make_node('Relu', ['x'], ['y']),
        helper.make_node('ScatterND', ['y', 'i', 'u'], ['s'], reduction='add'),
        helper.make_node('Add', ['y', 's'], ['z']),
        helper.make_node('Exp', ['s'], ['e']),
    ]
    infos = {'x': [4, 3], 'i': [3, 1], 'u': [3, 3], 'z': [4, 3], 'e': [4, 3]}
    values = {name: helper.make_tensor_value_info(name, TensorProto.INT64 if name == 'i' else TensorProto.FLOAT, shape)
              for name, shape in infos.items()}
    graph = helper.make_graph(nodes, 'g', [values['x'], values['i'], values['u']], [values['z'], values['e']])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 18)], ir_version=10)
    check_model(model.SerializeToString(), {'x': x, 'i': indices, 'u': updates})


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('largest', [0, 1])
def test_nan_comes_last(largest, backend):
    x = np.array([np.nan, 1, -np.inf, np.nan, np.inf, 0], np.float32)
    model = node_model('TopK', {'x': x, 'k': np.array([6])}, ['k'], 2, largest=largest)
    session = alula.InferenceSession.create_sync(typed(model), execution_providers=[backend])
    wanted = [4, 1, 5, 2, 0, 3] if largest else [2, 5, 1, 4, 0, 3]
    assert session.run_sync({'x': x})['out1'].tolist() == wanted


@pytest.mark.parametrize('backend', BACKENDS)
def test_an_index_out_of_range_is_reported(backend):
    feeds = {'x': floats(0, [3, 2]), 'i': np.array([[0, 3]]), 'u': floats(1, [1, 2])}
    gathered = {name: feeds[name] for name in 'xi'}
    for model in (node_model('ScatterElements', feeds, []), node_model('GatherElements', gathered, [])):
        session = alula.InferenceSession.create_sync(typed(model), execution_providers=[backend])
        with pytest.raises(alula.ValueCheckError):
            session.run_sync({name: feeds[name] for name in session.input_names})
