"""Plans: Programs for concrete shapes, and for the values that planning asks for, with what became of them."""

from __future__ import annotations

from alula.backends.base import Executable
from alula.host.arrays import TypedArray, to_list, typed
from alula.host.table import Table
from alula.host.text import number_text
from alula.kernels.view import View, dims_text, numel
from alula.plan.program import Program

# How many a part keeps: one more drops the plan that was unused for longest.
PLANS_KEPT = 8
# How many elements planning may ask for: shapes, axes and bounds, which small models take as inputs; no pictures.
KNOWN_MOST = 1024


class Plan:
    """A Program, the key of its inputs, its Executable once it is compiled, what making them cost and how it ran
    (milliseconds)."""

    def __init__(self, key: str, program: Program, plan_ms: float) -> None:
        self.key = key
        self.program = program
        self.plan_ms = plan_ms
        self.executable: Executable | None = None
        self.compile_ms = 0.0
        self.runs = 0
        self.last_ms = 0.0


def key_of(shapes: Table[str, list[int]], known: Table[str, TypedArray]) -> str:
    """The inputs' names and shapes as one text, and the elements of those that planning knows."""
    texts = [name + dims_text(shapes.at(name)) for name in shapes.keys_list()]
    for name in known.keys_list():
        texts.append(name + '=' + ','.join([number_text(value) for value in to_list(known.at(name))]))
    return ' '.join(texts)


def zeros(inputs: Table[str, View]) -> Table[str, TypedArray]:
    """Feeds of zeros for a program's inputs."""
    feeds: Table[str, TypedArray] = Table()
    for name in inputs.keys_list():
        view = inputs.at(name)
        feeds.put(name, typed(view.dtype, numel(view.shape)))
    return feeds
