"""Scatter as a plain loop: one element of the output after the other."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import Place, encoder, evaluator, numbers_of
from alula.backends.script.walk import nest
from alula.kernels.kernel import Step


def run_scatter(step: Step, array_of: Any) -> None:
    """Run a Scatter over host arrays, as run_step."""
    out = step.outputs[0]
    arrays = [numbers_of(view.dtype, array_of(view.buffer)) for view in step.inputs]
    target = array_of(out.buffer)
    shape = step.inputs[0].shape
    place = Place(shape, [view.strides for view in step.inputs], arrays, [view.offset for view in step.inputs])
    indices = arrays[0]
    at = place.at
    element: list[Any] = [0]
    place.stages.append(element)
    evaluate = evaluator(step.kernel.exprs[0], place)
    encode = encoder(out.dtype)

    def take() -> None:
        index = indices[at[0]]
        element[0] = target[index]
        target[index] = encode(evaluate())

    walk = nest(place, 0, len(shape), take)
    walk()
