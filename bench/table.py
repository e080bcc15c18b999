"""Results as text for a terminal."""
from collections.abc import Mapping, Sequence
from typing import Any

from bench.results import METRICS, OURS, overall

NOTES = 3           # shown of each engine
MB = 1e6
HEAD = '{:<24}'
CELL = '{:>24}'


def table(found: Mapping[str, Any]) -> str:
    """All models with all engines, and the ratios."""
    machine = found['machine']
    lines = [f'{machine["browser"]}, one thread each, on {machine["processor"]} ({machine["cores"]} cores)']
    for name, engine in found['engines'].items():
        size = '' if engine['download'] is None else f': {engine["download"] / 1000:,.0f} KB after gzip'
        lines.append(f'{name} is {engine["title"]} {engine["version"]}{size}')
    for model, entries in found['models'].items():
        lines += ['', *_model(model, entries)]
    for peer in found['engines']:
        means = {metric: overall(found, peer, metric) for metric in METRICS}
        parts = [f'{metric} {three_digits(mean)} ×' for metric, mean in means.items() if mean is not None]
        if parts:
            lines += ['', f'Geometric means, {peer} / {OURS}: {", ".join(parts)}']
    lines += ['', 'Milliseconds with quartiles; × is how many times as fast, with the quartiles of single pairs.']
    return '\n'.join([*lines, *(f'  {metric:9}  {what}' for metric, what in METRICS.items())])


def _model(model: str, entries: Mapping[str, Any]) -> list[str]:
    able = {name: entry for name, entry in entries.items() if 'problem' not in entry}
    compared = {name: entry['ratios'] for name, entry in able.items() if 'ratios' in entry}
    lines = [_line(model, [*able, *(f'{name} / {OURS}' for name in compared)])]
    for metric in METRICS:
        times = [with_quartiles(entry['spreads'][metric]) for entry in able.values()]
        lines.append(_line(f'  {metric}', [*times, *(f'{with_quartiles(of[metric])} ×' for of in compared.values())]))
    lines.append(_line('  memory (of it wasm)', [_memory(entry['memory']) for entry in able.values()]))
    lines.append(_line('  error', [f'{entry["error"]:.1e}' for entry in able.values()]))
    lines += [f'  {name}: {entry["problem"]}' for name, entry in entries.items() if 'problem' in entry]
    for name, entry in able.items():
        lines += [f'  {name}: {note}' for note in entry['notes'][:NOTES]]
        if len(entry['notes']) > NOTES:
            lines.append(f'  {name}: {len(entry["notes"]) - NOTES} notes more, in the JSON file')
    return lines


def _line(head: str, cells: Sequence[str]) -> str:
    return (HEAD.format(head) + ''.join(CELL.format(cell) for cell in cells)).rstrip()


def _memory(memory: Mapping[str, int]) -> str:
    return f'{(memory["wasm"] + memory["script"]) / MB:.1f} ({memory["wasm"] / MB:.1f}) MB'


def with_quartiles(spread: Sequence[float]) -> str:
    """'17.1 (16.4-35.1)', three digits each."""
    low, middle, high = (three_digits(value) for value in spread)
    return f'{middle} ({low}-{high})'


def three_digits(value: float) -> str:
    return f'{value:.0f}' if value >= 100 else f'{value:.{1 if value >= 10 else 2 if value >= 1 else 3}f}'
