"""Bytes from a URL, or from a file where the host is Node, as they come (JS body).

Docstrings are at the CPython body."""

from alula.errors import AlulaError, FetchError
from alula.host.signals import check_signal


class Stream:
    def __init__(self, address, source, offset, total, tag, signal):
        self.address = address
        self.source = source
        self.offset = offset
        self.total = total
        self.tag = tag
        self.signal = signal
        self.reader = None

    async def read(self):
        if self.reader is None:
            self.reader = parts_of(self.source)
        part = await self._settled(self.reader.read())
        return None if part.done else part.value

    async def read_all(self):
        return __new__(Uint8Array(await self._settled(self.source.arrayBuffer())))

    def close(self):
        stop(self.source)

    async def _settled(self, promise):
        try:
            value = await promise
        except Exception as error:
            raise failure(error, self.address, self.signal) from error
        check_signal(self.signal, 'Reading ' + self.address)
        return value


def parts_of(response):
    """A reader of its body; what has none comes in one part."""
    __pragma__('js', '{}', '''
    let rest = response.body ? undefined : response;
    return rest === undefined ? response.body.getReader () : {read: async () => {
        const value = rest && new Uint8Array (await rest.arrayBuffer ());
        rest = null;
        return {done: !value?.length, value};
    }};
    ''')


def stop(response):
    __pragma__('js', '{}', 'response.body?.cancel ().catch (() => {});')


def failure(error, address, signal):
    """What a caller gets for an error of the host: AbortedError where its signal made it."""
    check_signal(signal, 'Reading ' + address)
    return error if isinstance(error, AlulaError) else FetchError(address, 0, error.message)


def web_address(url) -> str:
    __pragma__('js', '{}', '''
    let address;
    try {
        address = new URL (url, globalThis.document?.baseURI ?? globalThis.location?.href);
    } catch {
        return '';
    }
    address.hash = '';
    return /^https?:/.test (address) ? address.href : '';
    ''')


async def open_stream(url, offset, tag, signal):
    address = String(url)
    check_signal(signal, 'Reading ' + address)
    try:
        if is_file(address):
            return Stream(address, __new__(Response(await read_file(url, address))), 0, 0, '', signal)
        response = await fetch(address, {'signal': signal, 'headers': range_headers(address, offset, tag)})
    except Exception as error:
        raise failure(error, address, signal) from error
    if not response.ok:
        stop(response)
        raise FetchError(address, response.status, response.statusText or 'the server refused')
    begin, total, version = facts(response, offset)
    return Stream(address, response, begin, total, version, signal)


def range_headers(address, offset, tag):
    __pragma__('js', '{}', '''
    const headers = offset > 0 ? {Range: `bytes=${offset}-`} : {};
    // Another origin would be asked for its leave to be sent an If-Range, in a request of its own; it isn't needed: the
    // answer's tag tells as well.
    const origin = globalThis.origin;
    if (offset > 0 && tag && (origin === undefined || new URL (web_address (address)).origin === origin)) {
        headers ['If-Range'] = tag;
    }
    return headers;
    ''')


def facts(response, offset):
    """Where the answer begins in the file, the file's size, and the tag of this version."""
    __pragma__('js', '{}', '''
    const header = name => response.headers.get (name) ?? '';
    const length = Number (header ('content-length'));
    // Another origin may hide the range; then it is the one that was asked for, or the size doesn't fit.
    const [, begin, total] = response.status !== 206 ? [0, 0, length]
        : /bytes (\\d+)-\\d+\\/(\\d+)/.exec (header ('content-range')) ?? [0, offset, offset + length];
    // A weak ETag stands for files that only mean the same; what is compressed on its way has other offsets.
    const tag = header ('etag') || header ('last-modified');
    return [Number (begin), Number (total), /^W\\//.test (tag) || header ('content-encoding') ? '' : tag];
    ''')


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
