"""Bytes from a URL, or from a file where the host is Node (JS body). Docstrings are at the CPython body."""

from alula.errors import AlulaError, FetchError
from alula.host.arrays import u8
from alula.host.signals import check_signal


async def fetch_bytes(url, on_progress, signal):
    address = String(url)
    what = 'Reading ' + address
    try:
        if is_file(address):
            data = await read_file(url, address)
            if on_progress is not None:
                on_progress(len(data), len(data))
        else:
            data = await read_response(await fetch(address, {'signal': signal}), address, on_progress)
    except Exception as error:
        check_signal(signal, what)
        if isinstance(error, AlulaError):
            raise
        raise FetchError(address, 0, error.message) from error
    check_signal(signal, what)
    return data


def is_file(address) -> bool:
    """Does Node's file system read this, rather than fetch? Only Node fetches nothing by a bare path or a file: URL."""
    __pragma__('js', '{}', '''
    return globalThis.process?.versions?.node !== undefined && !/^(https?|data|blob):/i.test (address);
    ''')


async def read_file(url, address):
    files = await load_module('node:fs/promises')
    return await files.readFile(__new__(URL(address)) if address.startswith('file:') else address)


def load_module(specifier):
    """A module of the host, behind a name that bundlers do not follow."""
    __pragma__('js', '{}', '''
    return import (/* webpackIgnore: true */ /* @vite-ignore */ specifier);
    ''')


async def read_response(response, address, on_progress):
    if not response.ok:
        raise FetchError(address, response.status, response.statusText or 'the server refused')
    total = Number(response.headers.js_get('content-length') or 0)
    if response.body is None or on_progress is None:
        return __new__(Uint8Array(await response.arrayBuffer()))
    # With a Content-Encoding the length counts the encoded bytes: it is a first guess of the size, no more.
    data = u8(total)
    loaded = 0
    reader = response.body.getReader()
    while True:
        part = await reader.read()
        if part.done:
            return data.subarray(0, loaded)
        end = loaded + len(part.value)
        if end > len(data):
            larger = u8(2 * end)
            larger.set(data)
            data = larger
        data.set(part.value, loaded)
        loaded = end
        on_progress(loaded, total)
