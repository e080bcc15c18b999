"""The cases of ONNX's own backend tests, as Alula takes them: models as bytes, values as arrays of what it stores.

`node` is built in memory by the onnx package (a case or several per operator and version, and the bodies of operators
that ONNX defines by a function, as `…_expanded`); the other suites are files of the same package: small models
(`simple`) and exports of PyTorch's layers and operators."""

import math
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from alula.dtypes import dtype_of
from onnx import OptionalProto, SequenceProto, TensorProto, helper, numpy_helper

# Relative, where the suite asks for less. Its own answers in floats of 16 bits, each step rounded, are up to two units
# in the last place from those computed in float64, which Alula's are nearer to.
TOLERANCES = {'float16': 2.0**-9, 'bfloat16': 2.0**-6}
# What float32 rounds away at the output's greatest magnitude: the suite has such noise where the truth is 0.
ROUNDING = 2.0**-23
# Cases that draw at random, for which ONNX prescribes no numbers: types and shapes are compared (rtol is infinite);
# tests/agreement/test_random.py looks at the numbers.
DRAWN = r'test_bernoulli.*|test_training_dropout(_default)?(_mask)?'
SUITES = ('node', 'simple', 'pytorch-converted', 'pytorch-operator')
# How a file of a value is read, by the kind of type that the graph gives it.
READERS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    'tensor_type': (TensorProto, numpy_helper.to_array),
    'sequence_type': (SequenceProto, numpy_helper.to_list),
    'optional_type': (OptionalProto, numpy_helper.to_optional),
}


class Value(NamedTuple):
    """A tensor: its element type and dims as Alula names them, and its elements as Alula stores them (bits where NumPy
    has no such type)."""

    dtype: str
    elements: np.ndarray


class Case(NamedTuple):
    """A model, what to feed it and what it must give, near enough. A value that is no tensor is a list or None."""

    suite: str
    name: str
    model: bytes
    feeds: dict[str, Any]
    expected: dict[str, Any]
    rtol: float
    atol: float
    # Domain and name of the one operator that the case is about; None for several.
    operator: tuple[str, str] | None

@cache
def all_cases() -> list[Case]:
    """Every case of SUITES; several data sets of a model are cases of their own."""
    return [case for suite in SUITES for case in _cases(suite)]


def _cases(suite: str) -> Iterator[Case]:
    from onnx.backend.test import loader
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')     # what the package computes on purpose: infinities, divisions by zero
        found = loader.load_node_model_tests() if suite == 'node' else loader.load_model_tests(kind=suite)
    for case in found:
        model = case.model if case.model is not None else onnx.load(Path(case.model_dir) / 'model.onnx')
        sets = case.data_sets or [_stored(folder, model.graph)
                                  for folder in sorted(Path(case.model_dir).glob('test_data_set_*'))]
        initializers = {tensor.name for tensor in model.graph.initializer}
        inputs = [info for info in model.graph.input if info.name not in initializers]
        nodes = model.graph.node
        operator = (nodes[0].domain, nodes[0].op_type) if len(nodes) == 1 else None
        for number, (given, expected) in enumerate(sets):
            name = case.name if len(sets) == 1 else f'{case.name}[{number}]'
            rtol = math.inf if re.fullmatch(DRAWN, case.name) else case.rtol
            yield Case(suite, name, model.SerializeToString(), _named(inputs, given),
                       _named(model.graph.output, expected), rtol, case.atol, operator)


def _named(infos: Any, values: Any) -> dict[str, Any]:
    assert len(values) <= len(infos)
    return {info.name: _value(info.type, value) for info, value in zip(infos, values, strict=False)}


def _value(kind: Any, value: Any) -> Any:
    """What Alula is given, or must give, for a value of the type that the graph says."""
    if isinstance(value, list) or value is None:
        inner = kind
        while inner.WhichOneof('value') != 'tensor_type':
            inner = (inner.optional_type if inner.HasField('optional_type') else inner.sequence_type).elem_type
        return None if value is None else [_value(inner, each) for each in value]
    tensor = value if isinstance(value, TensorProto) else None
    code = tensor.data_type if tensor else kind.tensor_type.elem_type or \
        helper.np_dtype_to_tensor_dtype(np.asarray(value).dtype)
    return Value(dtype_of(code), _elements(np.asarray(numpy_helper.to_array(tensor) if tensor else value)))


def _elements(array: np.ndarray) -> np.ndarray:
    """Types that NumPy has not: floats as their bits, integers narrower than a byte as bytes."""
    if array.dtype.isbuiltin == 1:
        return array
    if 'int' in array.dtype.name:
        return array.astype(np.uint8 if array.dtype.name.startswith('u') else np.int8)
    return array.view(f'u{array.itemsize}')


def _stored(folder: Path, graph: Any) -> tuple[list[Any], list[Any]]:
    """The inputs and outputs that stand beside a model."""
    initializers = {tensor.name for tensor in graph.initializer}
    fed = [info for info in graph.input if info.name not in initializers]
    return _files(folder, 'input', fed), _files(folder, 'output', graph.output)


def _files(folder: Path, stem: str, infos: Any) -> list[Any]:
    values = []
    for i in range(len(list(folder.glob(f'{stem}_*.pb')))):
        kind, array_of = READERS[infos[i].type.WhichOneof('value')]
        message = kind()
        message.ParseFromString((folder / f'{stem}_{i}.pb').read_bytes())
        values.append(message if kind is TensorProto else array_of(message))
    return values


def difference(actual: Any, wanted: Any, rtol: float, atol: float) -> str:
    """How a value differs from what it must be, as ONNX's own runner compares; '' where it doesn't."""
    if isinstance(wanted, list):
        if not isinstance(actual, list) or len(actual) != len(wanted):
            return f'a list of {len(wanted)} expected'
        found = [difference(*pair, rtol, atol) for pair in zip(actual, wanted, strict=True)]
        return next((f'[{i}]: {text}' for i, text in enumerate(found) if text), '')
    if actual is None or wanted is None:
        return '' if actual is wanted else f'{actual} instead of {wanted}'
    if actual.dtype != wanted.dtype or actual.elements.shape != wanted.elements.shape:
        return f'{actual.dtype}{list(actual.elements.shape)} instead of {wanted.dtype}{list(wanted.elements.shape)}'
    if rtol == math.inf:
        return ''
    got, want = (_comparable(value) for value in (actual, wanted))
    if got.dtype.kind not in 'fc':
        same = got == want
    else:
        with np.errstate(all='ignore'):
            greatest = np.max(np.abs(want), where=np.isfinite(want), initial=0.0)
            atol = max(atol, greatest * ROUNDING)
            same = np.isclose(got, want, max(rtol, TOLERANCES.get(wanted.dtype, 0.0)), atol, equal_nan=True)
    if np.all(same):
        return ''
    at = np.unravel_index(np.argmin(same), want.shape)
    place = ','.join(map(str, at))
    return f'{np.sum(~same)} of {same.size} elements, as [{place}]: {got[at]!s} instead of {want[at]!s}'


def _comparable(value: Value) -> np.ndarray:
    """Floats as float64, which holds all of them; whole numbers, texts and floats of 8 bits and less as they are."""
    if value.dtype == 'bfloat16':
        return (value.elements.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return value.elements.astype(np.float64) if value.elements.dtype.kind == 'f' else value.elements
