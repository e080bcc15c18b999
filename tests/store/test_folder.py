"""The model cache under CPython: downloads that break off, change, are damaged or come twice at once."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import alula
import numpy as np
import pytest
from alula.errors import AbortedError, ArgumentRangeError, FetchError, IntegrityError, StorageError
from alula.host.storage import Entry
from alula.host.tasks import run_sync
from alula.store.writer import CHUNK
from hypothesis import given
from hypothesis import strategies as st

from tests.store.conftest import integrity
from tools import ROOT
from tools.server import Fault, Server

PATH = '/model.onnx'
CUT = 5 * CHUNK // 2


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    alula.model_cache.location = str(tmp_path / 'cache')
    yield tmp_path / 'cache'
    alula.model_cache.location = ''


def created(site: Server, path: str = PATH, **options: Any) -> alula.InferenceSession:
    create = alula.InferenceSession.create(site.address + path, execution_providers=['numpy'], cache=True, **options)
    return asyncio.run(create)


def answer(session: alula.InferenceSession) -> float:
    return float(session.run_sync({'x': np.zeros(1, np.float32)})['y'][0])


def cached() -> list[Any]:
    return asyncio.run(alula.model_cache.list())


def loaded_bytes(session: alula.InferenceSession) -> bytes:
    return bytes(session.model.graph.initializers.at('w').data)


def cut_off(site: Server, **fault: Any) -> None:
    """A download that breaks off."""
    site.faults[PATH] = Fault(cut_after=CUT, **fault)
    with pytest.raises(FetchError):
        created(site)
    site.faults.clear()


def test_the_second_session_needs_no_network(site: Server, versions: tuple[bytes, bytes]) -> None:
    seen: list[tuple[int, int]] = []
    first = created(site, on_progress=lambda loaded, total: seen.append((loaded, total)))
    size = len(versions[0])
    assert seen[-1] == (size, size) and len(seen) > 4
    [file] = cached()
    assert (file.url, file.bytes, file.total, file.is_complete) == (site.address + PATH, size, size, True)
    site.requested.clear()
    second = created(site, integrity=integrity(versions[0]))
    assert site.requested == []
    assert answer(first) == answer(second)
    assert loaded_bytes(first) == loaded_bytes(second)
    assert second.report().notes == []


def test_without_cache_nothing_is_kept(site: Server, folder: Path) -> None:
    alula.InferenceSession.create_sync(site.address + PATH)
    assert not folder.exists()


def test_local_files_are_not_copied(tmp_path: Path, versions: tuple[bytes, bytes]) -> None:
    (tmp_path / 'local.onnx').write_bytes(versions[0])
    alula.InferenceSession.create_sync(str(tmp_path / 'local.onnx'), cache=True, integrity=integrity(versions[0]))
    assert cached() == []


def test_a_download_that_broke_off_is_resumed(site: Server, versions: tuple[bytes, bytes]) -> None:
    cut_off(site)
    [file] = cached()
    assert not file.is_complete and file.bytes >= CUT - CHUNK
    seen: list[int] = []
    session = created(site, integrity=integrity(versions[0]), on_progress=lambda loaded, total: seen.append(loaded))
    [(_, asked, version)] = site.ranges
    assert asked == f'bytes={file.bytes}-' and version.startswith('"')
    assert seen[0] > file.bytes
    assert cached()[0].is_complete
    assert answer(session) == answer(created(site))


def test_a_signal_keeps_what_came(site: Server) -> None:
    signal = threading.Event()
    with pytest.raises(AbortedError):
        created(site, signal=signal, on_progress=lambda loaded, total: signal.set() if loaded > CUT else None)
    [file] = cached()
    assert not file.is_complete and file.bytes > CUT
    created(site)
    assert site.ranges[0][1] == f'bytes={file.bytes}-'


def test_a_killed_process_loses_the_last_chunks_alone(site: Server, folder: Path) -> None:
    site.faults[PATH] = Fault(hold_after=CUT, go_on=threading.Event())
    script = ('import os, sys, alula\n'
              'def progress(loaded, total):\n'
              '    if loaded >= int(sys.argv[2]): os.kill(os.getpid(), 9)\n'
              'import asyncio\n'
              'asyncio.run(alula.InferenceSession.create(sys.argv[1], cache=True, on_progress=progress))')
    environment = {**os.environ, 'ALULA_CACHE': str(folder), 'PYTHONPATH': str(ROOT / 'sdk')}
    done = subprocess.run([sys.executable, '-c', script, site.address + PATH, str(CUT)], env=environment)
    assert done.returncode == -9
    site.faults.clear()
    [file] = cached()
    assert not file.is_complete and file.bytes == CHUNK
    created(site)
    assert site.ranges[0][1] == f'bytes={CHUNK}-'


@pytest.mark.parametrize('fault', [Fault(has_ranges=False), Fault(headers={'ETag': '"other"'}),
                                   Fault(headers={'ETag': '"other"', 'Last-Modified': None}, has_ranges=False)])
def test_what_cannot_be_resumed_is_fetched_anew(site: Server, versions: tuple[bytes, bytes], fault: Fault) -> None:
    cut_off(site)
    (site.file_of(PATH) or Path()).write_bytes(versions[1])
    site.faults[PATH] = fault
    session = created(site)
    assert loaded_bytes(session) == versions[1][versions[1].index(loaded_bytes(session)):][:8_000_000]
    created(site, integrity=integrity(versions[1]))
    assert len(cached()) == 1


@pytest.mark.parametrize('headers', [{'ETag': None, 'Last-Modified': None}, {'ETag': 'W/"weak"'}])
def test_without_a_tag_only_integrity_allows_resuming(
    site: Server, versions: tuple[bytes, bytes], headers: dict[str, str | None]
) -> None:
    site.faults[PATH] = Fault(headers=headers)
    for resumed in (False, True):
        cut_off(site, headers=headers)
        site.faults[PATH] = Fault(headers=headers)
        created(site, integrity=integrity(versions[0]) if resumed else None)
        assert (len(site.ranges) > 0) == resumed
        run_sync(alula.model_cache.clear())


def test_a_part_of_another_version_is_found_out_by_its_hash(site: Server, versions: tuple[bytes, bytes]) -> None:
    """A server that gives two versions the same tag."""
    same = {'ETag': '"same"'}
    cut_off(site, headers=same)
    (site.file_of(PATH) or Path()).write_bytes(versions[1])
    site.faults[PATH] = Fault(headers=same)
    session = created(site, integrity=integrity(versions[1]))
    assert len(site.ranges) == 1
    assert loaded_bytes(session) in versions[1]


def test_wrong_integrity_keeps_nothing(site: Server, versions: tuple[bytes, bytes]) -> None:
    with pytest.raises(IntegrityError) as error:
        created(site, integrity=integrity(versions[1]))
    assert error.value.expected == integrity(versions[1]) and error.value.actual == integrity(versions[0])
    assert cached() == []
    created(site)
    with pytest.raises(IntegrityError):
        created(site, integrity=integrity(versions[1]))
    assert cached() == []


def test_integrity_of_a_new_version_replaces_the_old(site: Server, versions: tuple[bytes, bytes]) -> None:
    created(site)
    (site.file_of(PATH) or Path()).write_bytes(versions[1])
    assert loaded_bytes(created(site)) in versions[0]
    assert loaded_bytes(created(site, integrity=f'{integrity(versions[1])} sha256-{"A" * 43}=')) in versions[1]
    site.requested.clear()
    assert loaded_bytes(created(site)) in versions[1]
    assert site.requested == []


def test_integrity_of_bytes(versions: tuple[bytes, bytes]) -> None:
    alula.InferenceSession.create_sync(versions[0], integrity=integrity(versions[0]))
    with pytest.raises(IntegrityError):
        alula.InferenceSession.create_sync(versions[0], integrity=integrity(versions[1]))


@given(st.text(max_size=60).filter(lambda text: not text.startswith('sha256-')))
def test_integrity_that_cannot_be_checked_is_refused(text: str) -> None:
    with pytest.raises(ArgumentRangeError, match='integrity'):
        alula.InferenceSession.create_sync('/nowhere', integrity=text)


DAMAGES = {
    'a byte': lambda chunk, entry: chunk.write_bytes(chunk.read_bytes()[:-1] + b'\x77'),
    'half a chunk': lambda chunk, entry: chunk.write_bytes(chunk.read_bytes()[:1000]),
    'no bytes': lambda chunk, entry: chunk.write_bytes(b''),
    'no chunk': lambda chunk, entry: chunk.unlink(),
    'another offset': lambda chunk, entry: chunk.rename(chunk.with_name('9' * 16)),
    'no entry': lambda chunk, entry: entry.unlink(),
    'half an entry': lambda chunk, entry: entry.write_bytes(entry.read_bytes()[:20]),
    'an empty entry': lambda chunk, entry: entry.write_text('[]'),
}


@pytest.mark.parametrize('damage', DAMAGES)
@pytest.mark.parametrize('whole', [True, False])
def test_damage_is_noticed(
    site: Server, folder: Path, versions: tuple[bytes, bytes], damage: str, whole: bool
) -> None:
    if whole:
        created(site)
    else:
        cut_off(site)
    chunk = sorted(folder.glob('*/*/*'))[1]
    DAMAGES[damage](chunk, chunk.parents[1] / 'entry.json')
    site.requested.clear()
    session = created(site)
    assert site.requested == [PATH]
    assert loaded_bytes(session) in versions[0]
    [file] = cached()
    assert file.is_complete
    site.requested.clear()
    created(site, integrity=integrity(versions[0]))
    assert site.requested == []


def test_a_file_that_is_whole_but_was_not_finished(site: Server) -> None:
    created(site)
    from alula.host.storage import open_storage

    storage = run_sync(open_storage(alula.model_cache.location))
    [entry] = run_sync(storage.entries())
    entry.is_complete = False
    storage._write_entry(entry)
    site.requested.clear()
    created(site)
    assert site.requested == [] and cached()[0].is_complete


def test_two_sessions_at_once(site: Server, versions: tuple[bytes, bytes]) -> None:
    async def both() -> list[Any]:
        create = alula.InferenceSession.create
        return await asyncio.gather(*[create(site.address + PATH, cache=True) for _ in range(3)])

    for session in asyncio.run(both()):
        assert loaded_bytes(session) in versions[0]
    site.requested.clear()
    created(site, integrity=integrity(versions[0]))
    assert site.requested == []


def test_a_writer_whose_entry_was_begun_anew_writes_no_more(site: Server) -> None:
    from alula.host.storage import open_storage

    async def play() -> tuple[list[bool], Entry]:
        storage = await open_storage(alula.model_cache.location)
        first = await storage.begin('http://x/y', '', 0)
        kept = [await storage.add_chunk(first, memoryview(b'abc'), 'd' * 44)]
        late = await storage.find('http://x/y')
        kept.append(await storage.add_chunk(first, memoryview(b'def'), 'd' * 44))
        kept.append(await storage.add_chunk(late, memoryview(b'xxxx'), 'd' * 44))
        second = await storage.begin('http://x/y', '', 0)
        kept.append(await storage.add_chunk(first, memoryview(b'ghi'), 'd' * 44))
        kept.append(await storage.finish(first))
        return kept, second

    kept, second = asyncio.run(play())
    assert kept == [True, True, False, False, False]
    assert [file.bytes for file in cached()] == [0] and second.bytes == 0


def test_a_folder_that_cannot_be_written_is_noted(
    site: Server, folder: Path, tmp_path: Path, versions: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / 'file').write_text('no folder')
    alula.model_cache.location = str(tmp_path / 'file')
    session = created(site)
    assert loaded_bytes(session) in versions[0]
    [note] = session.report().notes
    assert 'cache' in note
    with pytest.raises(StorageError):
        cached()


def test_no_space_left(site: Server, monkeypatch: pytest.MonkeyPatch, versions: tuple[bytes, bytes]) -> None:
    from alula.host.storage import Storage

    write = Storage._write
    written = []

    def limited(self: Storage, path: Path, parts: list[Any]) -> None:
        if path.name != 'entry.json':
            written.append(path)
            if len(written) > 2:
                raise OSError(28, 'No space left on device')
        write(self, path, parts)

    monkeypatch.setattr(Storage, '_write', limited)
    session = created(site)
    assert loaded_bytes(session) in versions[0]
    [note] = session.report().notes
    assert 'No space left' in note
    assert len(written) == 3 and cached() == []


def test_list_remove_clear_and_usage(site: Server, folder: Path) -> None:
    (site.file_of('/other.onnx') or Path()).write_bytes((site.file_of(PATH) or Path()).read_bytes())
    created(site)
    created(site, '/other.onnx')
    os.utime(next(folder.glob('*/entry.json')), (1, 1))
    files = cached()
    assert [file.last_used > 2000 for file in files] == [True, False]
    usage = asyncio.run(alula.model_cache.usage())
    assert usage.bytes == sum(file.bytes for file in files) < usage.quota
    created(site, files[1].url.removeprefix(site.address))
    assert cached()[0].url == files[1].url
    run_sync(alula.model_cache.remove(files[0].url))
    run_sync(alula.model_cache.remove('http://nowhere/'))
    assert [file.url for file in cached()] == [files[1].url]
    run_sync(alula.model_cache.clear())
    assert cached() == [] and [*folder.iterdir()] == []


def test_refused_and_missing_files(site: Server) -> None:
    for path in ('/missing.onnx', PATH):
        site.faults[PATH] = Fault(status=503)
        with pytest.raises(FetchError) as error:
            created(site, path)
        assert error.value.status in (404, 503)
    assert cached() == []
