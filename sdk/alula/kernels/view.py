"""Buffers and strided views of them: how every kernel names what it reads and writes.

A view is a shape, a stride per dim (in elements) and an offset into one buffer. Transposing, slicing, broadcasting,
sliding windows and most reshapes are other views of the same buffer: they move nothing.
No kernel and no host lives here.
"""

from __future__ import annotations

from typing import Any


class Buffer:
    """A run of `size` elements of one dtype: a place in the arena, or a constant, known while planning.

    A constant has its typed array in `data`, or comes from `source` (a tensor of the model), or from `recipe`, the
    steps that compute it from other constants. `values()` makes the array when someone needs it on this host; a
    backend may rather take the source's bytes, or run the recipe itself.
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

    def values(self) -> Any:
        """The typed array of a constant."""
        if self.data is None:
            self.maker.make(self)
        return self.data

    def __repr__(self) -> str:
        return f'{self.label}:{self.dtype}[{self.size}]'


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


def same_view(a: View, b: View) -> bool:
    """Whether two views name the same elements of the same buffer in the same order."""
    if a.buffer is not b.buffer or a.offset != b.offset:
        return False
    return same_dims(a.strides, b.strides) and same_dims(a.shape, b.shape)


def numel(shape: list[int]) -> int:
    """The number of elements of a shape; 1 for a scalar."""
    count = 1
    for d in shape:
        count *= d
    return count


def same_dims(a: list[int], b: list[int]) -> bool:
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


def dense_strides(shape: list[int]) -> list[int]:
    """Row-major strides: the last dim is contiguous."""
    strides = [0 for _ in shape]
    step = 1
    for back in range(len(shape)):
        i = len(shape) - 1 - back
        strides[i] = step
        step *= shape[i]
    return strides


def ordered_strides(shape: list[int], order: list[int]) -> list[int]:
    """Strides of a dense block whose dims lie in memory in `order`, outermost first."""
    strides = [0 for _ in shape]
    step = 1
    for back in range(len(order)):
        axis = order[len(order) - 1 - back]
        strides[axis] = step
        step *= shape[axis]
    return strides


def dense(buffer: Buffer, shape: list[int]) -> View:
    return View(buffer, shape, dense_strides(shape), 0)


def has_strides(view: View, strides: list[int]) -> bool:
    """Whether the view steps like `strides`; dims of size 1 step nowhere and don't count."""
    for i in range(len(strides)):
        if view.shape[i] != 1 and view.strides[i] != strides[i]:
            return False
    return True


def is_dense(view: View) -> bool:
    """Whether the view is its whole buffer in row-major order."""
    return view.offset == 0 and numel(view.shape) == view.buffer.size and is_contiguous(view)


def is_contiguous(view: View) -> bool:
    """Whether the view's elements lie in row-major order without gaps, at any offset."""
    return numel(view.shape) == 0 or has_strides(view, dense_strides(view.shape))


def covers_buffer(view: View) -> bool:
    """Whether the view names every element of its buffer exactly once, in any order of dims."""
    if view.offset != 0 or numel(view.shape) != view.buffer.size:
        return False
    return has_strides(view, ordered_strides(view.shape, memory_order(view)))


def memory_order(view: View) -> list[int]:
    """The dims from the one with the greatest stride to the one with the smallest; ties keep their order.

    Broadcast dims (stride 0) and dims of size 1 say nothing about memory: each stays behind the dim it follows.
    """
    order: list[int] = []
    for axis in range(len(view.shape)):
        at = len(order)
        if view.shape[axis] != 1 and view.strides[axis] != 0:
            size = abs(view.strides[axis])
            for i in range(len(order)):
                other = order[i]
                if view.shape[other] != 1 and view.strides[other] != 0 and abs(view.strides[other]) < size:
                    at = i
                    break
        order.insert(at, axis)
    return order


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
    offset = view.offset + start * view.strides[axis] if count > 0 else view.offset
    return View(view.buffer, shape, strides, offset)


def broadcast(view: View, shape: list[int]) -> View | None:
    """The view repeated to `shape` by NumPy's rule (ONNX: multidirectional broadcasting); None where it can't be."""
    lead = len(shape) - len(view.shape)
    if lead < 0:
        return None
    strides = [0 for _ in shape]
    for i in range(len(view.shape)):
        if view.shape[i] == shape[lead + i]:
            strides[lead + i] = view.strides[i]
        elif view.shape[i] != 1:
            return None
    return View(view.buffer, shape[:], strides, view.offset)


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


def broadcast_shapes(shapes: list[list[int]]) -> list[int] | None:
    """The shape that all of `shapes` broadcast to, or None."""
    rank = 0
    for shape in shapes:
        rank = max(rank, len(shape))
    result = [1 for _ in range(rank)]
    for shape in shapes:
        lead = rank - len(shape)
        for i in range(len(shape)):
            if result[lead + i] == 1:
                result[lead + i] = shape[i]
            elif shape[i] != 1 and shape[i] != result[lead + i]:
                return None
    return result


def reshaped(view: View, shape: list[int]) -> View | None:
    """The same elements in the same order under another shape, or None if strides cannot say it.

    Runs of dims that step as one are merged, then split again as `shape` asks.
    """
    if numel(shape) == 0 or numel(view.shape) == 0:
        return View(view.buffer, shape[:], dense_strides(shape), view.offset)
    old_shape: list[int] = []
    old_strides: list[int] = []
    for i in range(len(view.shape)):
        if view.shape[i] != 1:
            old_shape.append(view.shape[i])
            old_strides.append(view.strides[i])
    strides = [0 for _ in shape]
    i = 0
    j = 0
    while i < len(old_shape):
        first = j
        covered = 1
        run = old_shape[i]
        step = old_strides[i]
        while covered != run:
            if covered < run:
                covered *= shape[j]
                j += 1
            else:
                i += 1
                if old_strides[i - 1] != old_strides[i] * old_shape[i]:
                    return None
                run *= old_shape[i]
                step = old_strides[i]
        i += 1
        for back in range(j - first):
            k = j - 1 - back
            strides[k] = step
            step *= shape[k]
    return View(view.buffer, shape[:], strides, view.offset)


def composed(view: View, out_strides: list[int], inner: View) -> View | None:
    """What `view` sees when its buffer holds a copy of `inner`, laid out densely by `out_strides`.

    The result walks `inner`'s buffer with `view`'s shape. None where a dim of `view` crosses dims of `inner`
    in a way that no stride can say.
    """
    rank = len(inner.shape)
    order = memory_order(View(view.buffer, inner.shape, out_strides, 0))
    reach = _digits(view.offset, inner.shape, out_strides, order)
    offset = inner.offset
    for j in range(rank):
        offset += reach[j] * inner.strides[j]
    strides: list[int] = []
    for i in range(len(view.shape)):
        step = 0
        if view.shape[i] > 1 and view.strides[i] != 0:
            if view.strides[i] < 0:
                return None
            digits = _digits(view.strides[i], inner.shape, out_strides, order)
            for j in range(rank):
                reach[j] += digits[j] * (view.shape[i] - 1)
                step += digits[j] * inner.strides[j]
        strides.append(step)
    for j in range(rank):
        if reach[j] >= inner.shape[j] and reach[j] > 0:
            return None
    return View(inner.buffer, view.shape[:], strides, offset)


def _digits(position: int, shape: list[int], strides: list[int], order: list[int]) -> list[int]:
    """The index per dim of a linear position in a dense block."""
    digits = [0 for _ in shape]
    rest = position
    for axis in order:
        if shape[axis] > 1:
            digits[axis] = rest // strides[axis]
            rest -= digits[axis] * strides[axis]
    if rest > 0 and len(order) > 0:
        digits[order[len(order) - 1]] += rest
    return digits
