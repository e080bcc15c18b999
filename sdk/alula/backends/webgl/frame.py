"""Where a fragment stands: from a texel of an output to the indices of its four elements, and to those of each input.

The dims of the output are merged and sorted by their place in memory, so that an index is a few divisions; negative
steps are turned round."""

from __future__ import annotations

from alula.backends.space import Dim, in_memory_order, merged
from alula.backends.webgl.refused import Refused
from alula.kernels.expr import leaves
from alula.kernels.kernel import Contract, Map, Reduce, Step
from alula.kernels.view import View, covers_buffer

# How an input goes along the four elements of a texel of the output.
SAME = 'same'  # one element for all
TEXEL = 'texel'  # the four of one texel
APART = 'apart'  # anywhere


class Frame:
    """The iteration space of a step as one of its outputs sees it. Steps are in elements, by input, then the output's.

    `dims`: those of the output, innermost last; `loops`: the others, walked by each fragment. `offsets`: where each
    input begins, then the output. `is_packed`: the four elements differ only in the index of the last dim, by one each.
    `covers`: the output is all of its buffer. `flipped`: the axes whose index runs backwards.
    """

    def __init__(self, step: Step, out: View) -> None:
        kernel = step.kernel
        views = step.inputs
        self.out = len(views)
        shape = (views if isinstance(kernel, Reduce) else step.outputs)[0].shape
        lead = kernel.rows if isinstance(kernel, Reduce) else len(shape)
        strides = [view.strides for view in views]
        if isinstance(kernel, Contract):
            shape = [*shape, *views[0].shape[kernel.batch + kernel.rows :]]
            strides[0] = _left(kernel, views[0].strides)
            strides[1] = _right(kernel, views[1].strides)
        if isinstance(kernel, Map):
            # what is only loaded from has dims of its own
            loaded = [leaf.value for e in kernel.exprs for leaf in leaves(e, 'load')]
            strides = [[] if s in loaded else strides[s] for s in range(len(strides))]
        self.offsets = [*[view.offset for view in views], out.offset]
        self.covers = covers_buffer(out)
        self.flipped: list[int] = []
        dims: list[Dim] = []
        loops: list[Dim] = []
        for axis in range(len(shape)):
            if shape[axis] == 1:
                continue
            steps = [s[axis] if axis < len(s) else 0 for s in strides]
            if axis >= lead:
                loops.append(Dim(shape[axis], [*steps, 0], axis))
                continue
            steps.append(out.strides[axis])
            if out.strides[axis] < 0:
                self.flipped.append(axis)
                for v in range(len(steps)):
                    self.offsets[v] += (shape[axis] - 1) * steps[v]
                    steps[v] = -steps[v]
            dims.append(Dim(shape[axis], steps, axis))
        kept = _kept(step)
        self.dims = merged(in_memory_order(dims, [self.out]), kept)
        self.loops = merged(in_memory_order(loops, [0]) if isinstance(kernel, Contract) else loops, kept)
        self._check_nesting()
        self.is_packed = self._packs(out)

    def _check_nesting(self) -> None:
        """An element's place must tell its indices."""
        reach = 1
        for back in range(len(self.dims) - 1, -1, -1):
            dim = self.dims[back]
            if dim.steps[self.out] < reach:
                raise Refused('the elements that it writes interleave')
            reach += (dim.size - 1) * dim.steps[self.out]

    def _packs(self, out: View) -> bool:
        if len(self.dims) == 0:
            return self.covers
        last = self.dims[len(self.dims) - 1]
        if last.steps[self.out] != 1 or self.offsets[self.out] % 4 != 0:
            return False
        for dim in self.dims:
            if dim is not last and dim.steps[self.out] % 4 != 0:
                return False
        # The last texel of a buffer may have elements that nobody reads.
        return last.size % 4 == 0 or (len(self.dims) == 1 and last.size == out.buffer.size)

    def steps_of(self, s: int) -> list[int]:
        """How input `s` steps along the output's dims."""
        return [dim.steps[s] for dim in self.dims]

    def way(self, s: int) -> str:
        """How input `s` goes along the four elements."""
        steps = self.steps_of(s)
        moving = [step for step in steps if step != 0]
        if len(moving) == 0:
            return SAME
        if not self.is_packed:
            return APART
        lane = steps[len(steps) - 1]
        if lane == 0:
            return SAME
        return TEXEL if lane == 1 and self.is_aligned(s, -1) else APART

    def is_aligned(self, s: int, loop: int) -> bool:
        """Whether input `s` begins at a texel whatever the indices, but that of loop `loop` (-1: of the last dim)."""
        inner = len(self.dims) - 1 if loop < 0 else -1
        for i, dim in enumerate(self.dims):
            if i != inner and dim.steps[s] % 4 != 0:
                return False
        for i, dim in enumerate(self.loops):
            if i != loop and dim.steps[s] % 4 != 0:
                return False
        return self.offsets[s] % 4 == 0


def _left(kernel: Contract, strides: list[int]) -> list[int]:
    """Steps of a Contract's left operand over batch, rows, cols and depth."""
    at = kernel.batch + kernel.rows
    return [*strides[:at], *[0 for _ in range(kernel.cols)], *strides[at:]]


def _right(kernel: Contract, strides: list[int]) -> list[int]:
    at = kernel.batch
    end = at + kernel.depth
    return [*strides[:at], *[0 for _ in range(kernel.rows)], *strides[end:], *strides[at:end]]


def _kept(step: Step) -> list[int]:
    """The axes whose index the step asks for."""
    exprs = [*[stage.expr for stage in step.kernel.stages], *step.kernel.exprs]
    return [leaf.value for e in exprs for leaf in leaves(e, 'coord')]
