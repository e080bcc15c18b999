"""Operators of ai.onnx.ml that prepare features."""

from __future__ import annotations

from typing import Any

from alula.kernels.expr import Expr, absolute, cast, div, eq, gt, mul, ne, sqrt, sub, where
from alula.kernels.view import View, numel, sliced
from alula.ops.attributes import counted, one_of, required
from alula.ops.gather import gather
from alula.ops.registry import operator
from alula.ops.scores import rows_of
from alula.plan.lower import Lowering


def _per_feature(g: Lowering, x: View, name: str, dtype: str, values: list[Any] | None) -> View:
    """An attribute with a value per feature, or one for all."""
    given = required(name, values)
    return g.constant(dtype, [len(given)], given if len(given) == 1 else counted(name, given, [1, *x.shape][-1]))


@operator('ai.onnx.ml.Scaler', 1)
def scaler(g: Lowering, x: View, *, offset: list[float] | None = None, scale: list[float] | None = None) -> Expr:
    """(x - offset) · scale, per feature."""
    wide = 'float64' if x.dtype == 'float64' else 'float32'
    shifted = sub(cast(x, wide), _per_feature(g, x, 'offset', wide, offset))
    return cast(mul(shifted, _per_feature(g, x, 'scale', wide, scale)), 'float32')


@operator('ai.onnx.ml.Normalizer', 1)
def normalizer(g: Lowering, x: View, *, norm: str = 'MAX') -> View:
    """Each row over its greatest value, the sum of magnitudes or the Euclidean length; as it is where that is 0."""
    wide = g.map(cast(x, 'float32'))
    rows = g.rowwise(x.shape, [len(x.shape) - 1])
    if one_of('norm', ['MAX', 'L1', 'L2'], norm) == 'MAX':
        size = rows.stage('max', wide)
    elif norm == 'L1':
        size = rows.stage('sum', absolute(wide))
    else:
        size = sqrt(rows.stage('sum', mul(wide, wide)))
    rows.element(div(wide, where(eq(size, 0.0), 1.0, size)))
    return rows.done()[0]


@operator('ai.onnx.ml.Imputer', 1)
def imputer(
    g: Lowering,
    x: View,
    *,
    imputed_value_floats: list[float] | None = None,
    imputed_value_int64s: list[int] | None = None,
    replaced_value_float: float = 0.0,
    replaced_value_int64: int = 0,
) -> Expr:
    """Puts values in the place of one that stands for a missing one, which may be NaN."""
    if x.dtype.startswith('float'):
        values = _per_feature(g, x, 'imputed_value_floats', x.dtype, imputed_value_floats)
        missing = eq(x, replaced_value_float) if replaced_value_float == replaced_value_float else ne(x, x)
    else:
        values = _per_feature(g, x, 'imputed_value_int64s', x.dtype, imputed_value_int64s)
        missing = eq(x, replaced_value_int64)
    return where(missing, values, x)


@operator('ai.onnx.ml.Binarizer', 1)
def binarizer(g: Lowering, x: View, *, threshold: float = 0.0) -> Expr:
    wide = x.dtype if x.dtype.startswith('float') else 'float64'
    return cast(gt(cast(x, wide), threshold), x.dtype)


@operator('ai.onnx.ml.ArrayFeatureExtractor', 1)
def array_feature_extractor(g: Lowering, x: View, indices: View) -> View:
    """The features at `indices`; of a vector as a row."""
    rows = x if len(x.shape) > 1 else g.reshape(x, [1, *x.shape])
    return g.map(gather(g, rows, g.reshape(indices, [numel(indices.shape)]), axis=-1))


@operator('ai.onnx.ml.FeatureVectorizer', 1)
def feature_vectorizer(g: Lowering, *inputs: View, inputdimensions: list[int] | None = None) -> View:
    """The features of all inputs beside each other, those of each cut off at, or filled with zeros to, its number."""
    sizes = counted('inputdimensions', inputdimensions, len(inputs))
    parts: list[View] = []
    for i, x in enumerate(inputs):
        rows = rows_of(g, x)
        lack = sizes[i] - rows.shape[1]
        rows = g.padded(rows, [0, 0], [0, lack], 0.0, None) if lack > 0 else sliced(rows, 1, 0, sizes[i], 1)
        parts.append(rows)
    return g.concatenated(parts, 1)
