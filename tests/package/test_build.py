"""The build of the package: reproducible, fresh when it should be, within its budget, its maps leading to Python."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.package.sample_package import Copy, project
from tools import BuildError
from tools.bundle import report_sizes
from tools.bundle.assemble import ESBUILD


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    made = Copy.of_sample(tmp_path / 'sample')
    made.build()
    return made


def test_the_same_sources_give_the_same_bytes_wherever_they_lie(copy: Copy, tmp_path: Path) -> None:
    other = Copy.of_sample(tmp_path / 'quite' / 'another' / 'place')
    other.build()
    results = other.results()
    assert sorted(results) == ['index.d.ts', 'index.js', 'index.js.map', 'index.min.js', 'index.min.js.map']
    assert copy.results() == results
    for content in results.values():
        assert str(tmp_path).encode() not in content


def test_a_fresh_package_is_left_alone(copy: Copy) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.out.iterdir()}
    copy.build()
    assert {path: path.stat().st_mtime_ns for path in copy.out.iterdir()} == before


def test_a_changed_source_is_built_again(copy: Copy) -> None:
    source = copy.module('text')
    source.write_text(source.read_text().replace("'Hello '", "'Welcome '"))
    copy.build()
    assert b'Welcome' in (copy.out / 'index.min.js').read_bytes()


def test_a_changed_stub_is_built_again(copy: Copy) -> None:
    stub = copy.root / 'js' / 'sample' / 'text.pyi'
    stub.write_text(stub.read_text().replace("'NHWC'", "'CHWN'"))
    copy.build()
    assert b"'CHWN'" in (copy.out / 'index.d.ts').read_bytes()


def test_a_changed_or_missing_result_is_made_again(copy: Copy) -> None:
    before = copy.results()
    (copy.out / 'index.js').write_text('changed')
    (copy.out / 'index.min.js.map').unlink()
    copy.build()
    assert copy.results() == before


def test_sizes_are_reported_and_fail_over_budget(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    report_sizes(copy.out, project(budget={'index.min.js': 1_000_000}))
    printed = capsys.readouterr().out
    assert re.search(r'index\.min\.js +\d\d,\d{3} bytes, gzip +\d,\d{3} of 1,000,000', printed)
    with pytest.raises(BuildError, match=r'index\.min\.js has \d,\d{3} bytes after gzip; its budget .* is 1,000'):
        report_sizes(copy.out, project(budget={'index.min.js': 1000}))


def test_the_product_is_within_its_budget(built: Path) -> None:
    report_sizes(built)


def test_an_error_of_the_compiler_names_file_and_line(copy: Copy) -> None:
    source = copy.module('text')
    source.write_text(source.read_text() + "\nunseen = b'bytes'\n")
    line = len(source.read_text().splitlines())
    with pytest.raises(BuildError, match=rf'text\.py:{line}: '):
        copy.build()


def test_maps_name_repository_paths_and_embed_the_sources(copy: Copy) -> None:
    for name in ('index.js.map', 'index.min.js.map'):
        content = json.loads((copy.out / name).read_text())
        python = {source: text for source, text in zip(content['sources'], content['sourcesContent'], strict=True)
                  if source.endswith('.py')}
        assert '../shared/sample/worker.py' in python
        for source, text in python.items():
            assert (copy.out / source).read_text() == text
        assert all(source.startswith('generated/') for source in content['sources'] if source not in python)


def test_the_stack_of_an_error_in_the_minified_module_leads_to_the_python_line(copy: Copy, run_node) -> None:
    (copy.root / 'package.json').write_text('{"type": "module"}')
    program = copy.root / 'fails.js'
    program.write_text('''
        import {Vector, Worker} from './package/index.min.js';
        const worker = await Worker.create ('a');
        await worker.run ({b: new Vector ([1])}).catch (error => console.log (error.stack));
    ''')
    [line] = [number for number, text in enumerate(copy.module('worker').read_text().splitlines(), 1)
              if 'raise MissingInputError(name)' in text]
    stack = run_node(program, options=('--enable-source-maps',))
    assert 'MissingInputError: missing input a' in stack
    assert re.search(rf'{re.escape(str(copy.module("worker")))}:{line}:', stack), stack


def shaken(folder: Path, program: str) -> str:
    """What esbuild leaves of a program that uses the package."""
    (folder / 'program.js').write_text(program)
    done = subprocess.run([str(ESBUILD), 'program.js', '--bundle', '--format=esm', '--minify-whitespace'], cwd=folder,
                          capture_output=True, text=True, check=True)
    return done.stdout


def test_what_is_not_imported_is_dropped(sample: Path) -> None:
    assert shaken(sample, "import 'sample';") == ''
    greeting = shaken(sample, "import {greeting} from 'sample'; console.log (greeting ('you'));")
    assert 'Hello' in greeting
    # neither the other classes nor the objects; but errors, since anything may throw them
    assert 'scaled_by' not in greeting and 'run_twice' not in greeting
    assert 'MISSING_INPUT' in greeting


def test_what_an_imported_name_hands_out_is_kept(sample: Path) -> None:
    worker = shaken(sample, "import {Worker} from 'sample'; console.log (Worker);")
    for name in ('scaled_by', 'run_count', 'input_name'):
        assert name in worker
    assert 'Hello' not in worker and 'joinWords' not in worker
