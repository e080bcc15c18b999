"""What a band does with its sums: the epilogue's expression over the accumulators.

The last column tile may be partial: its lanes beyond the last column are computed from whatever lies there (memory has
bytes to spare behind its last buffer, regions.py) and not stored (contract_store.py).
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.contract_form import LANES
from alula.backends.wasm.contract_store import APART, CONTIGUOUS, SPLAT, TileStore
from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.expr_emit import Emitter, can_emit_all
from alula.backends.wasm.gemm import BATCH, PARAMS, Word
from alula.backends.wasm.spelling import VECTOR
from alula.kernels.expr import Expr, cost, expr_text, leaves

FIRST_READ = 2  # the slot of the first input that the epilogue reads; a and w come before
OUT_ADDRESS = 8  # byte offset in a batch's record, after the addresses of a and w
READ_ADDRESSES = 12
HEAVY = 12  # the cost from which on an expression is not applied to accumulators in registers


class Read:
    """How an operand of the output's shape is reached: `kind` along the columns, `step` bytes from one to the next;
    along the rows by column `column` of the row table (-1: not at all); `batch_strides` in bytes."""

    def __init__(self, kind: str, column: int, step: int, batch_strides: list[int]) -> None:
        self.kind = kind
        self.column = column
        self.step = step
        self.batch_strides = batch_strides

    def key(self) -> str:
        return f'{self.kind} {self.column}'


def can_finish(epilogue: Expr) -> bool:
    """Whether a band can apply the expression: float32 in vector lanes."""
    dag = Dag()
    dag.root(epilogue)
    return epilogue.dtype == 'float32' and is_pointwise(epilogue) and can_emit_all(dag, VECTOR)


def is_pointwise(epilogue: Expr) -> bool:
    """Whether the expression asks for nothing but the sum and the inputs at the same index."""
    return len(leaves(epilogue, 'coord')) == 0 and len(leaves(epilogue, 'load')) == 0


class Epilogue:
    """The expression, and how its operands and the output are reached."""

    def __init__(self, expr: Expr, reads: list[Read], out: Read) -> None:
        self.expr = expr
        self.reads = reads
        self.out = out
        self.is_heavy: bool = cost(expr) > HEAVY and out.kind == CONTIGUOUS

    def key(self) -> str:
        reads = [read.key() for read in self.reads]
        return f'{expr_text(self.expr)} of {", ".join(reads)} to {self.out.key()}'

    def within(self, band: Any) -> Finish:
        """Its code within a band (gemm.py) whose loops are about to be emitted."""
        return Finish(self, band)


class Finish:
    """Emits the end of a tile."""

    def __init__(self, epilogue: Epilogue, band: Any) -> None:
        self.epilogue = epilogue
        self.band = band
        f: WasmFunction = band.f
        self.f = f
        self.dag = Dag()
        self.root = self.dag.root(epilogue.expr)
        self.emitter = Emitter(f, self.dag, VECTOR, epilogue.is_heavy, self)
        self.width = f.local('i32')
        self.rows_left = f.local('i32')
        self.out_step = f.local('i32')
        self.store = TileStore(f, epilogue.out.kind, self.width, self.out_step)
        self.steps = [f.local('i32') for _ in epilogue.reads]
        self.out_base = f.local('i32')
        self.bases = [f.local('i32') for _ in epilogue.reads]
        # Where each operand has the row in hand; what does not change from row to row stays at its base.
        self.at = [f.local('i32') if read.column >= 0 else self.bases[r] for r, read in enumerate(epilogue.reads)]
        self.value = f.local('v128')
        # The vector in hand: its accumulator, its tile of those abreast, its half of the tile.
        self.sum = 0
        self.tile = 0
        self.half = 0

    def begin(self) -> None:
        """Before the columns: the strides between columns that are not known while the code is made."""
        if self.epilogue.out.kind == APART:
            self._step(Word.OUT_STEP, self.out_step)
        for r in range(len(self.epilogue.reads)):
            if self.epilogue.reads[r].kind == APART:
                self._step(Word.READ_STEPS + r, self.steps[r])

    def _step(self, word: int, target: int) -> None:
        self.f.local_get(PARAMS)
        self.f.load('i32.load', 4 * word)
        self.f.local_set(target)

    def begin_column(self) -> None:
        """Before the row tiles of a column tile: where each operand has it, and how many columns are left."""
        f = self.f
        f.local_get(PARAMS)
        f.load('i32.load', 4 * Word.COLS)
        f.local_get(self.band.column)
        f.i32_const(LANES)
        f.op('i32.mul')
        f.op('i32.sub')
        f.local_set(self.width)
        self._base(self.epilogue.out, OUT_ADDRESS, self.out_step, self.out_base)
        for r in range(len(self.epilogue.reads)):
            self._base(self.epilogue.reads[r], READ_ADDRESSES + 4 * r, self.steps[r], self.bases[r])

    def _base(self, read: Read, address: int, step: int, target: int) -> None:
        f = self.f
        f.local_get(BATCH)
        f.load('i32.load', address)
        if read.kind != SPLAT:
            f.local_get(self.band.column)
            f.i32_const(LANES * 4 if read.kind == CONTIGUOUS else LANES)
            f.op('i32.mul')
            if read.kind == APART:
                f.local_get(step)
                f.op('i32.mul')
            f.op('i32.add')
        f.local_set(target)

    def emit(self) -> None:
        """At the end of a tile: the expression applied to every accumulator, and all of them stored."""
        band = self.band
        if self.epilogue.expr.op == 'acc' or self.epilogue.is_heavy:
            self._store()
        else:
            for i in range(band.rows):
                self._point_reads(i)
                self._apply(i)
            self._store()
        if self.epilogue.is_heavy:
            self._finish_stored()

    def _store(self) -> None:
        """Store every accumulator. The pointers into a are no longer needed: they go on as those into the output."""
        band = self.band
        for i in range(band.rows):
            self._point(self.epilogue.out, i, self.out_base, band.a[i])
        self.store.rows(band.a, [self._sums(i) for i in range(band.rows)])

    def _finish_stored(self) -> None:
        """Row by row, what was stored as a sum is read back and finished, with all registers free: a long expression
        between the accumulators of a tile would push them out to memory again and again."""
        f = self.f
        band = self.band
        begin = f.local('i32')
        f.local_get(band.row)
        f.local_set(begin)
        f.i32_const(band.rows)
        f.local_set(self.rows_left)
        f.loop()
        self._point(self.epilogue.out, 0, self.out_base, band.a[0])
        sums = self._sums(0)
        for v in range(len(sums)):
            f.local_get(band.a[0])
            f.load('v128.load', 16 * v)
            f.local_set(sums[v])
        self._point_reads(0)
        self._apply(0)
        self.store.rows([band.a[0]], [sums])
        f.local_get(band.row)
        f.i32_const(band.code.record_bytes)
        f.op('i32.add')
        f.local_set(band.row)
        f.local_get(self.rows_left)
        f.i32_const(1)
        f.op('i32.sub')
        f.local_tee(self.rows_left)
        f.br_if(0)
        f.end()
        f.local_get(begin)
        f.local_set(band.row)

    def _sums(self, i: int) -> list[int]:
        """The accumulators of row i, in the order of the columns."""
        per_row = 2 * self.band.tiles
        sums: list[int] = self.band.acc[per_row * i : per_row * (i + 1)]
        return sums

    def _point(self, read: Read, i: int, base: int, target: int) -> None:
        """target = where the operand's row i has the tile's first column."""
        f = self.f
        f.local_get(base)
        if read.column >= 0:
            f.local_get(self.band.row)
            f.load('i32.load', i * self.band.code.record_bytes + 4 * read.column)
            f.op('i32.add')
        f.local_set(target)

    def _point_reads(self, i: int) -> None:
        for r in range(len(self.epilogue.reads)):
            if self.epilogue.reads[r].column >= 0:
                self._point(self.epilogue.reads[r], i, self.bases[r], self.at[r])

    def _apply(self, i: int) -> None:
        """Replace the sums of row i by their results."""
        none = self.emitter.bound[:]
        for j in range(self.band.tiles):
            for half in range(2):
                self.emitter.forget(none)
                self.sum = self.band.register(i, j, half)
                self.tile = j
                self.half = half
                self.emitter.push(self.root)
                self.f.local_set(self.sum)
        self.emitter.forget(none)

    def push(self, emitter: Emitter, node: DagNode) -> None:
        f = self.f
        if node.op == 'acc':
            f.local_get(self.sum)
            return
        r = node.value - FIRST_READ
        read = self.epilogue.reads[r]
        if read.kind == APART:
            self._gather(self.at[r], self.steps[r])
            return
        f.local_get(self.at[r])
        if read.kind == SPLAT:
            f.load('v128.load32_splat', 0)
        else:
            f.load('v128.load', LANES * 4 * self.tile + 16 * self.half)

    def _gather(self, at: int, step: int) -> None:
        """Push four columns that lie apart; of those beyond the last one, the last."""
        f = self.f
        for lane in range(4):
            column = LANES * self.tile + 4 * self.half + lane
            f.local_get(at)
            if column > 0:
                f.i32_const(column)
                f.local_get(self.width)
                f.i32_const(1)
                f.op('i32.sub')
                f.i32_const(column)
                f.local_get(self.width)
                f.op('i32.lt_s')
                f.op('select')
                f.local_get(step)
                f.op('i32.mul')
                f.op('i32.add')
            if lane == 0:
                f.load('v128.load32_zero', 0)
            else:
                f.local_get(self.value)
                f.load_lane('v128.load32_lane', 0, lane)
            f.local_set(self.value)
        f.local_get(self.value)
