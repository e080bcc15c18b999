"""Where a fragment stands: from a texel of an output to the indices of its four elements, and to those of each input.

The dims of the output are merged and sorted by their place in memory, so that an index is a few divisions; negative
steps are turned round."""

from __future__ import annotations

from alula.backends.space import coords_of, dims_of, in_memory_order, merged, whole_shape, whole_views
from alula.kernels.kernel import Contract, Reduce, Step
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
    `problem`: why a shader can't have it, '' if it can.
    """

    def __init__(self, step: Step, k: int) -> None:
        kernel = step.kernel
        whole = whole_views(step)
        self.out = len(step.inputs)
        out = whole[self.out + k]
        views = [*whole[: self.out], out]
        shape = whole_shape(step)
        lead = kernel.rows if isinstance(kernel, Reduce) else len(step.outputs[0].shape)
        kept = coords_of(step)
        self.problem = ''
        self.offsets = [view.offset for view in views]
        self.covers = covers_buffer(step.outputs[k])
        self.flipped: list[int] = []
        everything = dims_of(shape, [view.strides for view in views], 0, len(shape))
        dims = [dim for dim in everything if dim.axis < lead]
        for dim in dims:
            steps = dim.steps
            if steps[self.out] < 0:
                self.flipped.append(dim.axis)
                for v in range(len(steps)):
                    self.offsets[v] += (dim.size - 1) * steps[v]
                    steps[v] = -steps[v]
        self.dims = merged(in_memory_order(dims, [self.out]), kept)
        loops = [dim for dim in everything if dim.axis >= lead]
        self.loops = merged(in_memory_order(loops, [0]) if isinstance(kernel, Contract) else loops, kept)
        self._check_nesting()
        self.is_packed = self._packs(out)

    def _check_nesting(self) -> None:
        """An element's place must tell its indices."""
        reach = 1
        for back in range(len(self.dims) - 1, -1, -1):
            dim = self.dims[back]
            if dim.steps[self.out] < reach:
                self.problem = 'the elements that it writes interleave'
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
