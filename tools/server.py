"""A static file server for pages and tests: several folders under one address, the right MIME types, nothing cached."""
import contextlib
import errno
import io
import posixpath
import sys
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

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


class Server(ThreadingHTTPServer):
    """Serves folders on 127.0.0.1. `roots` maps a URL prefix ('/', '/alula/') to a folder; the longest prefix wins."""

    daemon_threads = True

    def __init__(self, roots: Mapping[str, Path], port: int = 0, headers: Mapping[str, str] | None = None) -> None:
        self.roots = {prefix: folder.resolve() for prefix, folder in
                      sorted(roots.items(), key=lambda root: len(root[0]), reverse=True)}
        self.headers = dict(headers or {})
        self.requested: list[str] = []
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
        return super().send_head()

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
