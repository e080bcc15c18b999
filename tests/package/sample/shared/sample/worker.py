"""An asynchronous class: a static factory, dicts in and out, options, abortion, errors."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 - the compiler has no collections.abc

from sample.errors import ArgumentTypeError, MissingInputError
from sample.vector import Vector

Signal = Any


class Report:
    """What a worker did. `run_count`: how often it ran."""

    def __init__(self, run_count: int, times: list[float]) -> None:
        self.run_count = run_count
        self.times = times


class Worker:
    """Doubles vectors."""

    def __init__(self, input_names: list[str], threads: int) -> None:
        self.input_names = input_names
        self._threads = threads
        self._runs = 0

    @staticmethod
    async def create(
        source: str | bytes,
        byte_offset: int = 0,
        *,
        num_threads: int = 1,
        free_dims: dict[str, int] | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Worker:
        """Makes a worker for the inputs that `source` names, separated by commas.

        `num_threads`: how many threads; `on_progress`: called with the share that is done."""
        if isinstance(source, str):
            if on_progress is not None:
                on_progress(1.0)
            names = source[byte_offset:].split(',')
            if free_dims is not None:
                names.extend(free_dims.keys())
            return Worker(names, num_threads)
        raise ArgumentTypeError('source', 'must be a text here')

    async def run(self, feeds: dict[str, Vector], fetches: list[str] | dict[str, Vector | None] | None = None, *,
                  abort_signal: Signal | None = None, scale: float = 2.0) -> dict[str, Vector]:
        """The vectors of `feeds` times `scale`. `abort_signal`: ends the run."""
        if abort_signal is not None and abort_signal.aborted:
            raise ArgumentTypeError('abort_signal', 'is aborted')
        for name in self.input_names:
            if name not in feeds:
                raise MissingInputError(name)
        self._runs += 1
        wanted = self.input_names
        if isinstance(fetches, list):
            wanted = fetches
        elif fetches is not None:
            wanted = list(fetches.keys())
        return {name: feeds[name].scaled_by(scale) for name in wanted}

    async def run_twice(self, feeds: dict[str, Vector]) -> dict[str, Vector]:
        """Runs, and runs on the result: a caller in Python."""
        once = await self.run(feeds, scale=3.0)
        again = await self.run(once)
        return {key: again[key] for key in again.keys()}

    def thread_count(self) -> int:
        """How many threads."""
        return self._threads

    def report(self) -> Report:
        """What was done."""
        return Report(self._runs, [0.0])

    async def release(self) -> None:
        """Ends the worker."""
        self.input_names = []
