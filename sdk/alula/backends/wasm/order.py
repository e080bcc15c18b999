"""Orders: a heap of the first indices so far, with the last of them on top, then sorted in place (Floyd 1964)."""

from __future__ import annotations

from typing import Any

from alula.backends.space import Dim, product
from alula.backends.wasm.assembler import WasmFunction
from alula.backends.wasm.kernel import KernelPlan, byte_strides, push_word, word_local
from alula.backends.wasm.lane_memory import load_scalar
from alula.backends.wasm.routines import write
from alula.backends.wasm.space import byte_dims
from alula.backends.wasm.spelling import KINDS, SCALAR, SCALAR_SHAPES, kind_or_none
from alula.backends.wasm.walk import Walk, walk_words, while_at_least
from alula.dtypes import is_float
from alula.kernels.kernel import Order, Step

X = 0
OUT = 1
X_STEP = 2
OUT_STEP = 3
SIZE = 4
COUNT = 5
WORDS = 6

# Whether the element with value a and index i comes before that with b and j; > for the order that is asked for. NaN
# comes last.
BEFORE = 'a b > a b eq i j i32.lt_s i32.and i32.or'
FLOATS_BEFORE = 'a b > a b eq a a ne b b ne i32.and i32.or i j i32.lt_s i32.and i32.or a a eq b b ne i32.and i32.or'


class OrderPlan(KernelPlan):
    """An item is a row. Words: the addresses, the steps along the last dim in bytes, the sizes of row and result, the
    walk."""

    def __init__(self, step: Step, kernel: Order) -> None:
        super().__init__('order', '', 0, 0)
        x = step.inputs[0]
        out = step.outputs[0]
        last = len(x.shape) - 1
        self.dtype = x.dtype
        text = FLOATS_BEFORE if is_float(x.dtype) else BEFORE
        self.before = text.replace('>', ('gt' if kernel.is_falling else 'lt') + ('' if is_float(x.dtype) else '_?'))
        self.dims = byte_dims(x.shape, [x, out], 0, last)
        if len(self.dims) == 0:
            self.dims = [Dim(1, [0, 0], -1)]
        self.key = f'{self.label} {kernel.key()} {x.dtype} {len(self.dims)}'
        self.items = product(self.dims)
        self.item_cost = 16 * x.shape[last] + 16
        steps = [byte_strides(x)[last], byte_strides(out)[last]]
        self.sizes = [*steps, x.shape[last], out.shape[last], *walk_words(self.dims)]

    def emit(self, f: WasmFunction) -> None:
        OrderCode(f, self).emit()


class OrderCode:
    """One function in the making. The heap is the result: `size` indices so far. Three of them, with their elements,
    are held in locals; the first of these is the one that sinks from entry `at`."""

    def __init__(self, f: WasmFunction, plan: OrderPlan) -> None:
        self.f = f
        self.plan = plan
        self.x = word_local(f, X)
        self.out = word_local(f, OUT)
        self.count = f.local('i32')
        self.at = f.local('i32')
        self.size = f.local('i32')
        self.place = f.local('i32')
        self.child = f.local('i32')
        self.indices = [f.local('i32') for _ in range(3)]
        self.keys = [f.local(SCALAR_SHAPES[KINDS[plan.dtype]]) for _ in range(3)]

    def emit(self) -> None:
        walk = Walk(self.f, len(self.plan.dims), [self.x, self.out], WORDS)
        walk.rows(lambda: self._row())

    def _row(self) -> None:
        f = self.f
        self._each(COUNT, 0, 1, lambda: self._fill())
        push_word(f, COUNT)
        f.local_set(self.size)
        self._each(COUNT, 0, 2, lambda: self._heapify())
        self._each(SIZE, COUNT, 1, lambda: self._offer())
        self._each(COUNT, 0, 1, lambda: self._extract())

    def _each(self, word: int, less: int, divisor: int, body: Any) -> None:
        """`body` with `count` running down to 1, from a word, less another (0: nothing), divided."""
        f = self.f
        push_word(f, word)
        if less > 0:
            push_word(f, less)
            f.op('i32.sub')
        f.i32_const(divisor)
        f.op('i32.div_u')
        f.local_set(self.count)
        while_at_least(f, self.count, 1, body)

    def _below(self, local: int) -> None:
        """Push a local less 1."""
        self.f.local_get(local)
        self.f.i32_const(1)
        self.f.op('i32.sub')

    def _fill(self) -> None:
        """Entry count - 1 of the heap is itself."""
        self._below(self.count)
        self.f.local_tee(self.at)
        self.f.local_set(self.indices[0])
        self._store(self.at, 0)

    def _heapify(self) -> None:
        self._below(self.count)
        self.f.local_set(self.at)
        self._take(0, self.at)
        self._sink()

    def _offer(self) -> None:
        """Index SIZE - count, if it comes before the last so far."""
        f = self.f
        push_word(f, SIZE)
        f.local_get(self.count)
        f.op('i32.sub')
        f.local_set(self.indices[0])
        self._key(0)
        f.i32_const(0)
        f.local_set(self.at)
        self._take(1, self.at)
        self._before(0, 1)
        f.begin_if()
        self._sink()
        f.end()

    def _extract(self) -> None:
        """The last so far goes behind the heap, which is one smaller."""
        f = self.f
        self._below(self.count)
        f.local_set(self.size)
        f.i32_const(0)
        f.local_set(self.at)
        self._take(1, self.at)
        self._take(0, self.size)
        self._store(self.size, 1)
        f.local_get(self.size)
        f.begin_if()
        self._sink()
        f.end()

    def _sink(self) -> None:
        """Let entry 0 of the locals sink from `at`: entries that come after it rise."""
        f = self.f
        f.block()
        f.loop()
        f.local_get(self.at)
        f.i32_const(1)
        f.op('i32.shl')
        f.i32_const(1)
        f.op('i32.add')
        f.local_tee(self.child)
        f.local_get(self.size)
        f.op('i32.ge_s')
        f.br_if(1)
        self._take(1, self.child)
        f.local_get(self.child)
        f.i32_const(1)
        f.op('i32.add')
        f.local_tee(self.place)
        f.local_get(self.size)
        f.op('i32.lt_s')
        f.begin_if()
        self._take(2, self.place)
        self._before(1, 2)
        f.begin_if()
        for held in [[self.indices[2], self.indices[1]], [self.keys[2], self.keys[1]], [self.place, self.child]]:
            f.local_get(held[0])
            f.local_set(held[1])
        f.end()
        f.end()
        self._before(0, 1)
        f.op('i32.eqz')
        f.br_if(1)
        self._store(self.at, 1)
        f.local_get(self.child)
        f.local_set(self.at)
        f.br(0)
        f.end()
        f.end()
        self._store(self.at, 0)

    def _before(self, one: int, other: int) -> None:
        """Push whether entry `one` of the locals comes before the other."""
        held = {'a': self.keys[one], 'b': self.keys[other], 'i': self.indices[one], 'j': self.indices[other]}
        write(self.f, SCALAR, KINDS[self.plan.dtype], self.plan.before, held)

    def _address(self, at: int) -> None:
        f = self.f
        f.local_get(at)
        push_word(f, OUT_STEP)
        f.op('i32.mul')
        f.local_get(self.out)
        f.op('i32.add')

    def _take(self, entry: int, at: int) -> None:
        """Entry `at` of the heap, with its key, to the locals."""
        self._address(at)
        self.f.load('i32.load', 0)
        self.f.local_set(self.indices[entry])
        self._key(entry)

    def _key(self, entry: int) -> None:
        f = self.f
        f.local_get(self.indices[entry])
        push_word(f, X_STEP)
        f.op('i32.mul')
        f.local_get(self.x)
        f.op('i32.add')
        load_scalar(f, self.plan.dtype, 0)
        f.local_set(self.keys[entry])

    def _store(self, at: int, entry: int) -> None:
        """The index of the locals' entry to entry `at` of the heap."""
        f = self.f
        self._address(at)
        f.local_get(self.indices[entry])
        f.op('i64.extend_i32_u')
        f.store('i64.store', 0)


def order_kernel(step: Step) -> KernelPlan | None:
    """Any Order of types that WebAssembly computes with."""
    assert isinstance(step.kernel, Order)
    return OrderPlan(step, step.kernel) if kind_or_none(step.inputs[0].dtype) != '' else None
