"""Buffers and strided views of them: how every kernel names what it reads and writes.

A view is a shape, a stride per dim (in elements) and an offset into one buffer. Transposing, slicing, broadcasting,
sliding windows and most reshapes are other views of the same buffer: they move nothing.
No kernel and no host lives here.
"""

from __future__ import annotations

import math
from typing import Any

from alula.errors import ShapeError


class Buffer:
    """A run of `size` elements of one dtype: a place in the arena, or a constant, known while planning.

    A constant has its typed array in `data`, or comes from `source` (a tensor of the model), or from `recipe`, the
    steps that compute it from other constants. `values()` makes the array when someone needs it on this host; a
    backend may rather take the source's bytes, or run the recipe itself.
    `writers` and `readers` are plan/fuse.py's: the steps that touch a place in the arena.
    """

    def __init__(self, label: str, dtype: str, size: int, data: Any) -> None:
        self.label = label
        self.dtype = dtype
        self.size = size
        self.data = data
        self.source: Any = None
        self.recipe: list[Any] = []
        self.maker: Any = None
        self.is_constant: bool = data is not None
        self.writers: list[Any] = []
        self.readers: list[Any] = []

    def values(self) -> Any:
        """The typed array of a constant."""
        if self.data is None:
            self.maker.make(self)
        return self.data


class View:
    """Element (i0, i1, …) is `buffer[offset + i0 * strides[0] + i1 * strides[1] + …]`. Never changed once made."""

    def __init__(self, buffer: Buffer, shape: list[int], strides: list[int], offset: int) -> None:
        self.buffer = buffer
        self.dtype = buffer.dtype
        self.shape = shape
        self.strides = strides
        self.offset = offset

    def __repr__(self) -> str:
        text = f'{self.buffer.label}{dims_text(self.shape)}'
        if not is_dense(self):
            text += f'@{self.offset}+{dims_text(self.strides)}'
        return text


def dims_text(dims: list[int]) -> str:
    return '[' + ','.join([str(d) for d in dims]) + ']'


def numel(shape: list[int]) -> int:
    """The number of elements of a shape; 1 for a scalar."""
    count = 1
    for d in shape:
        count *= d
    return count


def ordered_strides(shape: list[int], order: list[int] | None) -> list[int]:
    """Strides of a dense block whose dims lie in memory in `order`, outermost first (None: row-major)."""
    strides = shape[:]
    step = 1
    for back in range(len(shape) - 1, -1, -1):
        axis = back if order is None else order[back]
        strides[axis] = step
        step *= shape[axis]
    return strides


def dense(buffer: Buffer, shape: list[int]) -> View:
    return View(buffer, shape, ordered_strides(shape, None), 0)


def has_dims(view: View, shape: list[int], strides: list[int]) -> bool:
    """Whether the view has this shape and steps like `strides`; dims of size 1 step nowhere and don't count."""
    if len(view.shape) != len(shape):
        return False
    for i in range(len(shape)):
        if view.shape[i] != shape[i] or (shape[i] != 1 and view.strides[i] != strides[i]):
            return False
    return True


def same_view(a: View, b: View) -> bool:
    """Whether two views name the same elements of the same buffer in the same order."""
    return a.buffer is b.buffer and a.offset == b.offset and has_dims(a, b.shape, b.strides)


def is_contiguous(view: View) -> bool:
    """Whether the view's elements lie in row-major order without gaps, at any offset."""
    return numel(view.shape) == 0 or has_dims(view, view.shape, ordered_strides(view.shape, None))


def is_dense(view: View) -> bool:
    """Whether the view is its whole buffer in row-major order."""
    return view.offset == 0 and numel(view.shape) == view.buffer.size and is_contiguous(view)


def covers_buffer(view: View) -> bool:
    """Whether the view names every element of its buffer exactly once, in any order of dims."""
    count = numel(view.shape)
    step = 1 if view.offset == 0 and count == view.buffer.size else 0
    reached = 0
    while reached != step:
        reached = step
        for d in range(len(view.shape)):
            if view.shape[d] > 1 and view.strides[d] == step:
                step *= view.shape[d]
    return step == count


def memory_order(view: View) -> list[int]:
    """The dims from the one with the greatest stride to the one with the smallest; ties keep their order.

    Broadcast dims (stride 0) and dims of size 1 say nothing about memory: each stays behind the dim it follows.
    """
    order: list[int] = []
    sizes: list[float] = []
    for axis in range(len(view.shape)):
        at = axis
        if view.shape[axis] != 1 and view.strides[axis] != 0:
            sizes.append(abs(view.strides[axis]))
        else:
            sizes.append(math.inf if at == 0 else sizes[order[at - 1]])
        while at > 0 and sizes[order[at - 1]] < sizes[axis]:
            at -= 1
        order.insert(at, axis)
    return order


def unrepeated(view: View) -> list[int]:
    """The shape of the view with 1 for the dims that it repeats along."""
    return [1 if view.strides[d] == 0 else view.shape[d] for d in range(len(view.shape))]


def transposed(view: View, order: list[int]) -> View:
    """Dim i of the result is dim `order[i]` of the view."""
    shape = [view.shape[a] for a in order]
    strides = [view.strides[a] for a in order]
    return View(view.buffer, shape, strides, view.offset)


def sliced(view: View, axis: int, start: int, count: int, step: int) -> View:
    """`count` elements of `axis` from `start`, every `step`-th (negative: backwards)."""
    shape = view.shape[:]
    strides = view.strides[:]
    shape[axis] = count
    strides[axis] = view.strides[axis] * step
    return View(view.buffer, shape, strides, view.offset + start * view.strides[axis])


def broadcast(view: View, shape: list[int]) -> View:
    """The view repeated to `shape` by NumPy's rule (ONNX: multidirectional broadcasting), else ShapeError."""
    if has_dims(view, shape, view.strides):
        return view
    lead = len(shape) - len(view.shape)
    strides = [0 for _ in shape]
    for i in range(len(view.shape)):
        if lead < 0 or view.shape[i] not in [1, shape[lead + i]]:
            raise ShapeError(f'Shape {dims_text(view.shape)} does not broadcast to {dims_text(shape)}')
        if view.shape[i] == shape[lead + i]:
            strides[lead + i] = view.strides[i]
    return View(view.buffer, shape, strides, view.offset)


def with_axis(view: View, axis: int, size: int) -> View:
    """A new dim of `size` before dim `axis`, along which nothing changes."""
    shape = view.shape[:]
    strides = view.strides[:]
    shape.insert(axis, size)
    strides.insert(axis, 0)
    return View(view.buffer, shape, strides, view.offset)


def without_axis(view: View, axis: int) -> View:
    """The view without dim `axis`, at its index 0."""
    shape = view.shape[:]
    strides = view.strides[:]
    shape.pop(axis)
    strides.pop(axis)
    return View(view.buffer, shape, strides, view.offset)


def windows(view: View, axis: int, size: int, stride: int, dilation: int) -> View:
    """Sliding windows: dim `axis` becomes the window's position; its `size` taps are a new last dim.

    Neighbouring windows overlap in memory, which a strided view can say. Padding is not its matter.
    """
    shape = view.shape[:]
    strides = view.strides[:]
    shape[axis] = (view.shape[axis] - (size - 1) * dilation - 1) // stride + 1
    shape.append(size)
    strides.append(view.strides[axis] * dilation)
    strides[axis] = view.strides[axis] * stride
    return View(view.buffer, shape, strides, view.offset)


def broadcast_shapes(shapes: list[list[int]]) -> list[int]:
    """The shape that all of `shapes` broadcast to, else ShapeError."""
    result: list[int] = []
    for shape in shapes:
        while len(result) < len(shape):
            result.insert(0, 1)
        lead = len(result) - len(shape)
        for i in range(len(shape)):
            if shape[i] != 1:
                if result[lead + i] not in [1, shape[i]]:
                    texts = ' and '.join([dims_text(s) for s in shapes])
                    raise ShapeError(f'Shapes {texts} do not broadcast together')
                result[lead + i] = shape[i]
    return result


def reshaped(view: View, shape: list[int]) -> View | None:
    """The same elements in the same order under another shape, or None if strides cannot say it.

    Neighbouring dims that step as one are merged, then seen as `shape` through a dense copy.
    """
    wanted = dense(view.buffer, shape)
    if numel(shape) == 0:
        return wanted
    merged: list[int] = []
    strides: list[int] = []
    for i in range(len(view.shape)):
        size = view.shape[i]
        last = len(merged) - 1
        if size != 1:
            if last >= 0 and strides[last] == view.strides[i] * size:
                merged[last] *= size
                strides[last] = view.strides[i]
            else:
                merged.append(size)
                strides.append(view.strides[i])
    walk = walked(wanted, dense(view.buffer, merged))
    return None if walk is None else composed(wanted, walk, View(view.buffer, merged, strides, view.offset))


def walked(view: View, whole: View) -> list[list[int]] | None:
    """How `view` walks the dims of `whole`, which covers the same buffer: the indices at which it starts, then by how
    many it goes on along each of its dims; nothing where it is laid out as `whole` is. None where a dim crosses dims of
    `whole` in a way that no stride can say.
    """
    if view.offset == 0 and has_dims(view, whole.shape, whole.strides):
        return []
    order = memory_order(whole)
    reach = _indices(view.offset, whole, order)
    walk = [reach[:]]
    for i in range(len(view.shape)):
        step = view.strides[i] if view.shape[i] > 1 else 0
        if step < 0:
            return None
        walk.append(_indices(step, whole, order))
        for j in range(len(reach)):
            reach[j] += walk[i + 1][j] * (view.shape[i] - 1)
    for j in range(len(reach)):
        if reach[j] >= whole.shape[j] and reach[j] > 0:
            return None
    return walk


def _indices(position: int, whole: View, order: list[int]) -> list[int]:
    """The index per dim of a position in a dense block."""
    indices = [0 for _ in order]
    for axis in order:
        if whole.shape[axis] > 1:
            indices[axis] = position // whole.strides[axis]
            position -= indices[axis] * whole.strides[axis]
    return indices


def composed(view: View, walk: list[list[int]], inner: View) -> View:
    """What `view` sees when its buffer holds a copy of `inner`, which it walks so: the same in `inner`'s buffer."""
    if len(walk) == 0:
        return inner
    strides: list[int] = []
    for row in walk:
        step = 0
        for j in range(len(row)):
            step += row[j] * inner.strides[j]
        strides.append(step)
    return View(inner.buffer, view.shape, strides[1:], inner.offset + strides[0])
