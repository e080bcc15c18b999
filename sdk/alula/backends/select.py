"""Which backend a session runs on: the first of the asked names that opens here, and why the ones before it did not."""

from __future__ import annotations

from typing import Any

from alula.backends.base import Backend
from alula.backends.device_names import DEVICES
from alula.backends.devices import device_backend
from alula.backends.native import PREFERENCE, native_backend
from alula.backends.placed import DeviceBackend
from alula.backends.script.run_step import run_step
from alula.backends.self_test import verdict_on
from alula.backends.steps import StepBackend
from alula.backends.wasm.backend import WasmBackend
from alula.errors import AlulaError, BackendUnavailableError


def made(entry: Any) -> Backend | None:
    """A new backend as the caller asks for it (a name, or an object with a name and options), None if there is none of
    that name. 'cpu' is onnxruntime's name for ours on WASM."""
    label = name_of(entry)
    if label in DEVICES:
        return device_backend(entry, label)
    if label == 'wasm' or label == 'cpu':
        return WasmBackend()
    return StepBackend(label, run_step) if label == 'script' else native_backend(label)


def name_of(entry: Any) -> str:
    name: str = entry if isinstance(entry, str) else entry['name']
    return name


class Selection:
    """The backends still to be tried, and what became of those tried: `tried` holds 'name: why not' lines.

    `names`: the caller's (each a name, or an object with a name) in order, or none: the host's preference.
    """

    def __init__(self, names: list[Any] | None) -> None:
        asked = [] if names is None else names
        self.is_explicit = len(asked) > 0
        self.left: list[Any] = [*asked] if self.is_explicit else PREFERENCE[:]
        self.tried: list[str] = []

    async def next(self) -> Backend:
        """Open the next backend that can be opened. BackendUnavailableError with every reason when none is left."""
        while len(self.left) > 0:
            entry = self.left.pop(0)
            label = name_of(entry)
            backend: Backend | None = made(entry)
            if backend is None:
                self.tried.append(f'{label}: there is no such backend here')
                continue
            try:
                backend.was_asked_for = self.is_explicit
                await backend.open()
                if isinstance(backend, DeviceBackend):
                    backend.verdict = verdict_on(backend)
                return backend
            except AlulaError as error:
                self.tried.append(f'{label}: {error.message}')
            backend.release()
        raise BackendUnavailableError(self.tried)
