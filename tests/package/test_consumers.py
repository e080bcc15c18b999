"""The npm package as its users load it: a module script, Node, an esbuild bundle, a Vite build. One program for all."""

import json
import subprocess
from pathlib import Path

import pytest

from tools import ROOT, bundle, npm
from tools.bundle.assemble import ESBUILD
from tools.server import serving

# relu([1 2 3; -1 0 0] @ [[1 -1], [2 -2], [3 1]] + [0.5 0])
EXPECTED = {
    'values': [14.5, 0, 0, 1], 'dims': [2, 2], 'type': 'float32', 'inputs': ['x'], 'backend': 'wasm', 'isTensor': True,
    'refused': 'x',
}
RUN = "import {main} from './affine.js'; main ().then (answer => {globalThis.answer = answer;});"
PAGE = '<!doctype html><title>affine</title><script type="module" src="{script}"></script>'
# The strictest policy under which WebAssembly runs.
POLICY = {'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"}


def answer_of(chromium, folder: Path, script: str):
    """What the program answers in a page with nothing but this script."""
    (folder / 'index.html').write_text(PAGE.format(script=script))
    with serving({'/': folder}, headers=POLICY) as server, chromium.page(f'{server.address}/index.html') as page:
        answer = page.wait_for('globalThis.answer')
        assert page.errors == []
        assert all(path.endswith(('.js', '.html', '/favicon.ico')) for path in server.requested), server.requested
    return answer


@pytest.mark.parametrize('module', ['index.js', 'index.min.js'])
def test_a_module_script(consumer: Path, chromium, module: str, tmp_path: Path) -> None:
    (tmp_path / 'alula.js').write_bytes((consumer / 'node_modules' / 'alula' / module).read_bytes())
    for name in ('affine.js', 'model.js'):
        program = (consumer / 'programs' / name).read_text().replace("from 'alula'", "from './alula.js'")
        (tmp_path / name).write_text(program)
    (tmp_path / 'run.js').write_text(RUN)
    assert answer_of(chromium, tmp_path, './run.js') == EXPECTED


@pytest.mark.parametrize('module', ['alula', 'alula/min'])
def test_node(consumer: Path, run_node, module: str) -> None:
    affine = (consumer / 'programs' / 'affine.js').read_text().replace("'alula'", f"'{module}'")
    (consumer / 'programs' / 'chosen.js').write_text(affine)
    program = consumer / 'programs' / 'on_node.js'
    program.write_text("import {main} from './chosen.js'; console.log (JSON.stringify (await main ()));")
    assert json.loads(run_node(program)) == EXPECTED


def test_an_esbuild_bundle(consumer: Path, chromium, tmp_path: Path) -> None:
    (consumer / 'programs' / 'run.js').write_text(RUN)
    subprocess.run([str(ESBUILD), 'programs/run.js', '--bundle', '--minify', f'--outfile={tmp_path / "bundle.js"}',
                    '--log-level=warning'], cwd=consumer, check=True)
    assert answer_of(chromium, tmp_path, './bundle.js') == EXPECTED


def test_a_vite_build(consumer: Path, chromium) -> None:
    project = consumer / 'programs'
    (project / 'run.js').write_text(RUN)
    (project / 'index.html').write_text(PAGE.format(script='/run.js'))
    npm.tool('vite', ['build', '--logLevel', 'warn', '--outDir', '../vite', '--emptyOutDir'], cwd=project)
    built = consumer / 'vite'
    [script] = (built / 'assets').glob('*.js')
    assert answer_of(chromium, built, f'/assets/{script.name}') == EXPECTED


def test_the_tarball_holds_what_the_manifest_names(consumer: Path) -> None:
    package = consumer / 'node_modules' / 'alula'
    manifest = json.loads((package / 'package.json').read_text())
    assert manifest.get('dependencies') is None
    targets = {target for entry in manifest['exports'].values()
               for target in (entry.values() if isinstance(entry, dict) else [entry])}
    assert all((package / target).is_file() for target in targets)
    assert {path.name for path in package.iterdir()} == {*manifest['files'], 'package.json', 'README.md'}


def test_versions_agree(built: Path) -> None:
    version = json.loads((built / 'package.json').read_text())['version']
    assert f'\nversion = "{version}"\n' in (ROOT / 'pyproject.toml').read_text()
    assert f"VERSION = '{version}'" in (bundle.ALULA.layout.sources / 'alula' / 'env.py').read_text()


def test_an_import_of_one_error_leaves_sessions_behind(consumer: Path) -> None:
    # the tables of operators stay: what registers itself is an effect that no bundler may drop
    program = consumer / 'programs' / 'one_error.js'
    program.write_text("import {ShapeError} from 'alula'; console.log (ShapeError);")
    command = [str(ESBUILD), str(program), '--bundle', '--minify', '--format=esm']
    left = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    whole = (consumer / 'node_modules' / 'alula' / 'index.min.js').read_text()
    for name in ('"InferenceSession"', '"Tensor"', 'there is no such backend here'):
        assert name in whole and name not in left
    assert '"ShapeError"' in left and len(left) < 0.8 * len(whole)
