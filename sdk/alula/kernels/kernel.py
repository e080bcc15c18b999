"""The kernel vocabulary: what a backend runs. Five kinds, each a frozen, printable config over strided views.

A config says what is computed per index; the sizes come from the views of the step that uses it. `key()` is the
canonical text of the config, so equal keys may share generated code.

| kind | is |
|---|---|
| Map | elementwise operators, copies, transposes, pads, gathers, resizes (through `load` and `coord`) |
| Reduce | reductions, softmax and normalisations, pooling and depthwise convolution (over window views) |
| Contract | matrix products, convolutions (over window views), einsum |
| Scatter | writes at computed places, one after the other |
| Order | sorting and top-k: which elements come first along the last dim |
"""

from __future__ import annotations

import math

from alula.dtypes import bounds, is_float
from alula.kernels.expr import Expr, expr_text, slot
from alula.kernels.view import View, dims_text

# How a Reduce stage combines values: name, value of nothing.
# argmin and argmax give the linear index (int64) of the first extreme; the _last ones of the last.
IDENTITIES: dict[str, float] = {
    'sum': 0,
    'prod': 1,
    'max': -math.inf,
    'min': math.inf,
    'argmax': -math.inf,
    'argmin': math.inf,
    'argmax_last': -math.inf,
    'argmin_last': math.inf,
}


def identity_of(op: str, dtype: str) -> float:
    """What a stage over values of `dtype` begins with, and gives where there are none."""
    value = IDENTITIES[op]
    if is_float(dtype) or abs(value) < math.inf:
        return value
    return bounds(dtype)[0 if value < 0 else 1]


class Stage:
    """One pass over the reduced dims: `op` of IDENTITIES over `expr`, which may use earlier stages."""

    def __init__(self, op: str, expr: Expr, dtype: str) -> None:
        self.op = op
        self.expr = expr
        self.dtype = dtype


class Kernel:
    """What a step computes: `exprs` is one expression per output, which may use the results of `stages` (of a Reduce).

    `kind` names the class for reports. The classes below are its only kinds.
    """

    def __init__(self, kind: str, stages: list[Stage], exprs: list[Expr]) -> None:
        self.kind = kind
        self.stages = stages
        self.exprs = exprs

    def key(self) -> str:
        """The canonical text of the config: equal texts compute the same."""
        return self.kind

    def all_exprs(self) -> list[Expr]:
        """The expressions of the stages, then of the outputs."""
        return [*[stage.expr for stage in self.stages], *self.exprs]


class Map(Kernel):
    """outputs[k][i…] = exprs[k](inputs at i…), for every index of the iteration space.

    Inputs and outputs all have the shape of the iteration space (broadcast dims step by 0), except inputs that are
    only ever reached by `load`, which keep their own shape and are contiguous. All outputs are computed from inputs
    as they were before the step at the same index: an output may be the very view that an input is.
    """

    def __init__(self, exprs: list[Expr]) -> None:
        super().__init__('map', [], exprs)

    def key(self) -> str:
        return 'map(' + ', '.join([expr_text(e) for e in self.exprs]) + ')'


class Reduce(Kernel):
    """For each index of the leading `rows` dims: stages over the remaining dims, one after the other, then outputs.

    Inputs have the shape rows + cols. Output k is `exprs[k]`: with scope 'row' once per row, from the stages (and from
    inputs at the first column), its view has the shape rows; with scope 'element' once per element, its view has the
    shape rows + cols. Float sums are exact to rounding of the dtype or better; their order is the backend's.
    """

    def __init__(self, rows: int, stages: list[Stage], scopes: list[str], exprs: list[Expr]) -> None:
        super().__init__('reduce', stages, exprs)
        self.rows = rows
        self.scopes = scopes

    def key(self) -> str:
        parts: list[str] = []
        for stage in self.stages:
            parts.append(f'r{len(parts)} = {stage.op} {expr_text(stage.expr)}')
        for k in range(len(self.exprs)):
            parts.append(f'{self.scopes[k]} {expr_text(self.exprs[k])}')
        return f'reduce({self.rows} rows; ' + '; '.join(parts) + ')'


class Contract(Kernel):
    """out[b…, m…, n…] = epilogue(Σ over k… of a[b…, m…, k…] · w[b…, k…, n…]).

    The step's inputs are a, w, then what the epilogue reads, each of the output's shape. `batch`, `rows`, `cols` and
    `depth` count the dims b, m, n and k. `dtype` is the accumulator's: float32 or float64, or int32 for products of
    8-bit integers. A convolution is a Contract whose a is a view of windows: m = (n, y, x), k = (ky, kx, c).
    """

    def __init__(self, batch: int, rows: int, cols: int, depth: int, dtype: str, epilogue: Expr) -> None:
        super().__init__('contract', [], [epilogue])
        self.batch = batch
        self.rows = rows
        self.cols = cols
        self.depth = depth
        self.dtype = dtype
        self.epilogue = epilogue

    def key(self) -> str:
        counts = f'{self.batch}b {self.rows}m {self.cols}n {self.depth}k'
        return f'contract({counts}; {self.dtype}; {expr_text(self.epilogue)})'


class Scatter(Kernel):
    """For each index i… of inputs[0], in row-major order: element inputs[0][i…] (int32, a linear index in range) of the
    output becomes `exprs[0]`, an expression of the inputs at i…; the others stay what they were.

    The output is a whole row-major buffer. The expression is one without `acc`, or a primitive whose first argument is
    `acc`, what the element was, and which has no other.
    """

    def __init__(self, expr: Expr) -> None:
        super().__init__('scatter', [], [expr])

    def key(self) -> str:
        return f'scatter({expr_text(self.exprs[0])})'


class Order(Kernel):
    """outputs[0][r…, j] (int64) is the index along the last dim of inputs[0][r…, :] of its j-th element in rising order
    (`is_falling`: in falling order), of equal ones the first first. NaN comes last. The output has no more columns than
    the input, and may have fewer.
    """

    def __init__(self, is_falling: bool) -> None:
        super().__init__('order', [], [])
        self.is_falling = is_falling

    def key(self) -> str:
        return f'order({"falling" if self.is_falling else "rising"})'


class Step:
    """One kernel with the views that it reads and writes; `origin` names the model's node, for reports and errors."""

    def __init__(self, kernel: Kernel, inputs: list[View], outputs: list[View], origin: str) -> None:
        self.kernel = kernel
        self.inputs = inputs
        self.outputs = outputs
        self.origin = origin

    def __repr__(self) -> str:
        """One line: output types and shapes, the kernel, what it reads, and the node it came from."""
        outs = ', '.join([f'{v.dtype}{dims_text(v.shape)} {v}' for v in self.outputs])
        return f'{outs} = {self.kernel.key()} <- {", ".join([str(v) for v in self.inputs])}   # {self.origin}'


def copying(dtype: str) -> Map:
    """The kernel that copies its one input."""
    return Map([slot(0, dtype)])


def is_copy(kernel: Kernel) -> bool:
    """Whether the kernel only copies its one input."""
    return isinstance(kernel, Map) and len(kernel.exprs) == 1 and kernel.exprs[0].op == 'input'


def fixed_inputs(kernel: Kernel) -> int:
    """How many of a step's first inputs the kernel reads as they are, not through its expressions."""
    return 2 if isinstance(kernel, Contract) else 1 if isinstance(kernel, (Scatter, Order)) else 0


def with_exprs(kernel: Kernel, stages: list[Stage], exprs: list[Expr]) -> Kernel:
    """The kernel with other expressions."""
    if isinstance(kernel, Scatter):
        return Scatter(exprs[0])
    if isinstance(kernel, Contract):
        return Contract(kernel.batch, kernel.rows, kernel.cols, kernel.depth, kernel.dtype, exprs[0])
    return Reduce(kernel.rows, stages, kernel.scopes, exprs) if isinstance(kernel, Reduce) else Map(exprs)


def step_shape(step: Step) -> list[int]:
    """The iteration space of a step (rows + cols of a Reduce), or the output's shape of a Contract."""
    views = step.outputs if isinstance(step.kernel, (Map, Contract)) else step.inputs
    return views[0].shape
