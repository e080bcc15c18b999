"""`python -m bench.kernels [--host chromium|node|cpython] [TEXT]`: GFLOP/s of kernels, shape by shape.

TEXT picks the cases whose label contains it. V8 is what counts: by default the transpiled code is timed in Chromium.
`--node PATH` names another Node than the project's (an older one has no relaxed SIMD).
"""
import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

from tools import ROOT
from tools.browser import chromium
from tools.node import node_path
from tools.server import ISOLATION, serving
from tools.transpiler import transpile

HERE = Path(__file__).parent
OUT = ROOT / 'build' / 'bench_kernels'


def main() -> int:
    parser = argparse.ArgumentParser(prog='python -m bench.kernels', description=__doc__)
    parser.add_argument('--host', choices=['chromium', 'node', 'cpython'], default='chromium')
    parser.add_argument('--node', type=Path, help="another Node than the project's")
    parser.add_argument('text', nargs='?', default='', help='only cases whose label contains this')
    options = parser.parse_args()
    if options.host == 'cpython':
        sys.path.insert(0, str(HERE))
        sys.path.insert(0, str(ROOT / 'sdk'))
        from timing import measured
        print('\n'.join(asyncio.run(measured(options.text))))
        return 0
    transpile(HERE / 'timing.py', [ROOT / 'sdk' / 'js', ROOT / 'sdk'], OUT)
    if options.host == 'node':
        return subprocess.run([options.node or node_path(), HERE / 'run.mjs', OUT, options.text]).returncode
    measure = "async text => (await import('/timing.js')).measured(text)"
    with (serving({'/': OUT}, headers=ISOLATION) as server, chromium() as browser,
          browser.page(server.address + '/') as page):
        print('\n'.join(page.evaluate(measure, options.text)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
