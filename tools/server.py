"""A static file server for pages and tests: several folders under one address, the right MIME types, nothing cached,
byte ranges, and faults on purpose."""
import contextlib
import errno
import io
import posixpath
import re
import shutil
import sys
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from tools import BuildError

MIME_TYPES = {
    '': 'application/octet-stream',
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.jpg': 'image/jpeg',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.map': 'application/json',
    '.mjs': 'text/javascript; charset=utf-8',
    '.md': 'text/markdown; charset=utf-8',
    '.onnx': 'application/octet-stream',
    '.png': 'image/png',
    '.py': 'text/plain; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.ts': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
}
# What a page needs to be given SharedArrayBuffer, and with it threads.
ISOLATION = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'}


@dataclass
class Fault:
    """What goes wrong with a path. `status`: it is refused. `cut_after`: the connection breaks after so many bytes.
    `hold_after`: then nothing comes until `go_on` is set. `has_ranges`: False where Range is ignored. `headers`: sent
    too, or instead of those of that name; None leaves one out."""

    status: int = 0
    cut_after: int | None = None
    hold_after: int | None = None
    go_on: threading.Event | None = None
    has_ranges: bool = True
    headers: Mapping[str, str | None] | None = None


class Server(ThreadingHTTPServer):
    """Serves folders on 127.0.0.1. `roots` maps a URL prefix ('/', '/alula/') to a folder; the longest prefix wins.

    `requested`: the paths asked for. `ranges`: (path, Range, If-Range) where a part was wanted. `faults`: by path.
    """

    daemon_threads = True

    def __init__(self, roots: Mapping[str, Path], port: int = 0, headers: Mapping[str, str] | None = None) -> None:
        self.roots = {prefix: folder.resolve() for prefix, folder in
                      sorted(roots.items(), key=lambda root: len(root[0]), reverse=True)}
        self.headers = dict(headers or {})
        self.requested: list[str] = []
        self.ranges: list[tuple[str, str, str]] = []
        self.faults: dict[str, Fault] = {}
        super().__init__(('127.0.0.1', port), _Handler)

    @property
    def address(self) -> str:
        """The URL of '/', without the slash at its end."""
        return f'http://127.0.0.1:{self.server_address[1]}'

    def file_of(self, path: str) -> Path | None:
        """The file or folder that a URL path names; None where no root has it or it would lie outside of its root."""
        if '\0' in path:
            return None
        for prefix, folder in self.roots.items():
            if path.startswith(prefix) or path + '/' == prefix:
                found = (folder / path[len(prefix):].lstrip('/')).resolve()
                return found if found.is_relative_to(folder) else None
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        # A browser hangs up on what it no longer needs: no reason for a traceback.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    protocol_version = 'HTTP/1.1'
    extensions_map = MIME_TYPES

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        self.server.requested.append(self._url_path())
        if self.server.file_of(self._url_path()) is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        if self._url_path() == '/favicon.ico' and not Path(self.translate_path('')).exists():
            # Browsers ask of their own accord; a 404 would stand in the console as an error of the page.
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return None
        path = Path(self.translate_path(''))
        return self._send_file_head(path) if path.is_file() else super().send_head()

    def _send_file_head(self, path: Path) -> BinaryIO | None:
        """The file, where the part begins that was asked for."""
        if self._fault.status:
            self.send_error(self._fault.status)
            return None
        file = path.open('rb')
        size = path.stat().st_size
        headers = {'Content-Type': self.guess_type(str(path)), 'Content-Length': str(size), 'Accept-Ranges': 'bytes',
                   'ETag': f'"{path.stat().st_mtime_ns:x}-{size:x}"',
                   'Last-Modified': self.date_time_string(path.stat().st_mtime)}
        headers = {**headers, **(self._fault.headers or {})}
        begin = self._begin(headers)
        if begin >= size > 0:
            file.close()
            self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return None
        if begin >= 0:
            headers |= {'Content-Length': str(size - begin), 'Content-Range': f'bytes {begin}-{size - 1}/{size}'}
            file.seek(begin)
        self.send_response(HTTPStatus.OK if begin < 0 else HTTPStatus.PARTIAL_CONTENT)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        return file

    def _begin(self, headers: Mapping[str, str | None]) -> int:
        """Of 'Range: bytes=N-', the only kind that is served; -1 for the whole file."""
        asked, version = self.headers.get('Range', ''), self.headers.get('If-Range', '')
        if asked:
            self.server.ranges.append((self._url_path(), asked, version))
        found = re.fullmatch(r'bytes=(\d+)-', asked)
        is_same = version in ('', headers['ETag'], headers['Last-Modified'])
        return int(found[1]) if found and is_same and self._fault.has_ranges else -1

    @property
    def _fault(self) -> Fault:
        return self.server.faults.get(self._url_path(), Fault())

    def copyfile(self, source: Any, outputfile: Any) -> None:
        fault = self._fault
        for count, then in ((fault.hold_after, fault.go_on), (fault.cut_after, None)):
            if count is not None:
                outputfile.write(source.read(count))
                outputfile.flush()
                if then is None:
                    raise ConnectionAbortedError('as the fault says')
                then.wait(60)
        shutil.copyfileobj(source, outputfile)

    def translate_path(self, path: str) -> str:
        # The slash at the end is what tells a folder from a file.
        return f'{self.server.file_of(self._url_path())}{"/" if self._url_path().endswith("/") else ""}'

    def _url_path(self) -> str:
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        normal = posixpath.normpath(path)
        return normal + '/' if path.endswith('/') and normal != '/' else normal

    def end_headers(self) -> None:
        for name, value in {'Cache-Control': 'no-store', **self.server.headers}.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(roots: Mapping[str, Path], port: int = 0, headers: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A running server, stopped at the end. A `port` that is taken is replaced by a free one; 0 asks for any."""
    try:
        server = Server(roots, port, headers)
    except OSError as error:
        if error.errno == errno.EACCES:
            raise BuildError(f'port {port} needs rights that this user has not; take one above 1023') from error
        if port == 0 or error.errno != errno.EADDRINUSE:
            raise
        server = Server(roots, 0, headers)
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve_until_interrupted(roots: Mapping[str, Path], port: int, headers: Mapping[str, str] | None = None) -> int:
    """Serve until Ctrl-C, having printed the address."""
    with serving(roots, port, headers) as server:
        print(f'{server.address}/  (Ctrl-C ends it)', flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0
