"""The output folder: what is compiled again, that it is the same every time, that maps lead back to Python lines."""
import json
import os
import subprocess
from pathlib import Path

import pytest

from tools.node import node_path
from tools.transpiler import RUNTIME, transpile


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """An entry that imports two modules; `late` is found in the second folder of the search."""
    for folder in ('js', 'shared', 'shared/pack'):
        (tmp_path / folder).mkdir()
    (tmp_path / 'js' / 'entry.py').write_text(
        'import late as late\nfrom pack import thing\nprint(late.value(), thing.X)\n')
    (tmp_path / 'shared' / 'late.py').write_text("def value():\n    return 'shared'\n")
    (tmp_path / 'shared' / 'pack' / '__init__.py').write_text('')
    (tmp_path / 'shared' / 'pack' / 'thing.py').write_text('X = {1, 2, 3}\nY = X\n')
    return tmp_path


def build(program: Path, out: str = 'out') -> dict[str, int]:
    """The time of each file written."""
    files = transpile(program / 'js' / 'entry.py', [program / 'shared'], program / out)
    return {file.name: file.stat().st_mtime_ns for file in files}


def printed(program: Path, out: str = 'out') -> str:
    done = subprocess.run([node_path(), program / out / 'entry.js'], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_changed_is_compiled_again_with_all_that_may_depend_on_it(program: Path) -> None:
    first = build(program)
    assert list(first) == [RUNTIME, 'entry.js', 'late.js', 'pack.thing.js']
    assert printed(program) == 'shared {1, 2, 3}'
    assert build(program) == first
    late = program / 'shared' / 'late.py'
    late.write_text("def value():\n    return 'changed'\n")
    os.utime(late, ns=(0, 0))                   # an older time, as a checkout may give
    second = build(program)
    assert all(second[name] > first[name] for name in first)
    assert printed(program) == 'changed {1, 2, 3}'
    late.write_text('class value:\n    def __str__(self):\n        return "an object"\n')
    build(program)
    assert printed(program) == 'an object {1, 2, 3}'


def test_a_file_that_comes_first_in_the_search_takes_over(program: Path) -> None:
    build(program)
    (program / 'js' / 'late.py').write_text("def value():\n    return 'js'\n")
    build(program)
    assert printed(program) == 'js {1, 2, 3}'


def test_a_name_of_a_package_that_becomes_a_module(program: Path) -> None:
    (program / 'shared' / 'pack' / '__init__.py').write_text('name = [1]\n')
    (program / 'js' / 'entry.py').write_text('from pack import name\nprint(name)\n')
    build(program)
    assert printed(program) == '[1]'
    (program / 'shared' / 'pack' / 'name.py').write_text('X = 5\n')
    (program / 'js' / 'entry.py').write_text('from pack import name\nprint(name.X)\n')
    assert 'pack.js' not in build(program)
    assert printed(program) == '5'
    assert not (program / 'out' / 'pack.js').exists()


def test_a_failed_build_leaves_the_last_one(program: Path) -> None:
    build(program)
    late = program / 'shared' / 'late.py'
    good = late.read_text()
    late.write_text('with x:\n    pass\n')
    with pytest.raises(Exception, match=r'late\.py:1'):
        build(program)
    assert printed(program) == 'shared {1, 2, 3}'
    late.write_text(good)
    build(program)
    assert printed(program) == 'shared {1, 2, 3}'


def test_the_same_source_gives_the_same_bytes_anywhere(program: Path) -> None:
    files = set(build(program, 'one')) | set(build(program, 'two')) | {'late.js.map'}
    for name in files:
        text = (program / 'one' / name).read_bytes()
        assert text == (program / 'two' / name).read_bytes()
        assert str(program).encode() not in text


def test_a_stack_names_the_python_line(program: Path) -> None:
    (program / 'js' / 'entry.py').write_text('import late as late\n\n\nlate.value()\n')
    (program / 'shared' / 'late.py').write_text(
        "def value():\n    x = [\n        1,\n    ]\n    if len(x) > 0:\n"
        "        raise ValueError('here')\n    return x\n")
    build(program)
    command = [node_path(), '--enable-source-maps', program / 'out' / 'entry.js']
    done = subprocess.run(command, capture_output=True, text=True)
    assert 'ValueError: here' in done.stderr
    frames = [line for line in done.stderr.splitlines() if line.strip().startswith('at ')]
    assert 'shared/late.py:6' in frames[0]
    assert 'js/entry.py:4' in frames[1]


def test_the_map_embeds_the_source(program: Path) -> None:
    build(program)
    data = json.loads((program / 'out' / 'late.js.map').read_text())
    assert data['sources'] == ['../shared/late.py']
    assert data['sourcesContent'] == [(program / 'shared' / 'late.py').read_text()]
    lines = (program / 'out' / 'late.js').read_text().splitlines()
    assert len(data['mappings'].split(';')) == len(lines) - 1          # all but the line that names the map
