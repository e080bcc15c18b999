"""One turn of a loop over elements: how many lanes count, how far ahead of the pointers it works, and moving elements
between memory and lanes. Maps and Reduces share it."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import push_word
from alula.backends.wasm.lane_memory import (
    lane_of,
    load_lanes,
    load_scalar,
    splat,
    store_lanes,
    store_scalar,
    unmasked,
)
from alula.backends.wasm.spelling import SCALAR, VECTOR
from alula.backends.wasm.walk import advance, advance_by_local
from alula.dtypes import item_bytes

LANES = 4


class Cursor:
    """A view in a loop: its type, the local with the address that the loop is at, how it steps along the loop (see
    space.step_class), and for the class 's' the local with its stride in bytes."""

    def __init__(self, dtype: str, address: int, kind: str, stride: int) -> None:
        self.dtype = dtype
        self.address = address
        self.kind = kind
        self.stride = stride
        self.item = item_bytes(dtype)


class Turn:
    """`width`: how many lanes hold elements, LANES or 1 (then lane 0 counts); `ahead`: vectors from the cursors to
    them."""

    def __init__(self, f: WasmFunction, lanes: str) -> None:
        self.f = f
        self.lanes = lanes
        self.width = LANES if lanes == VECTOR else 1
        self.ahead = 0

    def push(self, cursor: Cursor) -> None:
        """Push the element or elements that the turn is at."""
        if self.width == LANES and cursor.kind == '1':
            self.f.local_get(cursor.address)
            load_lanes(self.f, cursor.dtype, self.ahead * LANES * cursor.item)
            return
        at = self.f.local('i32')
        lanes = 1 if cursor.kind == '0' else self.width
        self._gather(cursor.dtype, lanes, lambda lane: self._push_address(cursor, at, lane))

    def store(self, cursor: Cursor, value: int) -> None:
        """Store what the local `value` holds."""
        f = self.f
        if self.width == LANES and cursor.kind != 's':
            f.local_get(cursor.address)
            f.local_get(value)
            store_lanes(f, cursor.dtype, self.ahead * LANES * cursor.item)
            return
        at = f.local('i32')
        for lane in range(self.width):
            self._push_address(cursor, at, lane)
            f.local_get(value)
            if self.lanes == SCALAR:
                store_scalar(f, cursor.dtype, 0)
            else:
                unmasked(f, cursor.dtype)
                f.store_lane(f'v128.store{8 * cursor.item}_lane', 0, lane * 4 // cursor.item)

    def _push_address(self, cursor: Cursor, at: int, lane: int) -> None:
        """Push the address of a lane's element and keep it in the local `at`, which holds that of the lane before."""
        f = self.f
        f.local_get(at if lane > 0 else cursor.address)
        if lane > 0:
            f.local_get(cursor.stride)
            f.op('i32.add')
        f.local_tee(at)

    def advance(self, cursor: Cursor, elements: int) -> None:
        """Move the cursor on along the loop."""
        if cursor.kind == '1':
            advance(self.f, cursor.address, elements * cursor.item)
        elif cursor.kind == 's':
            advance_by_local(self.f, cursor.address, cursor.stride, elements)

    def push_position(self, position: int) -> None:
        """From the local with the loop's index: the index in each lane."""
        f = self.f
        f.local_get(position)
        if self.lanes == VECTOR:
            f.op('i32x4.splat')
            f.v128_const([self.ahead * LANES + lane for lane in range(LANES)])
            f.op('i32x4.add')

    def gather(self, dtype: str, base_word: int) -> None:
        """From indices on the stack to the elements of a contiguous view, whose address is a word of the params
        block."""
        f = self.f
        indices = f.local('v128' if self.lanes == VECTOR else 'i32')
        f.local_set(indices)

        def push_address(lane: int) -> None:
            f.local_get(indices)
            if self.lanes == VECTOR:
                f.lane('i32x4.extract_lane', lane)
            index_to_address(f, dtype, base_word)

        self._gather(dtype, self.width, push_address)

    def _gather(self, dtype: str, lanes: int, push_address: Any) -> None:
        """Push the elements at the addresses that `push_address(lane)` pushes; one of them for all lanes."""
        for lane in range(lanes):
            push_address(lane)
            load_scalar(self.f, dtype, 0)
            if lane > 0:
                lane_of(self.f, dtype)
                self.f.lane('f32x4.replace_lane' if dtype == 'float32' else 'i32x4.replace_lane', lane)
            elif self.lanes == VECTOR:
                splat(self.f, dtype)


def index_to_address(f: WasmFunction, dtype: str, base_word: int) -> None:
    """From an index on the stack to the address of that element of a contiguous view."""
    f.i32_const(item_bytes(dtype))
    f.op('i32.mul')
    push_word(f, base_word)
    f.op('i32.add')
