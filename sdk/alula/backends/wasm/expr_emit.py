"""Expressions to instructions: values on the stack, in vector lanes or scalars, each common subexpression once."""

from __future__ import annotations

from typing import Any

from alula.backends.dag import Dag, DagNode
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import cast_in_vectors, emit_bitcast, emit_cast, wrap_narrow
from alula.backends.wasm.routines import compute
from alula.backends.wasm.spelling import (
    KINDS,
    SCALAR,
    SCALAR_SHAPES,
    VECTOR,
    VECTOR_SHAPES,
    kind_or_none,
    push_constant,
    spelling_of,
    stem_of,
    value_type,
)
from alula.host.arrays import trunc

FUSED: dict[str, str] = {'add': 'f32x4.relaxed_madd', 'sub': 'f32x4.relaxed_nmadd'}
CLAMPS: dict[str, str] = {'minimum': 'f32x4.pmin', 'maximum': 'f32x4.pmax'}


def can_emit(dag: Dag, node: DagNode, lanes: str) -> bool:
    """Whether the node's operation can be computed in such lanes (its arguments are nodes of their own)."""
    if kind_or_none(node.dtype) not in (VECTOR_SHAPES if lanes == VECTOR else SCALAR_SHAPES):
        return False
    if len(node.args) == 0 or node.op == 'load' or node.op == 'where':
        return True
    operand = dag.nodes[node.args[0]].dtype
    kind = kind_or_none(operand)
    if kind == '':
        return False
    if node.op.endswith('cast'):
        return lanes == SCALAR or cast_in_vectors(operand, node.dtype)
    return _shifts_all(dag, node, lanes) or spelling_of(lanes, node.op, kind) != ''


def _shifts_all(dag: Dag, node: DagNode, lanes: str) -> bool:
    """Whether the node shifts vectors by a constant: their instructions take one count for all lanes."""
    return lanes == VECTOR and node.op.startswith('shift') and dag.nodes[node.args[1]].op == 'const'


def can_emit_all(dag: Dag, lanes: str) -> bool:
    return all(can_emit(dag, node, lanes) for node in dag.nodes)


class Emitter:
    """Emits the nodes of a Dag into one function. `bound`: the local that holds a node's value, or -1. `leaves`: the
    kernel's part, whose `push(emitter, node)` pushes the value of an 'input', 'load', 'coord', 'stage' or 'acc' node.

    With `inline`, exp and its kin stand in place, for loops over elements; without, they are called.
    """

    def __init__(self, f: WasmFunction, dag: Dag, lanes: str, inline: bool, leaves: Any) -> None:
        self.f = f
        self.dag = dag
        self.lanes = lanes
        self.inline = inline
        self.leaves = leaves
        self.bound = [-1 for _ in dag.nodes]

    def bind(self, node_id: int, local: int) -> None:
        """From now on the node's value is what `local` holds."""
        self.bound[node_id] = local

    def forget(self, held: list[int]) -> None:
        """Go back to the bindings `held` (a copy of `bound`): what was computed since belongs to another element."""
        self.bound = held[:]

    def push(self, node_id: int) -> None:
        """Push the node's value, from its local if it was computed before."""
        node = self.dag.nodes[node_id]
        if self.bound[node_id] >= 0:
            self.f.local_get(self.bound[node_id])
        else:
            self._compute(node)
            if node.uses > 1 and node.op != 'const':
                self.bound[node_id] = self._local(node)
                self.f.local_tee(self.bound[node_id])

    def push_local(self, node_id: int) -> int:
        """A local that holds the node's value; computes it if need be."""
        if self.bound[node_id] < 0:
            held = self._local(self.dag.nodes[node_id])
            self.push(node_id)
            self.f.local_set(held)
            self.bound[node_id] = held
        return self.bound[node_id]

    def _local(self, node: DagNode) -> int:
        return self.f.local(value_type(self.lanes, KINDS[node.dtype]))

    def _compute(self, node: DagNode) -> None:
        f = self.f
        args = node.args
        if node.op == 'const':
            push_constant(f, self.lanes, KINDS[node.dtype], node.value)
            return
        if len(args) == 0 or node.op == 'load':
            self.leaves.push(self, node)
            return
        operand = self.dag.nodes[args[0]].dtype
        if node.op.endswith('cast'):
            self.push(args[0])
            (emit_cast if node.op == 'cast' else emit_bitcast)(f, self.lanes, operand, node.dtype)
        elif _shifts_all(self.dag, node, self.lanes):
            self.push(args[0])
            f.i32_const(trunc(self.dag.nodes[args[1]].value))
            f.op('i32x4.' + stem_of(node.op, KINDS[operand]))
            wrap_narrow(f, self.lanes, node.dtype)
        elif node.op == 'where':
            # Both ways of choosing take the condition last.
            self._apply([args[1], args[2], args[0]], 'v128.bitselect' if self.lanes == VECTOR else 'select')
        elif not (self.lanes == VECTOR and node.dtype == 'float32' and len(args) == 2 and self._in_short(node)):
            for arg in args:
                self.push(arg)
            compute(f, self.lanes, node.op, KINDS[operand], self.inline)
            wrap_narrow(f, self.lanes, node.dtype)

    def _apply(self, args: list[int], mnemonic: str) -> None:
        for arg in args:
            self.push(arg)
        self.f.op(mnemonic)

    def _in_short(self, node: DagNode) -> bool:
        """Vectors of float32 by fewer machine instructions: a * b + c and c - a * b in one where the host has it and
        nothing else needs the product; minimum and maximum with a constant by pmin and pmax, which are one where min
        and max, for the sake of NaN, are many: with the constant second they keep a NaN as well."""
        for at in [1, 0]:
            one = node.args[at]
            other = node.args[1 - at]
            operand = self.dag.nodes[one]
            if node.op in CLAMPS and operand.op == 'const' and operand.value == operand.value:
                self._apply([other, one], CLAMPS[node.op])
                return True
            own = operand.op == 'mul' and operand.uses == 1 and self.bound[one] < 0
            if self.f.relaxed and node.op in FUSED and own and (at == 1 or node.op == 'add'):
                self._apply([*operand.args, other], FUSED[node.op])
                return True
        return False
