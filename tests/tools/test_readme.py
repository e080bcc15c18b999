"""What the README shows works as it stands there."""
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import build
from tools import ROOT, bundle
from tools.node import node_path

README = (ROOT / 'README.md').read_text()
BLOCKS = dict(re.findall(r'```(\w+)\n(.*?)```', README, re.DOTALL))


def test_the_python_example(classifier: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(classifier.parent)
    image = np.zeros((1, 3, 8, 8), dtype=np.float32)
    image[0, 2] = 1
    exec(compile(BLOCKS['python'], 'README.md', 'exec'), {'image': image})
    assert capsys.readouterr().out == '[[0. 0. 1.]]\n'


@pytest.mark.parametrize('entry', ['index.js', 'index.min.js'])
def test_the_javascript_example(classifier: Path, entry: str) -> None:
    bundle.build()
    example = BLOCKS['js'].replace("'alula'", repr((ROOT / 'transpiled' / entry).as_uri()))
    program = classifier.parent / f'readme-{entry.removesuffix(".js")}.mjs'
    program.write_text(f'const pixels = new Float32Array(192).fill(1, 64, 128);\n{example}')
    done = subprocess.run([node_path(), program], cwd=classifier.parent, capture_output=True, text=True)
    assert done.stderr == ''
    assert done.stdout.replace('\n', '') == '[ 1, 3 ] Float32Array(3) [ 0, 1, 0 ]'


def test_the_commands_exist() -> None:
    named = re.findall(r'python3 build\.py ([a-z]+)', README + (ROOT / 'CONTRIBUTING.md').read_text())
    assert {'demo', 'test'} <= set(named) <= set(build.COMMANDS)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = next(line.partition('#')[0].strip() for line in BLOCKS['sh'].splitlines() if 'build.py test' in line)
    assert (ROOT / '.ci/run').read_text().splitlines()[-1] == f'exec {command}'


@pytest.mark.parametrize('document', ['README.md', 'CONTRIBUTING.md'])
def test_links_lead_somewhere(document: str) -> None:
    links = re.findall(r'\]\(([^)#]+)', (ROOT / document).read_text())
    assert [link for link in links if '://' not in link and not (ROOT / link).exists()] == []
