"""A kernel in the making: its lines, and the words that it is given when it runs. What every graphics device shares.

Sizes, steps and offsets are words (int32), `p` in the code, so that steps of one structure share a kernel: equal texts
are one."""

from __future__ import annotations

from alula.backends.dag import DagNode
from alula.backends.gpu.compose import ShaderDag
from alula.backends.gpu.spelling import Dialect
from alula.backends.gpu.words import KINDS
from alula.backends.space import Dim
from alula.host.arrays import fround
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.expr import Expr, binary, stage
from alula.kernels.kernel import Stage, identity_of

# How two values of a stage become one; or whether a value is better than the best before it, whose place is wanted.
COMBINED: dict[str, str] = {'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum'}
BETTER: dict[str, str] = {'argmax': 'gt', 'argmin': 'lt', 'argmax_last': 'ge', 'argmin_last': 'le'}
# Leaves, whose text is the backend's.
LEAVES = ['input', 'load', 'coord', 'stage', 'acc']
# Bits of what shading languages have no literal of.
BITS: dict[str, int] = {'NaN': 0x7FC00000, 'Infinity': 0x7F800000, '-Infinity': -0x800000}


class Code:
    """The code of a step."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.words: list[int] = []
        self.lines: list[str] = []
        self.count = 0
        self.of_dims: Table[Dim, list[str]] = Table()

    def word(self, value: int) -> str:
        """The text of a number that is given."""
        self.words.append(value)
        return f'p[{len(self.words) - 1}]'

    def number(self, value: int) -> str:
        """The text of a step or an offset: 0 and 1 are written, so that nothing is computed with them."""
        return f'{value}' if value == 0 or value == 1 else self.word(value)

    def size(self, dim: Dim) -> str:
        """The text of the size of a dim."""
        return self._known(dim, len(dim.steps), dim.size)

    def step_along(self, dim: Dim, v: int) -> str:
        """The text of what operand `v` steps along a dim."""
        step = dim.steps[v]
        return self._known(dim, v, step) if step > 1 or step < 0 else f'{step}'

    def _known(self, dim: Dim, at: int, value: int) -> str:
        """The word of a dim's number `at`, the same wherever it is asked for."""
        texts = self.of_dims.find(dim)
        if texts is None:
            texts = ['' for _ in range(len(dim.steps) + 1)]
            self.of_dims.put(dim, texts)
        if texts[at] == '':
            texts[at] = self.word(value)
        return texts[at]

    def position(self, start: str, indices: list[str], dims: list[Dim], v: int) -> str:
        """Where operand `v` is: `start` and its steps along dims, without what is 0."""
        terms = [] if start == '0' else [start]
        for i, dim in enumerate(dims):
            step = self.step_along(dim, v)
            if step != '0':
                terms.append(indices[i] if step == '1' else f'{indices[i]} * {step}')
        return ' + '.join(terms) if len(terms) > 0 else '0'

    # Expressions

    def leaf(self, node: DagNode, args: list[str]) -> str:
        """The text of a leaf; of a `load`, with the index's text."""
        return ''

    def values(self, exprs: list[Expr]) -> list[str]:
        """The names of the values of expressions, computed by then."""
        dag = ShaderDag()
        roots = [dag.root(expr) for expr in exprs]
        names: list[str] = []
        for node in dag.nodes:
            self.count += 1
            names.append(f'v{self.count}')
            text = self._text(node, [names[arg] for arg in node.args], dag)
            self.lines.append(self.dialect.named(KINDS[node.dtype], names[-1], text))
        return [names[root] for root in roots]

    def _text(self, node: DagNode, args: list[str], dag: ShaderDag) -> str:
        if node.op == 'const':
            return self.constant(node.dtype, node.value)
        if node.op in LEAVES:
            return self.leaf(node, args)
        if node.op == 'where':
            return f'select({args[2]}, {args[1]}, {args[0]})'
        if node.op == 'convert':
            text = f'{self.dialect.types[KINDS[node.dtype]]}({args[0]})'
        else:
            text = self.dialect.applied(node.op, KINDS[dag.nodes[node.args[0]].dtype], args)
        return text if node.dtype == 'bool' else self.dialect.wrapped(text, node.dtype)

    def constant(self, dtype: str, value: float) -> str:
        """A number of the type."""
        kind = KINDS[dtype]
        text = number_text(fround(value) if kind == 'f' else value)
        if text in BITS:
            text = f'{self.dialect.of_bits}({self.word(BITS[text])})'
        elif kind == 'b':
            text = 'true' if value != 0 else 'false'
        elif kind == 'u':
            text += 'u'
        elif kind == 'i' and value == -2147483648:
            text = '-2147483647 - 1'  # it has no literal of its own
        elif kind == 'f' and '.' not in text and 'e' not in text:
            text += '.0'
        return f'{self.dialect.types[kind]}({text})'

    # Loops

    def loop(self, index: str, size: str, step: int) -> None:
        """Begin a loop; `}` ends it."""
        kind = 'int' if self.dialect.variable == '' else 'var'
        self.lines.append(f'for ({kind} {index} = 0; {index} < {size}; {index} += {step}) {{')

    def open_columns(self) -> None:
        """Begin the loops over the columns of a Reduce. Inputs are read where they stand."""

    def close_columns(self) -> None:
        """End them."""

    def reduce(self, k: int, reduction: Stage) -> None:
        """Compute a stage into r<k>."""
        op = reduction.op
        term = reduction.expr
        dtype = term.dtype
        kind = KINDS[dtype]
        best = f'r{k}' if op in COMBINED else f'x{k}'
        dialect = self.dialect
        if op in COMBINED:
            term = binary(COMBINED[op], term, stage(k, dtype))
        else:
            self.lines.extend([dialect.declared('i', name, f'{dialect.types["i"]}(0)') for name in [f'r{k}', f'n{k}']])
        identity = self.constant(dtype, identity_of(op, 'int32' if dtype == 'int64' else dtype))
        self.lines.append(dialect.declared(kind, best, identity))
        self.open_columns()
        value = self.values([term])[0]
        if op in COMBINED:
            self.lines.append(f'{best} = {value};')
        else:
            self.lines.extend(
                [
                    dialect.named('b', 'better', dialect.applied(BETTER[op], kind, [value, best])),
                    f'r{k} = select(r{k}, n{k}, better);',
                    f'{best} = select({best}, {value}, better);',
                    f'n{k} += {dialect.types["i"]}(1);',
                ]
            )
        self.close_columns()
