"""Order by the host's stable sort."""

from __future__ import annotations

from typing import Any

from alula.backends.script.evaluate import Place
from alula.backends.script.walk import nest
from alula.kernels.kernel import Order, Step


def run_order(step: Step, kernel: Order, array_of: Any) -> None:
    """Run an Order over host arrays, as run_step."""
    x = step.inputs[0]
    out = step.outputs[0]
    values = array_of(x.buffer)
    results = array_of(out.buffer)
    last = len(x.shape) - 1
    stride = x.strides[last]
    place = Place(x.shape, [x.strides, out.strides], [values, results], [x.offset, out.offset])
    at = place.at
    sign = -1 if kernel.is_falling else 1

    def take() -> None:
        keys = [sign * values[at[0] + i * stride] for i in range(x.shape[last])]
        order = [i for i in range(len(keys)) if keys[i] == keys[i]]
        order.sort(key=lambda i: keys[i])
        order.extend([i for i in range(len(keys)) if keys[i] != keys[i]])
        for j in range(out.shape[last]):
            results[at[1] + j * out.strides[last]] = order[j]

    walk = nest(place, 0, last, take)
    walk()
