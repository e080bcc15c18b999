"""Waiting: several coroutines at once, a pause, and a coroutine run to its end by a synchronous caller (CPython body).

Most coroutines of Alula never wait under CPython, so `run_sync` drives them by hand and pays for no event loop.
Whatever does wait passes `loop_needed` first; there `run_sync` moves the coroutine, as far as it has come, into a
loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar('T')

# Whether `run_sync` works here.
CAN_WAIT = True


class Driving(threading.local):
    """Whether this thread is driving a coroutine by hand."""

    by_hand = False


DRIVING = Driving()


class LoopRequest:
    """What a coroutine driven by hand yields when it is about to wait."""

    def __await__(self) -> Generator[Any, None, None]:
        yield self


class Rest:
    """The rest of a coroutine that has already started, as an awaitable."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        failure: BaseException | None = None
        while True:
            try:
                wanted = self.coroutine.send(None) if failure is None else self.coroutine.throw(failure)
            except StopIteration as end:
                return end.value
            failure = None
            try:
                yield wanted
            except BaseException as error:  # a cancellation belongs to the coroutine too
                failure = error


async def await_rest(coroutine: Coroutine[Any, Any, T]) -> T:
    """Finish a coroutine that has already started."""
    return await Rest(coroutine)  # type: ignore[no-any-return]


async def loop_needed() -> None:
    """To be awaited before anything that needs a running event loop."""
    if DRIVING.by_hand:
        await LoopRequest()


def run_in_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a new event loop; in a thread of its own if this one has a loop already (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    result: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            result.append(asyncio.run(coroutine))
        except BaseException as error:  # carried over to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=work, name='alula-run-sync')
    thread.start()
    thread.join()
    if len(failure) > 0:
        raise failure[0]
    return result[0]


def run_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    """Result of a coroutine for a synchronous caller, with or without a running event loop. HostFeatureError in JS."""
    outer = DRIVING.by_hand
    DRIVING.by_hand = True
    try:
        wanted = coroutine.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        DRIVING.by_hand = outer
    if not isinstance(wanted, LoopRequest):
        coroutine.close()
        raise TypeError('run_sync: the coroutine awaits something that does not come from alula.host')
    DRIVING.by_hand = False
    try:
        return run_in_loop(await_rest(coroutine))
    finally:
        DRIVING.by_hand = outer


async def gather(coroutines: list[Any]) -> list[Any]:
    """Results of all, in order; the first error is raised."""
    await loop_needed()
    return list(await asyncio.gather(*coroutines))


async def done() -> None:
    """Nothing to wait for."""


async def sleep_ms(ms: float) -> None:
    """Let others work for at least `ms` milliseconds."""
    await loop_needed()
    await asyncio.sleep(ms / 1000.0)
