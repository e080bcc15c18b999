"""The engines that are measured: where their files are served from, and what a page had to fetch of them."""
import functools
import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from bench.fixed_sizes import with_fixed_sizes
from bench.tfjs_model import tfjs_model
from tools import ROOT, BuildError


class Engine(NamedTuple):
    """`name`: on the command line, and of the adapter in bench/engines/. `prefix`: where `folder` is served.

    `translated`: makes the file that it runs from an ONNX model; BuildError where that cannot be. `has_device`: it runs
    on a graphics device; measured when named, for where there is none the browser's own software takes its place.
    """

    name: str
    title: str
    prefix: str
    folder: Path
    package: Path
    translated: Callable[[bytes], bytes] = bytes
    has_device: bool = False

    def version(self) -> str:
        return str(json.loads(self.package.read_text())['version'])


OURS = ('/alula/', ROOT / 'transpiled', ROOT / 'transpiled/package.json')
THEIRS = ('/ort/', ROOT / 'node_modules/onnxruntime-web/dist', ROOT / 'node_modules/onnxruntime-web/package.json')
ENGINES = {engine.name: engine for engine in (
    Engine('alula', 'Alula', *OURS),
    Engine('ort-wasm', 'onnxruntime-web, wasm', *THEIRS),
    Engine('alula-webgpu', 'Alula, WebGPU', *OURS, has_device=True),
    Engine('ort-webgpu', 'onnxruntime-web, WebGPU', *THEIRS, has_device=True),
    Engine('alula-webgl', 'Alula, WebGL2', *OURS, has_device=True),
    Engine('ort-webgl', 'onnxruntime-web, WebGL', *THEIRS, with_fixed_sizes, has_device=True),
    Engine('tfjs-wasm', 'tfjs, wasm', '/tfjs-wasm/', ROOT / 'node_modules/@tensorflow',
           ROOT / 'node_modules/@tensorflow/tfjs-backend-wasm/package.json', tfjs_model),
)}


def chosen(names: str | None) -> list[Engine]:
    """The engines that the command line names, with commas between; by default all that need no device."""
    wanted = [name for name, engine in ENGINES.items() if not engine.has_device] if names is None else names.split(',')
    unknown = [name for name in wanted if name not in ENGINES]
    if unknown:
        raise BuildError(f'there is no engine {unknown[0]}; there are {", ".join(ENGINES)}')
    return [ENGINES[name] for name in dict.fromkeys(wanted)]


def download_bytes(engine: Engine, requested: Iterable[str]) -> int:
    """Bytes after gzip of the engine's files among the paths that a page requested, each counted once."""
    paths = {path.removeprefix(engine.prefix) for path in requested if path.startswith(engine.prefix)}
    return sum(_gzip_bytes(engine.folder / path) for path in paths)


@functools.cache
def _gzip_bytes(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))
