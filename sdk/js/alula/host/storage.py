"""Where files are kept from one session to the next (JS body: an IndexedDB). Docstrings are at the CPython body.

Entries are objects with the fields of `Entry`, found by their URL; chunks are {offset, data, digest} at [id, offset].
Their data are Blobs, which Chromium reads two to three times as fast as typed arrays, and all at once into one array.
Each method is one transaction: what it reads can't change before it writes."""

from alula.errors import StorageError


class Entry:
    def __init__(self, url, id, tag, total, size, is_complete, used):
        self.url = url
        self.id = id
        self.tag = tag
        self.total = total
        self.bytes = size
        self.is_complete = is_complete
        self.used = used


class Chunk:
    def __init__(self, offset, size, digest):
        self.offset = offset
        self.size = size
        self.digest = digest


class Storage:
    def __init__(self, place):
        self.database = place

    async def entries(self):
        return await settled(within(self.database, 'readonly', lambda entries, chunks: answer(entries.getAll())))

    async def find(self, url):
        return await settled(within(self.database, 'readonly', lambda entries, chunks: find_entry(entries, url)))

    async def begin(self, url, tag, total):
        entry = Entry(url, new_id(), tag, total, 0, False, Date.now())
        await settled(within(self.database, 'readwrite', lambda entries, chunks: put_entry(entries, chunks, entry)))
        return entry

    async def add_chunk(self, entry, data, digest):
        size = len(data)
        is_kept = await settled(within(
            self.database, 'readwrite', lambda entries, chunks: put_chunk(entries, chunks, entry, data, digest)
        ))  # fmt: skip
        if is_kept:
            entry.bytes += size
        return is_kept

    async def finish(self, entry):
        changes = {'is_complete': True, 'total': entry.bytes}
        write = within(self.database, 'readwrite', lambda entries, chunks: change(entries, entry, changes))
        return await settled(write)

    async def touch(self, entry):
        changes = {'used': Date.now()}
        await settled(within(self.database, 'readwrite', lambda entries, chunks: change(entries, entry, changes)))

    async def read(self, entry):
        rows = await settled(within(self.database, 'readonly', lambda entries, chunks: answer(
            chunks.getAll(keys_of(entry.id))
        )))  # fmt: skip
        data = await settled(joined(rows))
        return [data, [Chunk(row.offset, row.data.size, row.digest) for row in rows]]

    async def remove(self, url):
        await settled(within(self.database, 'readwrite', lambda entries, chunks: drop_entry(entries, chunks, url)))

    async def remove_all(self):
        await settled(within(self.database, 'readwrite', lambda entries, chunks: drop_all(entries, chunks)))

    async def quota(self):
        __pragma__('js', '{}', 'return (await globalThis.navigator?.storage?.estimate?. ())?.quota ?? 0;')

    def close(self):
        self.database.close()


async def settled(promise):
    """What it comes to; StorageError where the host refuses."""
    try:
        return await promise
    except Exception as error:
        raise StorageError(reason(error)) from error


def reason(error):
    __pragma__('js', '{}', '''
    const what = error.name === 'QuotaExceededError' ? 'no room is left' : error.message;
    return `${what} (${error.name})`;
    ''')


def new_id():
    __pragma__('js', '{}', 'return `${Date.now ()}-${Math.random ()}`;')


async def within(database, mode, work):
    """What `work(entries, chunks)` comes to, in a transaction that is then done."""
    __pragma__('js', '{}', '''
    const transaction = database.transaction (['entries', 'chunks'], mode);
    const done = new Promise ((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject (transaction.error ?? new Error ('the transaction was aborted'));
    });
    const stores = ['entries', 'chunks'].map (name => transaction.objectStore (name));
    const [result] = await Promise.all ([work (...stores), done]);
    return result;
    ''')


def answer(request):
    __pragma__('js', '{}', '''
    return new Promise ((resolve, reject) => {
        request.onsuccess = () => resolve (request.result);
        request.onerror = () => reject (request.error);
    });
    ''')


def keys_of(id):
    """The keys of all chunks of an entry."""
    __pragma__('js', '{}', 'return IDBKeyRange.bound ([id], [id, []]);')


async def find_entry(entries, url):
    __pragma__('js', '{}', 'return await answer (entries.get (url)) ?? null;')


async def put_entry(entries, chunks, entry):
    __pragma__('js', '{}', '''
    await drop_entry (entries, chunks, entry.url);
    entries.put ({...entry});
    ''')


async def put_chunk(entries, chunks, entry, data, digest):
    __pragma__('js', '{}', '''
    const offset = entry.bytes;
    if (!await change (entries, entry, {bytes: offset + data.length})) return false;
    chunks.put ({offset, data: new Blob ([data]), digest}, [entry.id, offset]);
    return true;
    ''')


async def change(entries, entry, changes):
    """Set fields of an entry, if it is still as `entry` says."""
    __pragma__('js', '{}', '''
    const held = await answer (entries.get (entry.url));
    if (held?.id !== entry.id || held.bytes !== entry.bytes) return false;
    entries.put ({...held, ...changes});
    return true;
    ''')


async def drop_entry(entries, chunks, url):
    __pragma__('js', '{}', '''
    const held = await answer (entries.get (url));
    if (held) {
        chunks.delete (keys_of (held.id));
        entries.delete (url);
    }
    ''')


async def drop_all(entries, chunks):
    __pragma__('js', '{}', '''
    entries.clear ();
    chunks.clear ();
    ''')


async def joined(rows):
    __pragma__('js', '{}', 'return new Uint8Array (await new Blob (rows.map (row => row.data)).arrayBuffer ());')


def opened(database_name):
    __pragma__('js', '{}', '''
    return new Promise ((resolve, reject) => {
        const request = indexedDB.open (database_name, 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore ('entries', {keyPath: 'url'});
            request.result.createObjectStore ('chunks');
        };
        request.onerror = () => reject (request.error);
        request.onsuccess = () => {
            const database = request.result;
            database.onversionchange = () => database.close ();     // whoever wants to delete it need not wait for us
            resolve (database);
        };
    });
    ''')


async def open_storage(location):
    return Storage(await settled(opened(location or 'alula')))
