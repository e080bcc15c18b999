"""Expressions to instructions: values on the stack, in vector lanes or scalars, each common subexpression once."""

from __future__ import annotations

from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.casts import cast_in_vectors, emit_cast, wrap_narrow
from alula.backends.wasm.dag import Dag, DagNode
from alula.backends.wasm.routines import compute
from alula.backends.wasm.spelling import (
    KINDS,
    SCALAR,
    VECTOR,
    VECTOR_SHAPES,
    kind_or_none,
    push_constant,
    spelling_of,
    value_type,
)

LEAVES = ['input', 'load', 'coord', 'stage', 'acc']


def can_emit(dag: Dag, node: DagNode, lanes: str) -> bool:
    """Whether the node's operation can be computed in such lanes (its arguments are nodes of their own)."""
    kind = kind_or_none(node.dtype)
    if kind == '' or (lanes == VECTOR and kind not in VECTOR_SHAPES):
        return False
    if node.op in LEAVES or node.op == 'const' or node.op == 'where':
        return True
    operand = dag.nodes[node.args[0]].dtype
    operand_kind = kind_or_none(operand)
    if operand_kind == '':
        return False
    if node.op == 'cast':
        return lanes == SCALAR or cast_in_vectors(operand, node.dtype)
    return spelling_of(lanes, node.op, operand_kind) != ''


def can_emit_all(dag: Dag, lanes: str) -> bool:
    for node in dag.nodes:
        if not can_emit(dag, node, lanes):
            return False
    return True


class Leaves:
    """What the leaves of an expression are where it is computed: the kernel's part of emitting."""

    def push(self, emitter: Emitter, node: DagNode) -> None:
        """Push the value of an 'input', 'load', 'coord', 'stage' or 'acc' node."""
        raise NotImplementedError('push')


class Emitter:
    """Emits the nodes of a Dag into one function. `bound`: the local that holds a node's value, or -1.

    With `inline`, exp and its kin stand in place, for loops over elements; without, they are called.
    """

    def __init__(self, f: WasmFunction, dag: Dag, lanes: str, inline: bool, leaves: Leaves) -> None:
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
        if self.bound[node_id] >= 0:
            self.f.local_get(self.bound[node_id])
            return
        node = self.dag.nodes[node_id]
        if node.op == 'const':
            push_constant(self.f, self.lanes, KINDS[node.dtype], node.value)
            return
        if node.op in LEAVES:
            self.leaves.push(self, node)
        else:
            self._compute(node)
        if node.uses > 1:
            held = self.f.local(value_type(self.lanes, KINDS[node.dtype]))
            self.f.local_tee(held)
            self.bound[node_id] = held

    def push_local(self, node_id: int) -> int:
        """A local that holds the node's value; computes it if need be."""
        if self.bound[node_id] < 0:
            held = self.f.local(value_type(self.lanes, KINDS[self.dag.nodes[node_id].dtype]))
            self.push(node_id)
            self.f.local_set(held)
            self.bound[node_id] = held
        return self.bound[node_id]

    def _compute(self, node: DagNode) -> None:
        if node.op == 'where':
            # Both ways of choosing take the condition last.
            for i in [1, 2, 0]:
                self.push(node.args[i])
            self.f.op('v128.bitselect' if self.lanes == VECTOR else 'select')
            return
        operand = self.dag.nodes[node.args[0]].dtype
        if node.op == 'cast':
            self.push(node.args[0])
            emit_cast(self.f, self.lanes, operand, node.dtype)
            return
        if self._fused(node) or self._clamped(node):
            return
        for arg in node.args:
            self.push(arg)
        compute(self.f, self.lanes, node.op, KINDS[operand], self.inline)
        wrap_narrow(self.f, self.lanes, node.dtype)

    def _fused(self, node: DagNode) -> bool:
        """a * b + c and c - a * b in one instruction where the host has it and nothing else needs the product."""
        if not self.f.relaxed or self.lanes != VECTOR or node.dtype != 'float32':
            return False
        if node.op != 'add' and node.op != 'sub':
            return False
        at = 1
        if node.op == 'add' and not self._is_own_product(node.args[1]):
            at = 0
        if not self._is_own_product(node.args[at]):
            return False
        for arg in self.dag.nodes[node.args[at]].args:
            self.push(arg)
        self.push(node.args[1 - at])
        self.f.op('f32x4.relaxed_madd' if node.op == 'add' else 'f32x4.relaxed_nmadd')
        return True

    def _is_own_product(self, node_id: int) -> bool:
        node = self.dag.nodes[node_id]
        return node.op == 'mul' and node.uses == 1 and self.bound[node_id] < 0

    def _clamped(self, node: DagNode) -> bool:
        """Minimum and maximum with a constant: pmin and pmax are one machine instruction where min and max, for the
        sake of NaN, are many; with the constant second they keep a NaN as well."""
        if self.lanes != VECTOR or node.dtype != 'float32' or (node.op != 'minimum' and node.op != 'maximum'):
            return False
        limit = self.dag.nodes[node.args[1]]
        if limit.op != 'const' or limit.value != limit.value:
            return False
        self.push(node.args[0])
        self.push(node.args[1])
        self.f.op('f32x4.pmin' if node.op == 'minimum' else 'f32x4.pmax')
        return True
