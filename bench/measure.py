"""Leads the page in which engines are measured: each model in fresh pages, and in each page the engines by turns.

A page starts every engine from nothing (checked against onnxruntime's answer there), then creates sessions A B A B,
then runs them A B A B. Pages begin with another engine each, so that none always starts in an empty cache. An engine
that fails or answers wrongly is left out of what follows, and said to be.
"""
import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.engines import Engine, download_bytes
from bench.models import Case, error
from tools import ROOT, BuildError
from tools.browser import Chromium, Page, chromium
from tools.inference import decoded, encoded
from tools.server import ISOLATION, Server, serving

TOLERANCE = 1e-3
CREATES = 3         # sessions more that each page makes, after the first
MEASURE_MEMORY_AT_ONCE = '--enable-blink-features=ForceEagerMeasureMemory'
WARMING = 8         # runs that are not counted: until then engines still compile
# Seconds from the opening of a page to the first measurement. Chromium uses the first of them for pages of its own (the
# popup of its address bar), on the very cores that are measured: whichever engine came first took a third longer.
SETTLING = 1.5


@dataclass
class Samples:
    """One engine with one model. Milliseconds; `load`, `first_create` and `first_run` have one sample per page.

    `problem`: why there are none. `error`: of the outputs, relative to their magnitude. `wasm_memory`,
    `script_memory`: bytes that the engine holds after the first run, in WebAssembly and beside it (of its own copy of
    the model's bytes whatever it keeps). `notes`: what the engine says of how it runs the model.
    """

    problem: str | None = None
    error: float = 0.0
    wasm_memory: int = 0
    script_memory: int = 0
    notes: list[str] = field(default_factory=list)
    load: list[float] = field(default_factory=list)
    first_create: list[float] = field(default_factory=list)
    create: list[float] = field(default_factory=list)
    first_run: list[float] = field(default_factory=list)
    run: list[float] = field(default_factory=list)

    @property
    def start(self) -> list[float]:
        """From nothing to a session: the engine's own code, and the first `create`."""
        return [sum(parts) for parts in zip(self.load, self.first_create, strict=True)]

    @property
    def answer(self) -> list[float]:
        """From nothing to the first answer."""
        return [sum(parts) for parts in zip(self.start, self.first_run, strict=True)]


class Effort(NamedTuple):
    """How long to measure a model: `runs` of each engine, fewer if they took `seconds`, in so many `pages`."""

    runs: int
    seconds: float
    pages: int


class Bench:
    """A browser and a server to measure with. `downloads`: engine → bytes after gzip that a page fetched of it."""

    def __init__(self, browser: Chromium, server: Server, models: Path) -> None:
        self.browser = browser
        self.server = server
        self.models = models
        self.downloads: dict[str, int] = {}

    def measure(self, case: Case, engines: list[Engine], effort: Effort) -> dict[str, Samples]:
        """Engine → samples."""
        samples = {engine.name: Samples() for engine in engines}
        files = {}
        for engine in engines:
            try:
                files[engine.name] = engine.translated(case.model)
            except BuildError as failure:
                samples[engine.name].problem = str(failure)
        for number in range(effort.pages):
            first = number % len(engines)
            with self.page(case, files) as page:
                for engine in [*engines[first:], *engines[:first]]:
                    if samples[engine.name].problem is None:
                        self.start(page, case, engine, samples[engine.name])
                able = {name: each for name, each in samples.items() if each.problem is None}
                _repeat(page, able, effort)
        return samples

    @contextlib.contextmanager
    def page(self, case: Case, files: Mapping[str, bytes]) -> Iterator[Page]:
        """A fresh page that has the inputs, and for each engine of `files` the model as it reads it."""
        contents = {str(id(content)): content for content in files.values()}
        for name, content in contents.items():
            (self.models / name).write_bytes(content)
        request = {'models': {engine: f'/models/{id(content)}' for engine, content in files.items()},
                   'sizes': dict(case.sizes), 'feeds': {name: encoded(array) for name, array in case.feeds.items()}}
        with self.browser.page(f'{self.server.address}/bench/page.html') as page:
            page.evaluate('request => bench.open(request)', request)
            time.sleep(SETTLING)
            for name in contents:
                (self.models / name).unlink()
            yield page

    def start(self, page: Page, case: Case, engine: Engine, samples: Samples) -> None:
        """Start the engine in the page: a sample more of each kind that a page has one of, or a `problem`."""
        self.server.requested.clear()
        answer = page.evaluate('name => bench.start(name)', engine.name)
        if 'error' in answer:
            samples.problem = answer['error']
            return
        self.downloads[engine.name] = download_bytes(engine, self.server.requested)
        outputs = {name: decoded(tensor) for name, tensor in answer['outputs'].items()}
        samples.error = max(samples.error, error(outputs, case.expected))
        if samples.error > TOLERANCE:
            samples.problem = f'its outputs are off by {samples.error:.2g} of their magnitude'
            return
        samples.wasm_memory = max(samples.wasm_memory, answer['wasmBytes'])
        samples.script_memory = max(samples.script_memory, answer['scriptBytes'])
        samples.notes = answer['notes']
        samples.load.append(answer['loadMs'])
        samples.first_create.append(answer['createMs'])
        samples.first_run.append(answer['firstRunMs'])


@contextlib.contextmanager
def bench(engines: list[Engine]) -> Iterator[Bench]:
    """Headless Chromium and a server of everything that the pages need, closed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {'/bench/': ROOT / 'bench', '/tools/': ROOT / 'tools', '/models/': Path(folder),
                 **{engine.prefix: engine.folder for engine in engines}}
        # Isolated pages have a clock of 5 µs, others one of 100 µs.
        device = any(engine.has_device for engine in engines)
        with (serving(roots, headers=ISOLATION) as server,
              chromium(webgpu=device, flags=(MEASURE_MEMORY_AT_ONCE,)) as browser):
            yield Bench(browser, server, Path(folder))


def _repeat(page: Page, able: dict[str, Samples], effort: Effort) -> None:
    names = [*able]
    seconds = effort.seconds / effort.pages
    creates = page.evaluate('([names, rounds]) => bench.createAgain(names, rounds)', [names, CREATES])
    repeated = '([names, runs, seconds]) => bench.runAgain(names, runs, seconds)'
    page.evaluate(repeated, [names, WARMING, seconds / 2])
    runs = page.evaluate(repeated, [names, -(-effort.runs // effort.pages), seconds])
    for name, samples in able.items():
        samples.create += creates[name]
        samples.run += runs[name]
