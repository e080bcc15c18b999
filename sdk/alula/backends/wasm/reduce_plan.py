"""How a Reduce is walked: merged dims of rows and of columns, how each view steps, which values
change along the columns."""

from __future__ import annotations

from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import can_emit
from alula.backends.wasm.space import Dim, dims_of, in_memory_order, merged, product, step_class
from alula.backends.wasm.spelling import KINDS, SCALAR, VECTOR, VECTOR_SHAPES, kind_or_none
from alula.backends.wasm.walk import walk_words
from alula.dtypes import item_bytes
from alula.kernels.expr import Expr, cost, leaves, literal
from alula.kernels.kernel import Reduce, Step, step_shape

POSITIONAL = ['argmax', 'argmin', 'argmax_last', 'argmin_last']
ROW_BLOCK = 64  # rows of the innermost dim of rows that make one work item where rows are what lanes hold


class ReducePlan:
    """
    `views`: the step's inputs, then outputs; dims step along all of them. `rows`, `cols`: merged dims, outermost
    first; at least one each. `stages`, `results`: ids in `dag` of what each stage combines and of each output.
    `varies`: of each node, whether its value changes along the columns.
    """

    def __init__(self, step: Step, kernel: Reduce) -> None:
        self.kernel = kernel
        self.dag = Dag()
        self.stages = [self.dag.root(by_reciprocals(stage.expr)) for stage in kernel.stages]
        self.results = [self.dag.root(by_reciprocals(e)) for e in kernel.exprs]
        self.inputs = len(step.inputs)
        self.views = step.inputs[:]
        self.views.extend(step.outputs)
        self.dtypes = [view.dtype for view in self.views]
        self.first_axis_of_cols = kernel.rows
        self.cost = 0
        for stage in kernel.stages:
            self.cost += cost(stage.expr) + 1
        for k in range(len(kernel.exprs)):
            if kernel.scopes[k] == 'element':
                self.cost += cost(kernel.exprs[k]) + 1
        self._lay_out(step_shape(step))
        self.varies: list[bool] = []
        for node in self.dag.nodes:
            self.varies.append(self._varies(node))

    def _lay_out(self, shape: list[int]) -> None:
        coords = [node.value for node in self.dag.nodes if node.op == 'coord']
        stepping = [self._is_indexed(v) for v in range(len(self.views))]
        ranking = list(range(self.inputs, len(self.views)))
        ranking.extend(range(self.inputs))
        rows = dims_of(shape, self.views, 0, self.kernel.rows)
        cols = dims_of(shape, self.views, self.kernel.rows, len(shape))
        for group in [rows, cols]:
            for dim in group:
                for v in range(len(self.views)):
                    if not stepping[v]:
                        dim.steps[v] = 0
        nothing = [0 for _ in self.views]
        if len(rows) == 0:
            rows.append(Dim(1, nothing, -1))
        if len(cols) == 0:
            cols.append(Dim(1, nothing, -1))
        self.rows = merged(in_memory_order(rows, ranking), coords)
        # Where a position is the result, columns are counted in their own order.
        self.cols = merged(cols if self.is_positional() else in_memory_order(cols, ranking), coords)

    def _is_indexed(self, view: int) -> bool:
        """Whether the view is read or written at the index itself, not only by `load`."""
        if view >= self.inputs:
            return True
        for node in self.dag.nodes:
            if node.op == 'input' and node.value == view:
                return True
        return False

    def is_positional(self) -> bool:
        for stage in self.kernel.stages:
            if stage.op in POSITIONAL:
                return True
        return False

    def _varies(self, node: DagNode) -> bool:
        if node.op == 'input':
            for dim in self.cols:
                if dim.steps[node.value] != 0:
                    return True
            return False
        if node.op == 'coord':
            return bool(node.value >= self.first_axis_of_cols)
        for arg in node.args:
            if self.varies[arg]:
                return True
        return False

    def inner_class(self, dim: Dim, view: int) -> str:
        return step_class(dim.steps[view], item_bytes(self.views[view].dtype))

    def contiguous_inputs(self, dim: Dim) -> int:
        """How many inputs and outputs run along the dim element by element; -1 if one of them runs
        by another stride."""
        count = 0
        for v in range(len(self.views)):
            kind = self.inner_class(dim, v)
            if kind == 's':
                return -1
            count += 1 if kind == '1' else 0
        return count

    def fits(self, lanes: str) -> bool:
        """Whether all of it can be computed in such lanes."""
        for node in self.dag.nodes:
            if not can_emit(self.dag, node, lanes):
                return False
        if lanes == VECTOR:
            for stage in self.kernel.stages:
                if kind_or_none(stage.dtype) not in VECTOR_SHAPES:
                    return False
        for k in range(len(self.results)):
            if self.dag.nodes[self.results[k]].dtype != self.views[self.inputs + k].dtype:
                return False
        return not (lanes == VECTOR and self.is_positional())

    def fits_rows_in_scalars(self) -> bool:
        """Whether what doesn't vary along the columns can be computed in scalars."""
        for i in range(len(self.dag.nodes)):
            if not self.varies[i] and not can_emit(self.dag, self.dag.nodes[i], SCALAR):
                return False
        return True

    def held_nodes(self, roots: list[int]) -> list[int]:
        """The nodes that a pass over the columns to compute `roots` needs but that don't vary along them."""
        nodes = self.dag.nodes
        needed = [False for _ in nodes]
        wanted = [False for _ in nodes]
        for root in roots:
            needed[root] = True
            wanted[root] = True
        for back in range(len(nodes)):
            i = len(nodes) - 1 - back
            if needed[i] and self.varies[i]:
                for arg in nodes[i].args:
                    needed[arg] = True
                    wanted[arg] = True
        return [i for i in range(len(nodes)) if wanted[i] and not self.varies[i] and nodes[i].op != 'const']

    def stage_node(self, k: int) -> int:
        """The node that stands for the result of stage k, -1 if nothing uses it."""
        for i in range(len(self.dag.nodes)):
            if self.dag.nodes[i].op == 'stage' and self.dag.nodes[i].value == k:
                return i
        return -1

    def elements(self) -> int:
        """Elements of a row."""
        return product(self.cols)

    def key(self) -> str:
        """All that the code depends on but the kernel: types, numbers of dims, inner classes, what
        coordinates count."""
        rows = [str(dim.axis) for dim in self.rows]
        cols = [str(dim.axis) for dim in self.cols]
        inner_row = self.rows[len(self.rows) - 1]
        inner_col = self.cols[len(self.cols) - 1]
        kinds = [self.inner_class(inner_row, v) + self.inner_class(inner_col, v) for v in range(len(self.views))]
        text = ','.join(self.dtypes) + ';' + ','.join(rows) + ';' + ','.join(cols) + ';' + ','.join(kinds) + ';'
        return text + ''.join(['v' if v else '-' for v in self.varies])

    def words(self, addresses: list[int], rows: list[Dim]) -> list[int]:
        """The params block: the address of each view; per dim of columns its size and each view's step; each view's
        step along the innermost dim of rows, and its size; the walk over `rows`."""
        words = [addresses[v] for v in range(len(self.views))]
        for dim in self.cols:
            words.append(dim.size)
            words.extend(dim.steps)
        inner = self.rows[len(self.rows) - 1]
        words.append(inner.size)
        words.extend(inner.steps)
        words.extend(walk_words(rows))
        return words

    def col_word(self, d: int) -> int:
        """Where the size of a dim of columns stands; the views' steps follow."""
        return len(self.views) + d * (1 + len(self.views))

    def inner_row_word(self) -> int:
        """Where the size of the innermost dim of rows stands; the views' steps follow."""
        return self.col_word(len(self.cols))

    def walk_word(self) -> int:
        return self.inner_row_word() + 1 + len(self.views)

    def blocks(self) -> list[Dim]:
        """The dims of rows with the innermost counted in blocks of ROW_BLOCK."""
        found = self.rows[:]
        inner = found.pop()
        count = (inner.size + ROW_BLOCK - 1) // ROW_BLOCK
        found.append(Dim(count, [step * ROW_BLOCK for step in inner.steps], inner.axis))
        return found

    def stage_kind(self, k: int) -> str:
        """The kind that stage k combines."""
        return KINDS[self.dag.nodes[self.stages[k]].dtype]


def by_reciprocals(e: Expr) -> Expr:
    """Each quotient of an element by what a row has once, from its stages, as a product with the reciprocal: a vector
    division takes as long as five products, and a stage's sum is exact to rounding only."""
    args = [by_reciprocals(arg) for arg in e.args]
    if e.op == 'div' and e.dtype == 'float32' and _is_of_row(e.args[1]) and not _is_of_row(e.args[0]):
        return Expr('mul', [args[0], Expr('div', [literal(1, e.dtype), args[1]], e.dtype, None)], e.dtype, None)
    return e if len(args) == 0 else Expr(e.op, args, e.dtype, e.value)


def _is_of_row(e: Expr) -> bool:
    for op in ['input', 'load', 'coord']:
        if len(leaves(e, op)) > 0:
            return False
    return len(leaves(e, 'stage')) > 0
