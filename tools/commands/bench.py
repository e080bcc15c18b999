"""`build.py bench`: measures Alula beside its peers in headless Chromium, or its own kernels; `bench/` has it all."""
import argparse
import json
import subprocess
import sys
from pathlib import Path

from tools import ROOT, BuildError

REPORT = ROOT / 'build/bench/report.json'


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--models', default='all', metavar='NAME,…',
                        help='of tests/models, or light ones of the onnx package: light_… (all of the former)')
    parser.add_argument('--opset', type=int, help="of the exports (each model's latest)")
    parser.add_argument('--engines', metavar='NAME,…', help='which, and in which order (all)')
    parser.add_argument('--runs', type=int, default=60, help='timed runs of each engine with each model, at most (60)')
    parser.add_argument('--seconds', type=float, default=20, help='after which a model gets no more of them (20)')
    parser.add_argument('--pages', type=int, default=3, help='fresh pages that the runs are spread over (3)')
    parser.add_argument('--json', type=Path, default=REPORT, metavar='FILE',
                        help=f'where the results go, with a page of charts beside it ({REPORT.relative_to(ROOT)})')
    parser.add_argument('--profile', metavar='MODEL', help='time and arithmetic of each of its kernels instead')
    parser.add_argument('--kernels', nargs='?', const='', metavar='TEXT',
                        help='single kernels over a grid of shapes instead; only those with TEXT in their name')


def execute(options: argparse.Namespace) -> int:
    if options.kernels is not None:
        return subprocess.run([sys.executable, '-m', 'bench.kernels', options.kernels], cwd=ROOT).returncode
    from tools import bundle
    if min(options.runs, options.pages, options.seconds) <= 0:
        raise BuildError('--runs, --pages and --seconds must be more than 0')
    bundle.build()
    return _profile(options) if options.profile is not None else _compare(options)


def _compare(options: argparse.Namespace) -> int:
    from bench import measure, models, report, results, table
    from bench.engines import chosen
    engines = chosen(options.engines)
    effort = measure.Effort(options.runs, options.seconds, options.pages)
    found = {}
    with measure.bench(engines) as bench:
        for name in models.chosen(options.models.split(','), options.opset):
            print(f'{name} …', file=sys.stderr, flush=True)
            found[name] = bench.measure(models.case(name), engines, effort)
        value = results.results(bench.browser.version, engines, bench.downloads, found)
    print(table.table(value))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(value, indent=1) + '\n', encoding='utf-8')
    page = options.json.with_suffix('.html')
    page.write_text(report.page(value), encoding='utf-8')
    print(f'\nwritten: {options.json}, {page}')
    return 1 if any(samples[results.OURS].problem for samples in found.values() if results.OURS in samples) else 0


def _profile(options: argparse.Namespace) -> int:
    from bench import measure, models, profile
    from bench.engines import ENGINES
    with measure.bench([ENGINES['alula']]) as bench:
        for name in models.chosen([options.profile], options.opset):
            print(profile.text(name, profile.profile(bench, models.case(name), options.runs)))
    return 0
