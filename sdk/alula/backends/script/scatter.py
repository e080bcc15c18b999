"""Scatter as a plain loop: one element of the output after the other."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import DECODERS, ENCODERS, Place, evaluator
from alula.backends.script.walk import nest
from alula.host.arrays import put
from alula.kernels.kernel import Step


def run_scatter(step: Step, array_of: Any) -> None:
    """Run a Scatter over host arrays, as run_step."""
    out = step.outputs[0]
    views = [*step.inputs, out]
    arrays = [array_of(view.buffer) for view in views]
    target = arrays[len(step.inputs)]
    for s, view in enumerate(views):
        if view.dtype in DECODERS:
            arrays[s] = DECODERS[view.dtype](arrays[s])
    shape = step.inputs[0].shape
    place = Place(shape, [*[view.strides for view in step.inputs], []], arrays, [view.offset for view in views])
    indices = arrays[0]
    numbers = arrays[len(step.inputs)]
    at = place.at
    element: list[Any] = [0]
    place.stages.append(element)
    evaluate = evaluator(step.kernel.exprs[0], place)
    # What has to be unpacked is packed again at the end.
    is_packed = out.dtype in DECODERS
    encode = ENCODERS.get(out.dtype, lambda x: x)
    store = (lambda x: x) if is_packed else encode

    def take() -> None:
        index = indices[at[0]]
        element[0] = numbers[index]
        numbers[index] = store(evaluate())

    walk = nest(place, 0, len(shape), take)
    walk()
    if is_packed:
        put(target, [encode(value) for value in numbers], 0)
