"""Which backend a session runs on: the first of the asked names that opens here, and why the ones before it did not."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend
from alula.backends.native import PREFERENCE, native_backend
from alula.backends.script.run_step import run_step
from alula.backends.steps import StepBackend
from alula.backends.wasm.backend import WasmBackend
from alula.errors import AlulaError, BackendUnavailableError

# Names of onnxruntime's providers that mean one of ours.
ALIASES: dict[str, str] = {'cpu': 'wasm'}


def made(label: str) -> Backend | None:
    """A new backend of that name, None if there is no such backend."""
    if label == 'wasm':
        return WasmBackend()
    if label == 'script':
        return StepBackend('script', run_step)
    return native_backend(label)


def wanted(names: list[Any] | None) -> list[str]:
    """The labels to try, in order: the caller's (a name, or an object with a name), or the host's preference."""
    if names is None or len(names) == 0:
        return PREFERENCE[:]
    labels: list[str] = []
    for entry in names:
        label = entry if isinstance(entry, str) else entry['name']
        labels.append(label if native_backend(label) is not None else ALIASES.get(label, label))
    return labels


class Selection:
    """The backends still to be tried, and what became of those tried: `tried` holds 'name: why not' lines."""

    def __init__(self, names: list[Any] | None) -> None:
        self.left = wanted(names)
        self.tried: list[str] = []

    async def next(self) -> Backend:
        """Open the next backend that can be opened. BackendUnavailableError with every reason when none is left."""
        while len(self.left) > 0:
            label = self.left.pop(0)
            backend = made(label)
            if backend is None:
                self.tried.append(f'{label}: there is no such backend here')
                continue
            try:
                await backend.open()
                return backend
            except AlulaError as error:
                self.tried.append(f'{label}: {error.message}')
        raise BackendUnavailableError(self.tried)

    def failed(self, backend: Backend, error: AlulaError) -> None:
        """The backend in use gave up while compiling or running."""
        self.tried.append(f'{backend.label}: {error.message}')
