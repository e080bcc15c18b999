"""Views against NumPy: every way of making one view of another must name the elements that NumPy's does."""

from __future__ import annotations

import numpy as np
from alula.kernels.view import (
    Buffer,
    View,
    broadcast,
    composed,
    covers_buffer,
    dense,
    is_dense,
    memory_order,
    numel,
    ordered_strides,
    reshaped,
    sliced,
    transposed,
    walked,
    windows,
)
from hypothesis import given
from hypothesis import strategies as st

SHAPES = st.lists(st.integers(1, 4), min_size=0, max_size=4)


def made(shape: list[int]) -> tuple[View, np.ndarray]:
    """A dense view, and the array of the positions that its elements have in the buffer."""
    count = numel(shape)
    return dense(Buffer('b', 'float32', count, None), shape), np.arange(count).reshape(shape)


def positions(view: View) -> np.ndarray:
    """The buffer position of every element of a view."""
    found = np.full(view.shape, view.offset)
    for axis, stride in enumerate(view.strides):
        shape = [-1 if d == axis else 1 for d in range(len(view.shape))]
        found = found + (np.arange(view.shape[axis]) * stride).reshape(shape)
    return found


@st.composite
def viewed(draw: st.DrawFn) -> tuple[View, np.ndarray]:
    """A view after a few random transpositions and slices, with its positions by NumPy."""
    view, array = made(draw(SHAPES))
    for _ in range(draw(st.integers(0, 3))):
        if len(view.shape) == 0:
            break
        if draw(st.booleans()):
            order = draw(st.permutations(range(len(view.shape))))
            view, array = transposed(view, list(order)), array.transpose(order)
        else:
            axis = draw(st.integers(0, len(view.shape) - 1))
            start = draw(st.integers(0, view.shape[axis] - 1))
            step = draw(st.sampled_from([-2, -1, 1, 2]))
            room = view.shape[axis] - start if step > 0 else start + 1
            count = draw(st.integers(1, -(-room // abs(step))))
            view = sliced(view, axis, start, count, step)
            array = np.take(array, [start + i * step for i in range(count)], axis=axis)
    return view, array


@given(viewed())
def test_a_chain_of_views_names_the_elements_that_numpy_names(case: tuple[View, np.ndarray]) -> None:
    view, array = case
    np.testing.assert_array_equal(positions(view), array)


@given(viewed(), st.data())
def test_reshaped_agrees_with_numpy_or_says_that_it_cannot(case: tuple[View, np.ndarray], data: st.DataObject) -> None:
    view, array = case
    shape = data.draw(st.sampled_from(factorings(array.size)))
    result = reshaped(view, shape)
    if result is not None:
        np.testing.assert_array_equal(positions(result), array.reshape(shape))
    else:
        # Then NumPy needs a copy as well.
        assert not np.shares_memory(strided(view).reshape(shape), strided(view))


def strided(view: View) -> np.ndarray:
    base = np.arange(view.buffer.size)
    return np.lib.stride_tricks.as_strided(base[view.offset :], view.shape, [s * base.itemsize for s in view.strides])


def factorings(count: int) -> list[list[int]]:
    """Some shapes of `count` elements."""
    found = [[count], [1, count], [count, 1]]
    for a in range(1, count + 1):
        if count % a == 0:
            found.append([a, count // a])
            found.extend([a, b, count // a // b] for b in range(1, count // a + 1) if count // a % b == 0)
    return found


@given(viewed(), st.lists(st.integers(1, 3), max_size=2))
def test_broadcast_agrees_with_numpy(case: tuple[View, np.ndarray], lead: list[int]) -> None:
    view, array = case
    shape = lead + [3 if d == 1 else d for d in view.shape]
    result = broadcast(view, shape)
    np.testing.assert_array_equal(positions(result), np.broadcast_to(array, shape))


@given(viewed(), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))
def test_windows_are_numpys_sliding_windows(
    case: tuple[View, np.ndarray], size: int, stride: int, dilation: int
) -> None:
    view, array = case
    reach = (size - 1) * dilation + 1
    for axis in range(len(view.shape)):
        if view.shape[axis] >= reach:
            expected = np.lib.stride_tricks.sliding_window_view(array, reach, axis)[..., ::dilation]
            expected = np.take(expected, range(0, expected.shape[axis], stride), axis=axis)
            np.testing.assert_array_equal(positions(windows(view, axis, size, stride, dilation)), expected)


@given(SHAPES, viewed(), st.data())
def test_composed_sees_what_a_copy_would_hold(
    shape: list[int], other: tuple[View, np.ndarray], data: st.DataObject
) -> None:
    """A buffer filled from `inner` and read through `view` is `inner` read through the composition."""
    inner, _ = other
    order = list(data.draw(st.permutations(range(len(inner.shape)))))
    out_strides = ordered_strides(inner.shape, order)
    held = np.empty(numel(inner.shape), dtype=int)
    held[positions(View(inner.buffer, inner.shape, out_strides, 0))] = positions(inner)
    view, _ = made([numel(inner.shape)])
    reshaping = reshaped(view, data.draw(st.sampled_from(factorings(numel(inner.shape)))))
    assert reshaping is not None
    whole = View(view.buffer, inner.shape, out_strides, 0)
    for candidate in (view, reshaping, transposed(reshaping, list(range(len(reshaping.shape)))[::-1]), whole):
        walk = walked(candidate, whole)
        assert walk is not None or candidate is not whole
        if walk is not None:
            np.testing.assert_array_equal(positions(composed(candidate, walk, inner)), held[positions(candidate)])


@given(viewed())
def test_predicates_say_what_the_positions_say(case: tuple[View, np.ndarray]) -> None:
    view, array = case
    whole = sorted(array.reshape(-1)) == list(range(view.buffer.size))
    if covers_buffer(view):
        assert whole
    if min(view.strides, default=0) >= 0 and whole:
        assert covers_buffer(view)
    assert is_dense(view) == (array.reshape(-1).tolist() == list(range(view.buffer.size)))
    order = memory_order(view)
    assert sorted(order) == list(range(len(view.shape)))
