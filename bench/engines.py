"""The engines that are measured: where their files are served from, and what a page had to fetch of them."""
import functools
import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from bench.tfjs_model import tfjs_model
from tools import ROOT, BuildError


class Engine(NamedTuple):
    """`name`: on the command line, and of the adapter in bench/engines/. `prefix`: where `folder` is served.

    `translated`: makes the file that it runs from an ONNX model; BuildError where that cannot be.
    """

    name: str
    title: str
    prefix: str
    folder: Path
    package: Path
    translated: Callable[[bytes], bytes] = bytes

    def version(self) -> str:
        return str(json.loads(self.package.read_text())['version'])


ENGINES = {engine.name: engine for engine in (
    Engine('alula', 'Alula', '/alula/', ROOT / 'transpiled', ROOT / 'transpiled/package.json'),
    Engine('ort-wasm', 'onnxruntime-web, wasm', '/ort-wasm/', ROOT / 'node_modules/onnxruntime-web/dist',
           ROOT / 'node_modules/onnxruntime-web/package.json'),
    Engine('tfjs-wasm', 'tfjs, wasm', '/tfjs-wasm/', ROOT / 'node_modules/@tensorflow',
           ROOT / 'node_modules/@tensorflow/tfjs-backend-wasm/package.json', tfjs_model),
)}


def chosen(names: str | None) -> list[Engine]:
    """The engines that the command line names, with commas between; all of them by default."""
    wanted = [*ENGINES] if names is None else names.split(',')
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
