"""What only the CPython bodies of the host layer do: synchronous runs of coroutines, HTTP through urllib, events."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alula.errors import AbortedError, FetchError, MissingPackageError
from alula.fetching import fetch_bytes
from alula.host import wasm
from alula.host.tasks import gather, run_sync, sleep_ms

CONTENT = bytes(range(256)) * 12000


async def waits(ms: float) -> str:
    await sleep_ms(ms)
    return f'waited {ms}'


async def at_once() -> str:
    return 'at once'


async def fails(ms: float) -> None:
    if ms > 0:
        await sleep_ms(ms)
    raise FetchError('x', 0, 'failed')


async def nested() -> list[str]:
    """Calls run_sync from inside a coroutine that run_sync drives, before and after waiting."""
    first = run_sync(waits(1))
    await sleep_ms(1)
    second = run_sync(at_once())
    return [first, second, *await gather([waits(2), at_once()])]


def check_run_sync() -> None:
    assert run_sync(at_once()) == 'at once'
    assert run_sync(waits(1)) == 'waited 1'
    assert run_sync(nested()) == ['waited 1', 'at once', 'waited 2', 'at once']
    for ms in (0, 1):
        with pytest.raises(FetchError):
            run_sync(fails(ms))


def test_run_sync_without_a_loop() -> None:
    check_run_sync()


def test_run_sync_inside_a_running_loop() -> None:
    """As in a notebook: the caller is synchronous code that a loop has called."""

    async def main() -> str:
        check_run_sync()
        return await waits(1)

    assert asyncio.run(main()) == 'waited 1'


def test_run_sync_in_threads() -> None:
    threads = [threading.Thread(target=check_run_sync) for _ in range(4)]
    failures: list[object] = []
    threading.excepthook, before = lambda args: failures.append(args.exc_value), threading.excepthook
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    threading.excepthook = before
    assert failures == []


def test_run_sync_refuses_what_it_cannot_drive() -> None:
    async def foreign() -> None:
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        with pytest.raises(TypeError, match='does not come from'):
            run_sync(foreign())

    asyncio.run(main())


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT, an answer that ends too early, and refusals."""

    def do_GET(self) -> None:
        if self.path == '/missing':
            self.send_error(404, 'Not Found')
            return
        self.send_response(200)
        self.send_header('Content-Length', str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT if self.path == '/model' else CONTENT[:1000])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope='module')
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(url: Any, *, on_progress: Any = None, signal: Any = None) -> Any:
    return run_sync(fetch_bytes(url, on_progress, signal))


def test_fetch_over_http(address: str) -> None:
    seen: list[tuple[int, int]] = []
    data = fetched(address + '/model', on_progress=lambda loaded, total: seen.append((loaded, total)))
    assert bytes(data) == CONTENT
    assert not data.readonly
    assert seen[-1] == (len(CONTENT), len(CONTENT)) and len(seen) >= 3
    assert bytes(fetched(address + '/model')) == CONTENT


def test_fetch_errors_over_http(address: str) -> None:
    with pytest.raises(FetchError, match='HTTP 404') as refused:
        fetched(address + '/missing')
    assert refused.value.status == 404
    with pytest.raises(FetchError, match='1000'):
        fetched(address + '/short')
    with pytest.raises(FetchError):
        fetched('http://127.0.0.1:1/')


def test_fetch_stops_when_its_signal_is_set(address: str) -> None:
    signal = threading.Event()
    with pytest.raises(AbortedError):
        fetched(address + '/model', on_progress=lambda loaded, total: signal.set(), signal=signal)
    with pytest.raises(AbortedError):
        fetched(address + '/model', signal=signal)


def test_fetch_of_files(tmp_path: Path) -> None:
    path = tmp_path / 'ein modell.onnx'
    path.write_bytes(CONTENT)
    for url in (path, str(path), path.as_uri()):
        assert bytes(fetched(url)) == CONTENT
    with pytest.raises(FetchError):
        fetched(tmp_path)


def test_webassembly_without_wasmtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wasm, 'wasmtime', None)
    assert not wasm.is_available()
    with pytest.raises(MissingPackageError, match='pip install wasmtime'):
        wasm.memory(1, 1)


def test_memory_outlives_its_owner() -> None:
    """The bytes of a memory keep its store alive."""
    held = wasm.memory(1, 1)
    data = wasm.memory_bytes(held)
    data[0] = 7
    del held
    assert [data[0], data[65535]] == [7, 0]
