"""Who writes and who reads each buffer of a plan's steps: what every rewriting pass asks.

The books are lists at the buffers themselves, with an entry per view: a step that reads a buffer twice stands there
twice. Constants outlive a plan and have none.
"""

from __future__ import annotations

from typing import Any

from alula.kernels.kernel import Kernel, Step
from alula.kernels.view import View


def connected(steps: list[Step], kept: list[View]) -> list[Step]:
    """The steps whose results are read, directly or not, by what is kept, entered in the books.

    What leaves the program has a reader that is no step: None.
    """
    for view in kept:
        view.buffer.readers.append(None)
    alive: list[Step] = []
    for back in range(len(steps) - 1, -1, -1):
        step = steps[back]
        if sum([len(view.buffer.readers) for view in step.outputs]) > 0:
            alive.insert(0, step)
            for users in _books(step):
                users.append(step)
    return alive


def _books(step: Step) -> list[list[Any]]:
    """The lists that the step stands in."""
    books = [view.buffer.writers for view in step.outputs]
    for view in step.inputs:
        if not view.buffer.is_constant:
            books.append(view.buffer.readers)
    return books


def rewrite(step: Step, kernel: Kernel, inputs: list[View], outputs: list[View]) -> None:
    """Let the step compute something else; with no outputs it is removed."""
    for users in _books(step):
        users.remove(step)
    step.kernel = kernel
    step.inputs = inputs
    step.outputs = outputs
    for users in _books(step):
        users.append(step)


def only(users: list[Any]) -> Step | None:
    """The one step that writes, or reads, a buffer; None if there are several or none."""
    one: Step | None = None
    for user in users:
        if user is not users[0]:
            return None
        one = user
    return one
