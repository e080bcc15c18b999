"""Where Alula's time goes: milliseconds and arithmetic per kernel, as session.profile() tells them in the browser."""
from collections.abc import Mapping, Sequence
from typing import Any

from bench.engines import ENGINES
from bench.measure import Bench, Samples
from bench.models import Case
from bench.table import three_digits
from tools import BuildError

Row = Mapping[str, Any]

WARMING = 20        # runs before, in which the browser optimises


def profile(bench: Bench, case: Case, runs: int) -> list[Row]:
    """A row per kernel, in the order of execution: node, kernel, code, sizes, operations, milliseconds (median)."""
    engine = ENGINES['alula']
    with bench.page(case, {engine.name: case.model}) as page:
        samples = Samples()
        bench.start(page, case, engine, samples)
        if samples.problem is not None:
            raise BuildError(f'{case.name}: {samples.problem}')
        call = '([name, runs]) => bench.profile(name, runs)'
        page.evaluate(call, [engine.name, WARMING])
        rows: list[Row] = page.evaluate(call, [engine.name, runs])
        return rows


def text(name: str, rows: Sequence[Row]) -> str:
    """The kernels, slowest first, and a line for each kind of code."""
    total = sum(row['milliseconds'] for row in rows)
    lines = [f'{name}: {len(rows)} kernels, {_figures(rows, total)}', '', _head('kernel')]
    lines += [f'{_figures([row], total)}  {_code(row):<18} {"×".join(map(str, row["sizes"])):<22} {row["node"]}'
              for row in sorted(rows, key=lambda row: -row['milliseconds'])]
    lines += ['', _head('kind')]
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(_code(row), []).append(row)
    lines += [f'{_figures(of_kind, total)}  {kind:<18} {len(of_kind)} kernels'
              for kind, of_kind in sorted(kinds.items(), key=lambda item: -_milliseconds(item[1]))]
    return '\n'.join(lines)


def _head(what: str) -> str:
    return f'{"ms":>8} {"share":>7} {"GFLOP/s":>8}  {what}'


def _figures(rows: Sequence[Row], total: float) -> str:
    milliseconds = _milliseconds(rows)
    operations = sum(row['operations'] for row in rows)
    rate = three_digits(operations / milliseconds / 1e6) if milliseconds > 0 and operations > 0 else ''
    return f'{milliseconds:8.3f} {milliseconds / total:7.1%} {rate:>8}'


def _milliseconds(rows: Sequence[Row]) -> float:
    return float(sum(row['milliseconds'] for row in rows))


def _code(row: Row) -> str:
    kernel, code = row['kernel'], row['code']
    return str(code) if str(code).startswith(kernel) else f'{kernel} {code}'
