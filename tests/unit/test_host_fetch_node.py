"""`fetch_bytes` transpiled, in Node: HTTP with progress, compression and abort, and files."""

import json
import subprocess
from pathlib import Path

from tools import ROOT
from tools.node import node_path
from tools.transpiler import transpile

ENTRY = """
from alula.fetching import fetch_bytes


async def outcome(url, *, on_progress=None, signal=None):
    try:
        data = await fetch_bytes(url, on_progress, signal)
    except Exception as error:
        return [error.code, error.message]
    return [len(data), data[len(data) - 1]]
"""

# Runs each case and prints its outcome; the server answers /model plain, /zipped compressed, /missing never.
RUNNER = """
import http from 'node:http';
import zlib from 'node:zlib';
import {pathToFileURL} from 'node:url';
import {outcome} from './entry.js';
const content = new Uint8Array (3000000).fill (5);
const server = http.createServer ((request, response) => {
    if (request.url === '/model') response.writeHead (200, {'Content-Length': content.length}).end (content);
    else if (request.url === '/unsized') response.writeHead (200).end (content);
    else if (request.url === '/zipped') {
        const zipped = zlib.gzipSync (content);
        const headers = {'Content-Length': zipped.length, 'Content-Encoding': 'gzip'};
        response.writeHead (200, headers).end (zipped);
    }
    else response.writeHead (404, 'Gone Away').end ();
});
await new Promise (ready => server.listen (0, '127.0.0.1', ready));
const address = `http://127.0.0.1:${server.address ().port}`;
const results = {};
const last = [];
const progress = (...seen) => {last.splice (0, 2, ...seen);};
const keywords = options => ({$kw: true, ...options});
for (const path of ['/model', '/unsized', '/zipped', '/missing']) {
    results [path] = await outcome (address + path);
    const seen = await outcome (address + path, keywords ({on_progress: progress}));
    results [path + ' with progress'] = [...seen, ...last];
}
const control = new AbortController ();
const stop = () => control.abort ();
results.aborted = await outcome (address + '/model', keywords ({on_progress: stop, signal: control.signal}));
results ['aborted before'] = await outcome (address + '/model', keywords ({signal: control.signal}));
server.close ();
server.closeAllConnections?.();
results.refused = await outcome (address + '/model');
results.file = await outcome (process.argv [2]);
results ['file URL'] = await outcome (String (pathToFileURL (process.argv [2])));
results ['URL object'] = await outcome (pathToFileURL (process.argv [2]));
results ['data URL'] = await outcome ('data:application/octet-stream;base64,AQID');
console.log (JSON.stringify (results));
"""


def test_fetch_in_node(tmp_path: Path) -> None:
    (tmp_path / 'entry.py').write_text(ENTRY)
    transpile(tmp_path / 'entry.py', [ROOT / 'sdk' / 'js', ROOT / 'sdk'], tmp_path / 'out')
    (tmp_path / 'out' / 'package.json').write_text('{"type": "module"}')
    (tmp_path / 'out' / 'run.mjs').write_text(RUNNER)
    (tmp_path / 'ein modell.onnx').write_bytes(bytes([1, 2, 9]))
    command = [node_path(), '--no-warnings', tmp_path / 'out' / 'run.mjs', tmp_path / 'ein modell.onnx']
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    size = 3000000
    for path, total in (('/model', size), ('/unsized', 0)):
        assert results[path] == [size, 5]
        assert results[path + ' with progress'] == [size, 5, size, total]
    assert results['/zipped'] == [size, 5]
    assert results['/zipped with progress'][:3] == [size, 5, size]
    assert results['/missing'][0] == 'FETCH' and 'HTTP 404' in results['/missing'][1]
    assert results['aborted'][0] == results['aborted before'][0] == 'ABORTED'
    assert results['refused'][0] == 'FETCH'
    assert results['file'] == results['file URL'] == results['URL object'] == [3, 9]
    assert results['data URL'] == [3, 3]
