"""One turn of a loop over elements: how many lanes count, how far ahead of the pointers it works, and moving elements
between memory and lanes. Maps and Reduces share it."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import push_word
from alula.backends.wasm.lane_memory import (
    gather_lanes,
    load_lanes,
    load_scalar,
    load_splat,
    replace_lane,
    scatter_lanes,
    store_lanes,
    store_one_lane,
    store_scalar,
    unmasked,
)
from alula.backends.wasm.spelling import SCALAR, VECTOR
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
        f = self.f
        if self.lanes == VECTOR and self.width == LANES and cursor.kind == 's':
            gather_lanes(f, cursor.dtype, cursor.address, cursor.stride)
            return
        f.local_get(cursor.address)
        if self.lanes == SCALAR:
            load_scalar(f, cursor.dtype, 0)
        elif self.width == LANES and cursor.kind == '1':
            load_lanes(f, cursor.dtype, self.ahead * LANES * cursor.item)
        else:
            load_splat(f, cursor.dtype, 0)

    def store(self, cursor: Cursor, value: int) -> None:
        """Store what the local `value` holds."""
        f = self.f
        if self.lanes == VECTOR and self.width == LANES and cursor.kind == 's':
            f.local_get(value)
            unmasked(f, cursor.dtype)
            f.local_set(value)
            scatter_lanes(f, cursor.dtype, value, cursor.address, cursor.stride)
            return
        f.local_get(cursor.address)
        f.local_get(value)
        if self.lanes == SCALAR:
            store_scalar(f, cursor.dtype, 0)
        elif self.width == LANES:
            store_lanes(f, cursor.dtype, self.ahead * LANES * cursor.item)
        else:
            unmasked(f, cursor.dtype)
            store_one_lane(f, cursor.dtype, 0, 0)

    def advance(self, cursor: Cursor, elements: int) -> None:
        """Move the cursor on along the loop."""
        f = self.f
        if cursor.kind == '0':
            return
        f.local_get(cursor.address)
        if cursor.kind == '1':
            f.i32_const(elements * cursor.item)
        else:
            f.local_get(cursor.stride)
            f.i32_const(elements)
            f.op('i32.mul')
        f.op('i32.add')
        f.local_set(cursor.address)

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
        if self.lanes == SCALAR:
            index_to_address(f, dtype, base_word)
            load_scalar(f, dtype, 0)
            return
        indices = f.local('v128')
        address = f.local('i32')
        f.local_set(indices)
        for lane in range(self.width):
            f.local_get(indices)
            f.lane('i32x4.extract_lane', lane)
            index_to_address(f, dtype, base_word)
            if lane == 0:
                load_splat(f, dtype, 0)
            else:
                f.local_set(address)
                replace_lane(f, dtype, address, lane)


def index_to_address(f: WasmFunction, dtype: str, base_word: int) -> None:
    """From an index on the stack to the address of that element of a contiguous view."""
    size = item_bytes(dtype)
    if size > 1:
        f.i32_const(size)
        f.op('i32.mul')
    push_word(f, base_word)
    f.op('i32.add')
