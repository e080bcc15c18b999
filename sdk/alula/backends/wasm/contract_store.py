"""How a tile's results reach the output: whole vectors, the columns that are left, or columns apart."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.contract_form import LANES

# How an operand of the output's shape goes along the columns.
SPLAT = 'splat'  # the same for all
CONTIGUOUS = 'contiguous'
APART = 'apart'  # a stride between them


class TileStore:
    """Stores of float32 rows. `width`: the local with the number of columns from the tile's first on; `step`: the local
    with the bytes between columns, where they lie apart."""

    def __init__(self, f: WasmFunction, kind: str, width: int, step: int) -> None:
        self.f = f
        self.kind = kind
        self.width = width
        self.step = step

    def rows(self, pointers: list[int], rows: list[list[int]]) -> None:
        """Store each row's vectors from its pointer on. What the pointers and vectors hold is lost."""
        if self.kind == APART:
            self._apart(pointers, rows)
        elif len(rows[0]) > 2:
            # Several tiles abreast are all full.
            self._whole(pointers, rows)
        else:
            f = self.f
            f.local_get(self.width)
            f.i32_const(LANES)
            f.op('i32.lt_s')
            f.begin_if()
            self._partial(pointers, rows)
            f.begin_else()
            self._whole(pointers, rows)
            f.end()

    def _whole(self, pointers: list[int], rows: list[list[int]]) -> None:
        f = self.f
        for i in range(len(rows)):
            for v in range(len(rows[i])):
                f.local_get(pointers[i])
                f.local_get(rows[i][v])
                f.store('v128.store', 16 * v)

    def _partial(self, pointers: list[int], rows: list[list[int]]) -> None:
        """Four columns, then two, then one, as the width says; what is left moves down to lane 0 each time."""
        f = self.f
        for count in [4, 2, 1]:
            f.local_get(self.width)
            f.i32_const(count)
            f.op('i32.and')
            f.begin_if()
            for i in range(len(rows)):
                low = rows[i][0]
                f.local_get(pointers[i])
                f.local_get(low)
                if count == 4:
                    f.store('v128.store', 0)
                    f.local_get(rows[i][1])
                    f.local_set(low)
                elif count == 2:
                    f.store_lane('v128.store64_lane', 0, 0)
                    f.local_get(low)
                    f.local_get(low)
                    f.shuffle32(2, 3, 2, 3)
                    f.local_set(low)
                else:
                    f.store_lane('v128.store32_lane', 0, 0)
                if count > 1:
                    f.local_get(pointers[i])
                    f.i32_const(4 * count)
                    f.op('i32.add')
                    f.local_set(pointers[i])
            f.end()

    def _apart(self, pointers: list[int], rows: list[list[int]]) -> None:
        """Lane by lane, as far as there are columns."""
        f = self.f
        f.block()
        for column in range(4 * len(rows[0])):
            if column > 0:
                f.local_get(self.width)
                f.i32_const(column)
                f.op('i32.le_s')
                f.br_if(0)
            for i in range(len(rows)):
                f.local_get(pointers[i])
                f.local_get(rows[i][column // 4])
                f.store_lane('v128.store32_lane', 0, column % 4)
                f.local_get(pointers[i])
                f.local_get(self.step)
                f.op('i32.add')
                f.local_set(pointers[i])
        f.end()
