"""`env`: the settings that all sessions share, and what this build is."""

from __future__ import annotations

from alula.backends.native import PREFERENCE
from alula.errors import ArgumentRangeError

LOG_LEVELS = ['verbose', 'info', 'warning', 'error', 'fatal']
VERSION = '0.1.0'


class WasmSettings:
    """Settings of the WASM backend, read when a session is created.

    `num_threads`: one thread computes whatever it says; more are noted in `session.report()`. `relaxed_simd`: allow
    fused multiply-add where the host has it, whose last bits may differ from host to host.
    """

    def __init__(self) -> None:
        self.num_threads: int = 1
        self.relaxed_simd: bool = True


class Versions:
    """Versions of the parts: `web` under the name that onnxruntime-web's users read."""

    def __init__(self) -> None:
        self.alula: str = VERSION
        self.web: str = VERSION


class Env:
    """One object, `env`. Setting `log_level` to an unknown level raises ArgumentRangeError."""

    def __init__(self) -> None:
        self.wasm = WasmSettings()
        self.versions = Versions()
        self._level = 'warning'

    @property
    def backends(self) -> list[str]:
        """The backends that a session tries where its caller names none, best first."""
        return PREFERENCE[:]

    @property
    def log_level(self) -> str:
        """The least severe messages that are logged: 'verbose', 'info', 'warning', 'error' or 'fatal'."""
        return self._level

    @log_level.setter
    def log_level(self, level: str) -> None:
        if level not in LOG_LEVELS:
            raise ArgumentRangeError('logLevel', f"must be one of {', '.join(LOG_LEVELS)}, not '{level}'")
        self._level = level


env = Env()
