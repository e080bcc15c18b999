"""Milliseconds per step, taken while a program runs step by step."""

from __future__ import annotations

from alula.host.clock import now_ms


class StepTimes:
    """`begin` before the first step of a run, `done(i)` after step `i`; `samples[i]` then has one time more."""

    def __init__(self, steps: int) -> None:
        self.samples: list[list[float]] = [[] for _ in range(steps)]
        self.last = 0.0

    def begin(self) -> None:
        self.last = now_ms()

    def done(self, i: int) -> None:
        now = now_ms()
        self.samples[i].append(now - self.last)
        self.last = now
