"""Settings: a public object with fields, a checked property, and an object inside."""

from __future__ import annotations

from sample.errors import ArgumentTypeError


class ThreadSettings:
    """Settings of the threads."""

    max_threads: int = 4
    """How many threads there may be."""

    def __init__(self) -> None:
        self.max_threads = 4


class Settings:
    """All settings."""

    def __init__(self) -> None:
        self._log_level = 'warning'
        self.threads = ThreadSettings()

    @property
    def log_level(self) -> str:
        """'warning' or 'error'."""
        return self._log_level

    @log_level.setter
    def log_level(self, value: str) -> None:
        if value != 'warning' and value != 'error':
            raise ArgumentTypeError('log_level', 'must be warning or error')
        self._log_level = value

    @property
    def levels(self) -> list[str]:
        """The levels there are."""
        return ['warning', self._log_level]


settings = Settings()
"""The settings of this page."""
