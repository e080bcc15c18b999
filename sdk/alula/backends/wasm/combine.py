"""How the stages of a Reduce combine values: the primitive, the value of nothing, and lanes to one value."""

from __future__ import annotations

import math

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.routines import compute
from alula.backends.wasm.spelling import SCALAR, VECTOR, push_constant, spelling_of, value_type

PRIMITIVE_OF: dict[str, str] = {'sum': 'add', 'prod': 'mul', 'max': 'maximum', 'min': 'minimum'}
# lowest and highest of each kind
ENDS: dict[str, list[float]] = {
    'f32': [-math.inf, math.inf],
    'f64': [-math.inf, math.inf],
    'i32': [-2147483648, 2147483647],
    'u32': [0, 4294967295],
    'i64': [-(2.0**63), 2.0**63],
    'u64': [0, 2.0**64],
    'bool': [0, 1],
}


def push_identity(f: WasmFunction, lanes: str, op: str, kind: str) -> None:
    """Push the value that combines with any other to that other."""
    if op == 'sum':
        value = 0.0
    elif op == 'prod':
        value = 1.0
    else:
        value = ENDS[kind][0 if op == 'max' or op == 'argmax' or op == 'argmax_last' else 1]
    push_constant(f, lanes, kind, value)


def can_combine(lanes: str, op: str, kind: str) -> bool:
    primitive = PRIMITIVE_OF.get(op)
    if primitive is None:
        return lanes == SCALAR
    return spelling_of(lanes, primitive, kind) != ''


def combine(f: WasmFunction, lanes: str, op: str, kind: str) -> None:
    """From two values on the stack to the combined one."""
    compute(f, lanes, PRIMITIVE_OF[op], kind, False)


class Accumulator:
    """What a stage has combined so far, in a local.

    f32x4.max and min are many machine instructions for the sake of NaN. In lanes their pmax and pmin (one each) combine
    the terms instead, and a second local remembers where a NaN went by.
    """

    def __init__(self, f: WasmFunction, lanes: str, op: str, kind: str) -> None:
        self.f = f
        self.lanes = lanes
        self.op = op
        self.kind = kind
        self.value = f.local(value_type(lanes, kind))
        self.quick = lanes == VECTOR and kind == 'f32' and (op == 'max' or op == 'min')
        self.unordered = f.local('v128') if self.quick else -1

    def reset(self) -> None:
        push_identity(self.f, self.lanes, self.op, self.kind)
        self.f.local_set(self.value)
        if self.quick:
            self.f.held_i32x4(0)
            self.f.local_set(self.unordered)

    def take(self, term: int) -> None:
        """Combine with the local `term`."""
        f = self.f
        f.local_get(self.value)
        f.local_get(term)
        if not self.quick:
            combine(f, self.lanes, self.op, self.kind)
            f.local_set(self.value)
            return
        f.op('f32x4.pmax' if self.op == 'max' else 'f32x4.pmin')
        f.local_set(self.value)
        f.local_get(self.unordered)
        f.local_get(term)
        f.local_get(term)
        f.op('f32x4.ne')
        f.op('v128.or')
        f.local_set(self.unordered)

    def push(self) -> None:
        """Push the result: all bits set is a NaN."""
        self.f.local_get(self.value)
        if self.quick:
            self.f.local_get(self.unordered)
            self.f.op('v128.or')


def combine_lanes(f: WasmFunction, op: str, kind: str, value: int) -> None:
    """Push the scalar that the four lanes of local `value` combine to (a bool's as a mask)."""
    for half in [2, 1]:
        for _ in range(3):
            f.local_get(value)
        if half == 2:
            f.shuffle32(2, 3, 2, 3)
        else:
            f.shuffle32(1, 1, 1, 1)
        combine(f, VECTOR, op, kind)
        f.local_set(value)
    f.local_get(value)
    f.lane('f32x4.extract_lane' if kind == 'f32' else 'i32x4.extract_lane', 0)
