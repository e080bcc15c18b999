"""From a model as it was read to one graph that can be lowered: checked, functions inlined, in order, nothing dead."""

from __future__ import annotations

from alula.graph.functions import inline_functions
from alula.graph.graph import Model
from alula.graph.prune import prune
from alula.graph.validate import validate


def prepare(model: Model) -> None:
    """Validate, inline, sort and prune the model in place. Raises ModelValidationError."""
    validate(model)
    if len(model.functions) > 0:
        inline_functions(model)
        validate(model)
    prune(model.graph)
