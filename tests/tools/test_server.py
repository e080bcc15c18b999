"""The static server: what it serves, under which name and type, and what it keeps to itself."""
import http.client
from pathlib import Path

import pytest

from tools.server import ISOLATION, Fault, Server, serving


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / 'page').mkdir()
    (tmp_path / 'module').mkdir()
    (tmp_path / 'secret.txt').write_text('secret')
    (tmp_path / 'page/index.html').write_text('<p>page')
    (tmp_path / 'module/index.js').write_text('export {};')
    (tmp_path / 'module/a b.wasm').write_bytes(b'\0asm')
    return tmp_path


def get(server: Server, path: str) -> tuple[int, str | None, bytes]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=5)
    connection.request('GET', path)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader('Content-Type'), content


def test_each_root_answers_for_its_prefix(site: Path) -> None:
    with serving({'/': site / 'page', '/alula/': site / 'module'}) as server:
        assert get(server, '/') == (200, 'text/html; charset=utf-8', b'<p>page')
        assert get(server, '/alula/index.js?v=1') == (200, 'text/javascript; charset=utf-8', b'export {};')
        assert get(server, '/alula/a%20b.wasm') == (200, 'application/wasm', b'\0asm')
        assert get(server, '/index.js')[0] == 404
        assert server.requested[:2] == ['/', '/alula/index.js']


OUTSIDE = ['/../secret.txt', '/%2e%2e/secret.txt', '/alula/../../secret.txt', '/link.txt', '/%00', '//secret.txt']


@pytest.mark.parametrize('path', OUTSIDE)
def test_nothing_outside_of_a_root(site: Path, path: str) -> None:
    (site / 'page/link.txt').symlink_to(site / 'secret.txt')
    with serving({'/': site / 'page', '/alula/': site / 'module'}) as server:
        status, _, content = get(server, path)
    assert status == 404
    assert b'secret' not in content.replace(path.encode(), b'')


def test_a_taken_port_is_replaced(site: Path) -> None:
    with serving({'/': site}) as first, serving({'/': site}, port=first.server_address[1]) as second:
        assert second.server_address[1] != first.server_address[1]
        assert get(second, '/secret.txt')[2] == b'secret'


def test_it_listens_on_this_machine_alone_and_stops(site: Path) -> None:
    with serving({'/': site}) as server:
        host, port = server.server_address[:2]
        assert host == '127.0.0.1'
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection('127.0.0.1', port, timeout=5).request('GET', '/')


def test_browsers_take_the_types(site: Path, chromium) -> None:
    """A module script and streaming WebAssembly insist on theirs; a missing icon is no error of the page."""
    (site / 'module/ok.js').write_text('export const ok = 42;')
    (site / 'module/empty.wasm').write_bytes(b'\0asm\1\0\0\0')
    with serving({'/': site / 'page', '/alula/': site / 'module'}, headers=ISOLATION) as server:
        with chromium.page(server.address + '/') as page:
            assert page.evaluate('crossOriginIsolated') is True
            assert page.evaluate("import('/alula/ok.js').then(module => module.ok)") == 42
            assert page.evaluate("WebAssembly.compileStreaming(fetch('/alula/empty.wasm')).then(() => 'ran')") == 'ran'
            assert page.errors == []


def test_parts_and_faults(site: Path) -> None:
    (site / 'page/model.onnx').write_bytes(bytes(range(100)))

    def asked(**headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*server.server_address[:2], timeout=5)
        connection.request('GET', '/model.onnx', headers={name.replace('_', '-'): headers[name] for name in headers})
        return connection.getresponse()

    with serving({'/': site / 'page'}) as server:
        tag = asked().headers['ETag']
        part = asked(Range='bytes=90-', If_Range=tag)
        assert (part.status, part.headers['Content-Range']) == (206, 'bytes 90-99/100')
        assert part.read() == bytes(range(90, 100))
        assert (asked(Range='bytes=90-', If_Range='"old"').status, asked(Range='bytes=100-').status) == (200, 416)
        assert server.ranges[0] == ('/model.onnx', 'bytes=90-', tag)
        server.faults['/model.onnx'] = Fault(cut_after=10, has_ranges=False, headers={'ETag': None, 'X-More': 'yes'})
        cut = asked(Range='bytes=90-')
        assert (cut.status, cut.headers['ETag'], cut.headers['X-More']) == (200, None, 'yes')
        with pytest.raises(http.client.IncompleteRead) as error:
            cut.read()
        assert error.value.partial == bytes(range(10))
        server.faults['/model.onnx'] = Fault(status=503)
        assert asked().status == 503
