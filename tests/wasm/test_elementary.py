"""The elementary functions against NumPy in float64: largest error in ulp, or absolute where the result crosses
zero."""

import math

import numpy as np
import pytest
from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.routines import compute
from alula.backends.wasm.spelling import SCALAR, VECTOR, value_type
from alula.host import wasm
from alula.host.arrays import storage_over

from tests.wasm.cases import instantiated

COUNT = 60000


def evaluated(op, lanes, kind, relaxed, operands):
    """The routine over whole arrays; results at the end of the memory."""
    storage = 'f64' if kind == 'f64' else 'f32'
    size = operands[0].itemsize
    step = 16 if lanes == VECTOR else size
    span = COUNT * size
    memory = wasm.memory((len(operands) + 1) * span // 65536 + 1, 256)
    data = wasm.memory_bytes(memory)
    for k, operand in enumerate(operands):
        np.frombuffer(storage_over(storage, data, k * span, COUNT), operand.dtype)[:] = operand
    assembler = Assembler(relaxed)
    f = assembler.function(['i32'], [])
    held = value_type(lanes, kind)
    f.loop()
    f.local_get(0)
    for k in range(len(operands)):
        f.local_get(0)
        f.load(f'{held}.load', k * span)
    compute(f, lanes, op, kind, True)
    f.store(f'{held}.store', len(operands) * span)
    f.local_get(0)
    f.i32_const(step)
    f.op('i32.add')
    f.local_tee(0)
    f.i32_const(span)
    f.op('i32.lt_u')
    f.br_if(0)
    f.end()
    assembler.export('f', f)
    wasm.function_of(instantiated(assembler, memory), 'f')(0)
    return np.frombuffer(storage_over(storage, data, len(operands) * span, COUNT), operands[0].dtype).copy()


def ulps(got, expected, dtype):
    """Largest error in units of the last place of the rounded truth; infinities and NaN must be equal."""
    with np.errstate(all='ignore'):
        rounded = expected.astype(dtype)
        finite = np.isfinite(rounded)
        assert np.array_equal(np.isnan(got), np.isnan(rounded))
        assert np.array_equal(got[np.isinf(rounded)], rounded[np.isinf(rounded)])
        unit = np.spacing(np.maximum(np.abs(rounded[finite]), np.finfo(dtype).tiny))
        return np.max(np.abs(got[finite].astype(expected.dtype) - expected[finite]) / unit)


def spread(low, high, dtype=np.float32):
    """Many values of [low, high], and the special ones."""
    rng = np.random.default_rng(7)
    special = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e-45, 1e-38, 1e-30, -1e-30, 88.7, 88.8, -87.3]
    return np.concatenate([special, rng.uniform(low, high, COUNT - len(special))]).astype(dtype)


def wide_positive(dtype):
    return np.concatenate([spread(0, 3, dtype)[: COUNT // 2], np.exp(np.linspace(-80, 80, COUNT // 2))]).astype(dtype)


TRUTH = {'exp': np.exp, 'log': np.log, 'tanh': np.tanh, 'atan': np.arctan,
         'erf': np.vectorize(math.erf, otypes=[np.float64])}
CASES = [
    ('exp', spread(-87, 89), 2.0),
    ('exp', spread(-1, 1), 2.0),
    ('log', wide_positive(np.float32), 2.0),
    ('log', spread(-1, 2), 2.0),
    ('tanh', spread(-10, 10), 8.0),
    ('tanh', spread(-0.1, 0.1), 8.0),
    ('atan', spread(-20, 20), 3.0),
    ('atan', spread(-1, 1), 3.0),
    ('erf', spread(-5, 5), 8.0),
    ('erf', spread(-0.1, 0.1), 8.0),
]


@pytest.mark.parametrize('relaxed', [False, True])
@pytest.mark.parametrize(('op', 'x', 'limit'), CASES)
def test_float32(op, x, limit, relaxed):
    got = evaluated(op, VECTOR, 'f32', relaxed, [x])
    with np.errstate(all='ignore'):
        truth = TRUTH[op](x.astype(np.float64))
    if op == 'exp':
        flushed = (got == 0) & (truth < 2.0**-125)
        truth[flushed] = 0
    assert ulps(got, truth, np.float32) <= limit
    if op in ('tanh', 'erf'):
        assert np.nanmax(np.abs(got)) <= 1


@pytest.mark.parametrize('relaxed', [False, True])
@pytest.mark.parametrize(('op', 'truth'), [('sin', np.sin), ('cos', np.cos)])
def test_turns(op, truth, relaxed):
    for reach in (1, 10, 1e5, 1e9):
        x = np.clip(spread(-reach, reach), -2e9, 2e9)
        got = evaluated(op, VECTOR, 'f32', relaxed, [x])
        assert np.array_equal(np.isnan(got), np.isnan(x))
        assert np.nanmax(np.abs(got - truth(x.astype(np.float64)))) <= 1.5e-7


def test_scalars_are_the_vectors_lanes():
    x = spread(-20, 20)
    for op in ('exp', 'log', 'tanh', 'atan', 'erf', 'sin', 'cos'):
        vector = evaluated(op, VECTOR, 'f32', False, [x])
        assert np.array_equal(vector, evaluated(op, SCALAR, 'f32', False, [x]), equal_nan=True)


@pytest.mark.parametrize(
    ('op', 'x'),
    [('exp', spread(-745, 710, np.float64)), ('log', wide_positive(np.float64)), ('log', spread(-1, 2, np.float64))],
)
def test_float64(op, x):
    got = evaluated(op, SCALAR, 'f64', False, [x])
    with np.errstate(all='ignore'):
        assert ulps(got, TRUTH[op](x.astype(np.longdouble)), np.float64) <= 3.0


@pytest.mark.parametrize('kind', ['f32', 'f64'])
def test_power(kind):
    dtype = np.float32 if kind == 'f32' else np.float64
    rng = np.random.default_rng(3)
    a = rng.uniform(-4, 4, COUNT).astype(dtype)
    b = np.where(rng.random(COUNT) < 0.5, rng.integers(-9, 10, COUNT), rng.uniform(-9, 9, COUNT)).astype(dtype)
    special = np.array([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, math.inf, -math.inf, math.nan], dtype)
    pairs = np.array([(p, q) for p in special for q in special if not (p == -math.inf and q == 0.5)])
    a[: len(pairs)] = pairs[:, 0]
    b[: len(pairs)] = pairs[:, 1]
    with np.errstate(all='ignore'):
        truth = np.power(a.astype(np.float64), b.astype(np.float64))
        got = evaluated('power', SCALAR, kind, False, [a, b])
    assert np.allclose(got, truth, rtol=6e-8 if kind == 'f32' else 1e-13, atol=0, equal_nan=True)
    if kind == 'f32':
        assert np.array_equal(got, evaluated('power', VECTOR, kind, False, [a, b]), equal_nan=True)
