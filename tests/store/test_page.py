"""The model cache in Chromium, in a real IndexedDB: tabs that die, files that change, no room, no storage."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import onnx
import pytest

from tests.store.conftest import integrity, sum_of
from tools import ROOT, browser, bundle
from tools.browser import Chromium, Page
from tools.server import Fault, Server, serving

CHUNK = 1 << 21
CUT = 5 * CHUNK // 2
MODEL = '/model.onnx'
# A name that Chromium takes for another machine's: an origin without TLS, where much is missing.
PLAIN = 'plain.test'
CORS = {'Access-Control-Allow-Origin': '*'}

Open = Callable[..., Page]


@pytest.fixture(scope='module')
def chromium() -> Iterator[Chromium]:
    bundle.build()
    with browser.chromium(flags=(f'--host-resolver-rules=MAP {PLAIN} 127.0.0.1',)) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, versions: tuple[bytes, bytes]) -> Iterator[Server]:
    (tmp_path / 'model.onnx').write_bytes(versions[0])
    (tmp_path / 'page.html').write_text('<!doctype html><title>page</title><script src="/here/page.js"></script>')
    roots = {'/': tmp_path, '/alula/': ROOT / 'transpiled', '/here/': Path(__file__).parent}
    with serving(roots) as server:
        yield server


@pytest.fixture
def tab(chromium: Chromium, site: Server) -> Iterator[Open]:
    """Opens a tab of one user's browser."""
    with chromium.profile() as opened:
        yield lambda address=site.address: opened(f'{address}/page.html')


def create(page: Page, url: str = MODEL, **options: Any) -> list[Any]:
    found: list[Any] = page.evaluate(f'create ("{url}", {json.dumps(options)})')
    return found


def cached(page: Page) -> list[dict[str, Any]]:
    fields = '({url, bytes, total, isComplete}) => ({url, bytes, total, isComplete})'
    found: list[dict[str, Any]] = page.evaluate(f'cache ("list").then (files => files.map ({fields}))')
    return found


def requests(site: Server) -> list[str]:
    return [path for path in site.requested if path.startswith('/model')]


def replace(site: Server, content: bytes) -> None:
    (site.file_of(MODEL) or Path()).write_bytes(content)


def test_the_second_session_needs_no_network(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    """In another tab, by the minified module, which must know what the other one wrote; the server is gone by then."""
    expected, size = [sum_of(versions[0]), []], len(versions[0])
    page = tab()
    assert create(page) == expected
    assert page.evaluate('seen.length > 1 && seen.at (-1)') == [size, size]
    assert cached(page) == [{'url': site.address + MODEL, 'bytes': size, 'total': size, 'isComplete': True}]
    second = tab()
    second.evaluate('use ("/alula/index.min.js"); import ("/alula/index.min.js").then (() => 0)')
    site.shutdown()
    site.server_close()
    assert create(second, integrity=integrity(versions[0])) == expected
    assert second.evaluate('seen') == [[size, size]]
    assert requests(site) == [MODEL]


def test_an_aborted_download_is_resumed(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    page = tab()
    assert create(page, cutAt=CUT)[0] == 'ABORTED'
    [file] = cached(page)
    assert CUT <= file['bytes'] < len(versions[0]) and not file['isComplete']
    assert create(page, integrity=integrity(versions[0])) == [sum_of(versions[0]), []]
    [(_, asked, version)] = site.ranges
    assert asked == f'bytes={file["bytes"]}-' and version.startswith('"')
    assert page.evaluate('seen [0] [0]') > file['bytes']
    assert cached(page)[0]['isComplete']


def test_a_page_that_dies_loses_little(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    site.faults[MODEL] = Fault(hold_after=CUT, go_on=threading.Event())
    page, other = tab(), tab()
    page.evaluate(f'void create ("{MODEL}")')
    page.wait_for(f'loaded >= {CUT}')
    other.wait_for(f'cache ("list").then (files => files [0]?.bytes >= {CHUNK})')
    with pytest.raises(Exception, match='crash'):
        page.use(lambda raw: raw.goto('chrome://crash'))
    site.faults.clear()
    [file] = cached(other)
    assert CHUNK <= file['bytes'] <= CUT and not file['isComplete']
    assert create(other, integrity=integrity(versions[0])) == [sum_of(versions[0]), []]
    assert site.ranges[0][1] == f'bytes={file["bytes"]}-'


@pytest.mark.parametrize('fault', [Fault(), Fault(has_ranges=False), Fault(headers={'ETag': None})])
def test_another_version_is_fetched_anew(
    tab: Open, site: Server, versions: tuple[bytes, bytes], fault: Fault
) -> None:
    page = tab()
    assert create(page, cutAt=CUT)[0] == 'ABORTED'
    replace(site, versions[1])
    site.faults[MODEL] = fault
    assert create(page) == [sum_of(versions[1]), []]
    site.faults.clear()
    assert len(site.ranges) == 1
    assert create(page, integrity=integrity(versions[1])) == [sum_of(versions[1]), []]
    assert len(site.ranges) == 1 and len(requests(site)) <= 3


def test_a_broken_connection_is_an_error_and_resumed(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    page = tab()
    site.faults[MODEL] = Fault(cut_after=CUT)
    assert create(page)[0] == 'FETCH'
    site.faults.clear()
    assert create(page, integrity=integrity(versions[0])) == [sum_of(versions[0]), []]
    assert len(site.ranges) == 1


def test_refusals_keep_nothing(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    page = tab()
    assert create(page, '/model_missing.onnx')[0] == 'FETCH'
    site.faults[MODEL] = Fault(status=503)
    assert 'HTTP 503' in create(page)[1]
    site.faults.clear()
    assert create(page, integrity=integrity(versions[1]))[0] == 'INTEGRITY'
    assert create(page, integrity='md5-abc')[0] == 'ARGUMENT_RANGE'
    assert cached(page) == []


@pytest.mark.parametrize('change', [
    '({data, digest}) => ({data: new Blob ([new Uint8Array (data.size)]), digest})',
    '({data}) => ({data: data.slice (0, 1000)})', '({offset}) => ({offset: offset + 1})', 'null'])
def test_damage_is_noticed(tab: Open, site: Server, versions: tuple[bytes, bytes], change: str) -> None:
    page = tab()
    create(page)
    page.evaluate(f'damage (1, {json.dumps(change) if change != "null" else change})')
    assert create(page) == [sum_of(versions[0]), []]
    assert len(requests(site)) == 2
    assert create(page) == [sum_of(versions[0]), []]
    assert len(requests(site)) == 2


def test_no_room(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    page = tab()
    quota = {'origin': site.address, 'quotaSize': 3 * CHUNK}
    page.use(lambda raw: raw.context.new_cdp_session(raw).send('Storage.overrideQuotaForOrigin', quota))
    answer, notes = create(page)
    assert answer == sum_of(versions[0])
    assert len(notes) == 1 and 'no room is left (QuotaExceededError)' in notes[0]
    assert cached(page) == []


def test_no_storage_in_a_sandbox(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    """An opaque origin: its own server is another origin to it."""
    site.headers.update(CORS)
    page = tab()
    frame = '<script src="/here/page.js" crossorigin></script><script>addEventListener ("message", async () => ' \
            f'parent.postMessage ([await create ("{MODEL}"), await cache ("list")], "*"));</script>'
    (site.file_of('/frame.html') or Path()).write_text(frame)
    found, listed = page.evaluate('''() => new Promise (resolve => {
        const frame = document.createElement ('iframe');
        frame.sandbox = 'allow-scripts';
        frame.src = '/frame.html';
        frame.onload = () => frame.contentWindow.postMessage (0, '*');
        addEventListener ('message', event => resolve (event.data));
        document.body.append (frame);
    })''')
    assert found[0] == sum_of(versions[0])
    assert len(found[1]) == 1 and 'The model cache cannot be used' in found[1][0]
    assert listed == 'STORAGE'


def test_no_indexeddb_at_all(tab: Open, versions: tuple[bytes, bytes]) -> None:
    page = tab()
    page.evaluate('void Object.defineProperty (globalThis, "indexedDB", {value: undefined})')
    answer, notes = create(page)
    assert answer == sum_of(versions[0]) and len(notes) == 1


def test_two_tabs_at_once(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    """Both are in the middle of the same file; then one more goes on from what they kept."""
    site.faults[MODEL] = Fault(hold_after=CUT, go_on=threading.Event())
    third = tab()
    pages = [tab(), tab()]
    for page in pages:
        page.evaluate(f'void (window.done = create ("{MODEL}"))')
    for page in pages:
        page.wait_for(f'loaded >= {CUT}')
    pages[0].wait_for(f'cache ("list").then (files => files [0]?.bytes >= {CHUNK})')
    held = site.faults.pop(MODEL)
    third.evaluate(f'void (window.done = create ("{MODEL}"))')
    assert held.go_on is not None
    held.go_on.set()
    for page in [*pages, third]:
        assert page.evaluate('done') == [sum_of(versions[0]), []]
    site.requested.clear()
    assert create(third, integrity=integrity(versions[0])) == [sum_of(versions[0]), []]
    assert requests(site) == []
    [file] = cached(third)
    assert file['bytes'] == len(versions[0])


def test_without_tls_and_from_another_origin(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    """No Web Crypto there; and a server that allows no more than the page's plain requests, and hides its headers."""
    page = tab(site.address.replace('127.0.0.1', PLAIN))
    assert page.evaluate('isSecureContext || crypto.subtle !== undefined') is False
    site.headers.update(CORS)
    url = site.address + MODEL
    assert create(page, url, cutAt=CUT)[0] == 'ABORTED'
    [file] = cached(page)
    assert create(page, url, integrity=integrity(versions[0])) == [sum_of(versions[0]), []]
    assert site.ranges == [(MODEL, f'bytes={file["bytes"]}-', '')]      # no If-Range: it would need leave
    assert requests(site) == [MODEL] * 2
    assert create(page, url, integrity=integrity(versions[1]))[0] == 'INTEGRITY'
    assert page.evaluate('cache ("usage").then (usage => [usage.bytes, usage.quota])') == [0, 0]


def test_external_data_is_kept_too(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    folder = (site.file_of(MODEL) or Path()).parent
    model = onnx.load_from_string(versions[0])
    onnx.save(model, folder / 'model_split.onnx', save_as_external_data=True, location='model_split.data')
    sizes = [(folder / name).stat().st_size for name in ('model_split.onnx', 'model_split.data')]
    page = tab()
    assert create(page, '/model_split.onnx') == [sum_of(versions[0]), []]
    assert page.evaluate('seen.at (-1)') == [sum(sizes), sum(sizes)]
    assert sorted(file['bytes'] for file in cached(page)) == sorted(sizes)
    site.requested.clear()
    assert create(page, 'model_split.onnx#here') == [sum_of(versions[0]), []]
    assert requests(site) == []
    data = {'path': 'model_split.data', 'data': '/model_split.data', 'integrity': integrity(versions[1])}
    assert create(page, '/model_split.onnx', externalData=[data])[0] == 'INTEGRITY'


def test_list_remove_clear(tab: Open, site: Server) -> None:
    page = tab()
    (site.file_of('/model2.onnx') or Path()).write_bytes((site.file_of(MODEL) or Path()).read_bytes())
    create(page)
    create(page, '/model2.onnx')
    create(page)
    assert [file['url'] for file in cached(page)] == [site.address + path for path in (MODEL, '/model2.onnx')]
    usage = page.evaluate('cache ("usage").then (usage => [usage.bytes, usage.quota])')
    assert usage[0] == sum(file['bytes'] for file in cached(page)) < usage[1]
    page.evaluate('cache ("remove", "/model.onnx")')
    assert [file['url'] for file in cached(page)] == [site.address + '/model2.onnx']
    page.evaluate('cache ("clear")')
    assert cached(page) == []
    kept = '''new Promise (resolve => {indexedDB.open ("alula").onsuccess = event => {
        const database = event.target.result;
        database.transaction ("chunks").objectStore ("chunks").count ().onsuccess = event => {
            database.close ();
            resolve (event.target.result);
        };
    };})'''
    assert page.evaluate(kept) == 0


def test_the_readme(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    example = re.findall(r'```javascript\n(.*?)```', (ROOT / 'README.md').read_text(), re.DOTALL)[0]
    example = example.replace("'alula'", "'/alula/index.js'").replace('sha256-…', integrity(versions[0]))
    (site.file_of('/readme.js') or Path()).write_text(example)
    page = tab()
    page.evaluate('import ("/readme.js").then (() => 0)')
    size = len(versions[0])
    logged = [line for line in page.console if line.startswith('log: ')]
    assert logged[-2:] == [f'log: {size} of {size} bytes', f'log: {site.address}{MODEL} {size} true']


def test_in_a_worker(tab: Open, site: Server, versions: tuple[bytes, bytes]) -> None:
    (site.file_of('/worker.js') or Path()).write_text(
        'globalThis.window = globalThis; await import ("/here/page.js");'
        'postMessage ([await create ("/model.onnx"), await create ("/model.onnx")]);')
    found = tab().evaluate('''() => new Promise (resolve => {
        new Worker ('/worker.js', {type: 'module'}).onmessage = event => resolve (event.data);
    })''')
    assert found == [[sum_of(versions[0]), []]] * 2
    assert requests(site) == [MODEL]
