"""The results as one JSON-able value, from which the table and the page are made.

    machine    browser, processor, cores, time
    metrics    metric → what it is
    engines    engine → title, version, download (bytes after gzip)
    models     model → engine → either problem, or samples (metric → milliseconds), spreads (metric → quartile, median,
               quartile), error, memory (wasm, script: bytes), notes; and for peers ratios (metric → quartile, ratio of
               medians, quartile): how many times as fast Alula is
"""
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from bench.engines import Engine
from bench.measure import Samples
from bench.samples import geometric_mean, ratio, spread

OURS = 'alula'
METRICS = {
    'answer': 'from nothing to the first answer: `start` and `first_run`',
    'start': "from nothing to a session: the engine's code fetched from this machine and compiled, the first `create`",
    'create': '`create` of a further session from the same bytes',
    'first_run': "the first session's first `run`",
    'run': '`run` once warm, inputs and outputs copied',
}


def results(browser: str, engines: list[Engine], downloads: Mapping[str, int],
            models: Mapping[str, Mapping[str, Samples]]) -> dict[str, Any]:
    """Everything that was measured. `models`: model → engine → samples."""
    return {
        'machine': {'browser': f'Chromium {browser}', 'processor': _processor(), 'cores': cpu_count(),
                    'time': datetime.now(UTC).isoformat(timespec='seconds')},
        'metrics': METRICS,
        'engines': {engine.name: {'title': engine.title, 'version': engine.version(),
                                  'download': downloads.get(engine.name)} for engine in engines},
        'models': {model: {name: _entry(name, of_model) for name in of_model} for model, of_model in models.items()},
    }


def overall(found: Mapping[str, Any], peer: str, metric: str) -> float | None:
    """The geometric mean of Alula's ratios to a peer over the models that both ran; None where there is none."""
    entries = [of_model[peer] for of_model in found['models'].values() if peer in of_model]
    ratios = [entry['ratios'][metric][1] for entry in entries if 'ratios' in entry]
    return geometric_mean(ratios) if ratios else None


def _entry(name: str, of_model: Mapping[str, Samples]) -> dict[str, Any]:
    samples = of_model[name]
    if samples.problem is not None:
        return {'problem': samples.problem}
    taken = {metric: getattr(samples, metric) for metric in METRICS}
    entry = {'error': samples.error, 'memory': {'wasm': samples.wasm_memory, 'script': samples.script_memory},
             'notes': samples.notes, 'samples': taken,
             'spreads': {metric: spread(values) for metric, values in taken.items()}}
    ours = of_model.get(OURS)
    if name != OURS and ours is not None and ours.problem is None:
        entry['ratios'] = {metric: ratio(getattr(ours, metric), values) for metric, values in taken.items()}
    return entry


def _processor() -> str:
    """The processor's name; Linux tells it in a file of its own."""
    path = Path('/proc/cpuinfo')
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(':')[2].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()
