"""What a band does with its sums: the epilogue's expression over the accumulators, and their way to the output.

The last column tile may be partial: its lanes beyond the last column are computed from whatever lies there (memory has
bytes to spare behind its last buffer, regions.py) and not stored.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.contract_form import LANES
from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import Emitter, Leaves, can_emit
from alula.backends.wasm.gemm import STEPS, Band, count_down
from alula.backends.wasm.kernel import push_word
from alula.backends.wasm.spelling import VECTOR
from alula.backends.wasm.walk import advance
from alula.kernels.expr import Expr

# How an operand of the output's shape goes along the columns (space.step_class).
SPLAT = '0'  # the same for all
APART = 's'  # a stride between them


def can_apply(epilogue: Expr, lanes: str) -> bool:
    """Whether the expression asks only for the sum and the inputs at the same index, and the lanes compute it."""
    dag = Dag()
    dag.root(epilogue)
    for node in dag.nodes:
        if node.op == 'coord' or node.op == 'load' or not can_emit(dag, node, lanes):
            return False
    return True


class Finish(Leaves):
    """Emits the end of a tile. `plan`: contract.Product; `root`: the expression in `dag`."""

    def __init__(self, band: Band, plan: Any, dag: Dag, root: int) -> None:
        f = band.f
        self.band = band
        self.f = f
        self.plan = plan
        self.dag = dag
        self.root = root
        self.out = len(plan.columns) - 1
        for _ in range(1, self.out):
            band.pointers.append(f.local('i32'))
        # Where each operand has the row in hand; what does not change from row to row stays where it is.
        self.at = [f.local('i32') if plan.columns[i] >= 0 else band.pointers[i] for i in range(self.out)]
        self.left = f.local('i32')
        self.value = f.local('v128')
        # the vector in hand: its accumulator, which one of the row it is
        self.sum = 0
        self.vector = 0

    def emit(self) -> None:
        """At the end of a tile: the expression applied to every accumulator, all of them stored, on to the next rows.
        The pointers into a are no longer needed: they go on as those into the output."""
        f = self.f
        band = self.band
        if not self.plan.is_heavy:
            for i in range(band.rows):
                self._apply(i)
        for i in range(band.rows):
            band.point(self.out, i, band.a[i])
        self._store(band.a, band.sums)
        if not self.plan.is_heavy:
            advance(f, band.row, band.rows * self.plan.row_bytes)
            return
        # Row by row, what was stored as a sum is read back and finished, with all registers free: a long expression
        # between the accumulators of a tile would push them out to memory again and again.
        f.i32_const(band.rows)
        f.local_set(self.left)
        f.loop()
        band.point(self.out, 0, band.a[0])
        for v in range(len(band.sums[0])):
            f.local_get(band.a[0])
            f.load('v128.load', 16 * v)
            f.local_set(band.sums[0][v])
        self._apply(0)
        self._store(band.a[:1], band.sums[:1])
        advance(f, band.row, self.plan.row_bytes)
        count_down(f, self.left)

    def _apply(self, i: int) -> None:
        """Replace the sums of row i by their results."""
        for operand in range(2, self.out):
            if self.plan.columns[operand] >= 0:
                self.band.point(operand, i, self.at[operand])
        sums = self.band.sums[i]
        for v in range(len(sums)):
            self.sum = sums[v]
            self.vector = v
            Emitter(self.f, self.dag, VECTOR, self.plan.is_heavy, self).push(self.root)
            self.f.local_set(self.sum)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        f = self.f
        if node.op == 'acc':
            f.local_get(self.sum)
        elif self.plan.kinds[node.value] == APART:
            self._gather(node.value)
        else:
            f.local_get(self.at[node.value])
            if self.plan.kinds[node.value] == SPLAT:
                f.load('v128.load32_splat', 0)
            else:
                f.load('v128.load', 16 * self.vector)

    def _gather(self, operand: int) -> None:
        """Push four columns that lie apart; of those beyond the last one, the last."""
        f = self.f
        for lane in range(4):
            column = 4 * self.vector + lane
            f.local_get(self.at[operand])
            f.i32_const(column)
            f.local_get(self.band.width)
            f.i32_const(1)
            f.op('i32.sub')
            f.i32_const(column)
            f.local_get(self.band.width)
            f.op('i32.lt_s')
            f.op('select')
            push_word(f, STEPS + operand)
            f.op('i32.mul')
            f.op('i32.add')
            if lane == 0:
                f.load('v128.load32_zero', 0)
            else:
                f.local_get(self.value)
                f.load_lane('v128.load32_lane', 0, lane)
            f.local_set(self.value)
        f.local_get(self.value)

    def _store(self, pointers: list[int], rows: list[list[int]]) -> None:
        """Store each row's vectors from its pointer on; what the pointers hold is lost."""
        f = self.f
        if self.plan.kinds[self.out] == APART:
            self._store_lanes(pointers, rows, True)
            return
        # several tiles abreast are all full
        if self.band.tiles == 1:
            f.local_get(self.band.width)
            f.i32_const(LANES)
            f.op('i32.lt_s')
            f.begin_if()
            self._store_lanes(pointers, rows, False)
            f.begin_else()
        for i in range(len(rows)):
            for v in range(len(rows[i])):
                f.local_get(pointers[i])
                f.local_get(rows[i][v])
                f.store('v128.store', 16 * v)
        if self.band.tiles == 1:
            f.end()

    def _store_lanes(self, pointers: list[int], rows: list[list[int]], apart: bool) -> None:
        """Column by column, as far as there are any."""
        f = self.f
        f.block()
        for column in range(4 * len(rows[0])):
            f.local_get(self.band.width)
            f.i32_const(column)
            f.op('i32.le_s')
            f.br_if(0)
            for i in range(len(rows)):
                f.local_get(pointers[i])
                f.local_get(rows[i][column // 4])
                f.store_lane('v128.store32_lane', 0 if apart else 4 * column, column % 4)
                if apart:
                    f.local_get(pointers[i])
                    push_word(f, STEPS + self.out)
                    f.op('i32.add')
                    f.local_set(pointers[i])
        f.end()
