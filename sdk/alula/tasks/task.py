"""What all tasks have in common: a session, settings, how long the last run took, and giving everything back."""

from __future__ import annotations

from typing import Any

from alula.host.json import parse_json
from alula.host.tasks import run_sync
from alula.session import InferenceSession


class Timings:
    """Milliseconds of a task's last run: `preprocessing`, `inference` (the session's run) and `postprocessing`."""

    def __init__(self) -> None:
        self.preprocessing: float = 0.0
        self.inference: float = 0.0
        self.postprocessing: float = 0.0


class Task:
    """A session with what surrounds it: `run` takes what a user has and gives what a user wants.

    `session`: what runs the model. `timings`: of the last run.
    """

    def __init__(self, session: InferenceSession) -> None:
        self.session: InferenceSession = session
        self.timings: Timings = Timings()
        described = parse_json(session.metadata.get('alula', ''))
        self._described: dict[str, Any] = described if isinstance(described, dict) else {}

    async def load(self) -> None:
        """Get what the task needs beside the model. `pipeline` waits for it."""

    async def run(self, source: Any) -> Any:
        """The answer for one input, or a list of answers for a list of inputs."""
        raise NotImplementedError

    def run_sync(self, source: Any) -> Any:
        """`run` for synchronous Python."""
        return run_sync(self.run(source))

    async def release(self) -> None:
        """Give the session back. The task cannot be used any more."""
        await self.session.release()

    def _setting(self, name: str, option: Any, default: Any) -> Any:
        """The caller's option, else what the model's metadata says under the key `alula`, else the default."""
        return self._described.get(name, default) if option is None else option
