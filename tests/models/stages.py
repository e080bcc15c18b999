"""Models whose sizes or ways only a run knows, as exporters and people write them: a detector that ends in NMS, a loop
that decodes, branches in loops, scans. Weights are random, from one seed."""

from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import numpy_helper, parser

RNG = np.random.default_rng(5)


class Staged(NamedTuple):
    """A model, and feeds of one or more runs of a session."""

    model: bytes
    runs: list[dict[str, Any]]


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def parsed(text: str, opset: int = 18, **weights: np.ndarray) -> bytes:
    """The model of a graph in ONNX's textual syntax; its weights are initializers of the outermost graph."""
    model = parser.parse_model(f'<ir_version: 10, opset_import: ["" : {opset}]> {text}')
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in weights.items())
    onnx.checker.check_model(model)
    return model.SerializeToString()


# Three levels: a network, NMS, what is gathered by its answer; corners and scores out of one convolution each.
DETECTOR = parsed(
    '''detector (float[N, 3, 16, 16] image) => (float[K, 4] box, float[K] score, int64[K] label, int64[K] from) {
        features = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1], strides = [2, 2]> (image, w1, b1)
        active = Relu (features)
        raw = Conv <kernel_shape = [1, 1]> (active, w2, b2)
        flat = Reshape (raw, flat_shape)
        rows = Transpose <perm = [0, 2, 1]> (flat)
        near, size, logits = Split <axis = 2> (rows, split)
        shifted = Add (near, grid)
        spread = Exp (size)
        far = Add (shifted, spread)
        boxes = Concat <axis = 2> (shifted, far)
        likely = Sigmoid (logits)
        scores = Transpose <perm = [0, 2, 1]> (likely)
        chosen = NonMaxSuppression (boxes, scores, most, iou, least)
        from3, label3, index3 = Split <axis = 1, num_outputs = 3> (chosen)
        from = Squeeze (from3, last)
        label = Squeeze (label3, last)
        places = Concat <axis = 1> (from3, index3)
        box = GatherND (boxes, places)
        all_places = Concat <axis = 1> (from3, label3, index3)
        score = GatherND (scores, all_places)
    }''',
    w1=floats(8, 3, 3, 3) * 0.5, b1=floats(8), w2=floats(7, 8, 1, 1) * 0.5, b2=floats(7),
    flat_shape=np.array([0, 7, 64]), split=np.array([2, 2, 3]),
    grid=np.stack(np.meshgrid(np.arange(8), np.arange(8)), -1).reshape(1, 64, 2).astype(np.float32),
    most=np.array(5), iou=np.array(0.4, np.float32), least=np.array(0.6, np.float32), last=np.array([1]),
)

# Tokens grow by one per iteration until the end token comes, or `most` of them; the tables are captured.
GREEDY = parsed(
    '''greedy (int64[1, T] prompt, int64 most) => (int64[1, U] tokens, float[S, 1, 24] logits, float longest) {
        tokens, logits = Loop (most, going, prompt) <body = step (int64 i, bool before, int64[1, V] sofar)
            => (bool after, int64[1, W] longer, float[1, 24] scores)
        {
            hot = Gather (table, sofar)
            mean = ReduceMean <keepdims = 0> (hot, one)
            mixed = MatMul (mean, mixing)
            state = Tanh (mixed)
            scores = MatMul (state, heads)
            best = ArgMax <axis = 1, keepdims = 1> (scores)
            longer = Concat <axis = 1> (sofar, best)
            is_end = Equal (best, end)
            done = Squeeze (is_end)
            after = Not (done)
        }>
        longest = ReduceMax <keepdims = 0> (logits)
    }''',
    table=floats(24, 16), mixing=floats(16, 16), heads=floats(16, 24), one=np.array([1]), end=np.array([[7]]),
    going=np.array(True),
)

# A branch per iteration; each reads values of both graphs around it, one of which a host operator made.
NESTED = parsed(
    '''nested (float[4] x, int64 times) => (float[4] y, float[T, 4] all, int64 sum) {
        places = NonZero (x)
        count = Size (places)
        start = Cast <to = 7> (zero)
        y, sum, all = Loop (times, , x, start) <body = step (int64 i, bool before, float[4] s, int64 total)
            => (bool after, float[4] next, int64 more, float[4] row)
        {
            after = Identity (before)
            half = Mod (i, two)
            is_even = Equal (half, nothing)
            next, more = If (is_even) <
                then_branch = even () => (float[4] grown, int64 plus) {
                    c = Constant <value = float {0.5}> ()
                    scaled = Mul (x, c)
                    grown = Add (s, scaled)
                    plus = Add (total, count)
                },
                else_branch = odd () => (float[4] shrunk, int64 plus) {
                    c = Constant <value = float {2.0}> ()
                    big = ReduceSum <keepdims = 0> (s)
                    is_big = Greater (big, c)
                    shrunk = If (is_big) <
                        then_branch = inner () => (float[4] a) { a = Sub (s, x) },
                        else_branch = other () => (float[4] b) { b = Identity (s) }
                    >
                    plus = Add (total, i)
                }
            >
            row = Neg (next)
        }>
    }''',
    two=np.array(2), nothing=np.array(0), zero=np.array(0, np.float32),
)

# Backwards along axis 1, answers last axis first; and a second input that is scanned forwards.
SCAN = parsed(
    '''scanned (float[2] start, float[2, T] xs, float[T, 2] ys) => (float[2] end, float[2, T] sums, float[T, 2] last) {
        end, sums, last = Scan <num_scan_inputs = 2, scan_input_axes = [1, 0], scan_input_directions = [1, 0],
                                scan_output_axes = [1, 0], scan_output_directions = [0, 1],
            body = step (float[2] s, float[2] x, float[2] y) => (float[2] next, float[2] sum, float[2] kept) {
                more = Add (s, x)
                next = Mul (more, y)
                sum = Identity (next)
                kept = Sub (x, y)
            }
        > (start, xs, ys)
    }''')

# How many rows there are, and how the rest is cut, comes from more elements than a plan may know.
CUT = parsed(
    '''cut (float[N, 64] x) => (float[K, 64] rows, float[L] rest, int64[M] where) {
        greatest = ReduceMax <keepdims = 0> (x)
        count = Cast <to = 7> (greatest)
        ends = Reshape (count, one)
        some = Slice (x, from, ends)
        rows = Relu (some)
        least = Min (count, five)
        k = Reshape (least, one)
        column = Slice (x, from, last, axis, two)
        flat = Reshape (column, one_less)
        rest, where = TopK (flat, k)
    }''',
    one=np.array([1]), one_less=np.array([-1]), five=np.array(5), **{'from': np.array([0])}, last=np.array([1 << 31]),
    axis=np.array([1]), two=np.array([2]),
)

# Sizes that follow from the shapes of inputs: planned, and not cut.
FOLDED = parsed(
    '''folded (float[N, 3] x) => (int64[N] places, float[N, 3] y) {
        shape = Shape (x)
        mask = ConstantOfShape <value = float[1] {1.0}> (shape)
        found = NonZero (mask)
        ends = Slice (found, nothing, one, nothing)
        places = Squeeze (ends, nothing)
        rank = Size (shape)
        is_matrix = Equal (rank, two)
        y = If (is_matrix) <
            then_branch = a () => (float[N, 3] one_way) { one_way = Relu (x) },
            else_branch = b () => (float[N, 3] other_way) { other_way = Neg (x) }
        >
    }''',
    nothing=np.array([0]), one=np.array([1]), two=np.array(2),
)

SEQUENCES = parsed(
    '''sequences (seq(float[N]) parts, float[M] x) => (seq(float[K]) out, float[T] whole, int64 count) {
        added = SequenceInsert (parts, x, first)
        doubled = SequenceMap (added) <body = twice (float[P] p) => (float[P] q) { q = Add (p, p) }>
        whole = ConcatFromSequence <axis = 0> (doubled)
        rest = SequenceErase (doubled)
        out = Identity (rest)
        count = SequenceLength (out)
    }''',
    first=np.array(0),
)

MODELS = {
    'detector': Staged(DETECTOR, [{'image': floats(n, 3, 16, 16)} for n in (1, 2, 1)]),
    'greedy': Staged(GREEDY, [{'prompt': np.array([prompt]), 'most': np.array(most)}
                              for prompt, most in (([1, 2], 6), ([3], 12), ([5, 9, 11], 1))]),
    'nested': Staged(NESTED, [{'x': np.array([0.5, 0, 2, -1], np.float32), 'times': np.array(n)} for n in (5, 0, 8)]),
    'scan': Staged(SCAN, [{'start': floats(2), 'xs': floats(2, n), 'ys': floats(n, 2)} for n in (4, 1)]),
    'cut': Staged(CUT, [{'x': floats(40, 64) + shift} for shift in (0, 4)]),
    'folded': Staged(FOLDED, [{'x': floats(n, 3)} for n in (4, 2)]),
    'sequences': Staged(SEQUENCES, [{'parts': [floats(n) for n in sizes], 'x': floats(3)}
                                    for sizes in ((2, 5), (1,), ())]),
}
