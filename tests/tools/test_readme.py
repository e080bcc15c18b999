"""What the README shows works as it stands there."""
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import build
from tests.models import minilm
from tools import ROOT, bundle
from tools.browser import Chromium
from tools.node import node_path
from tools.server import serving

README = (ROOT / 'README.md').read_text()


def block(language: str, text: str) -> str:
    """The first block of that language that has the text in it."""
    found = [code for code in re.findall(rf'```{language}\n(.*?)```', README, re.DOTALL) if text in code]
    assert len(found) > 0, f'no {language} block of README.md has {text!r}'
    return str(found[0])


def test_the_python_example(classifier: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(classifier.parent)
    image = np.zeros((1, 3, 8, 8), dtype=np.float32)
    image[0, 2] = 1
    exec(compile(block('python', 'colour.onnx'), 'README.md', 'exec'), {'image': image})
    assert capsys.readouterr().out == '[[0. 0. 1.]]\n'


@pytest.mark.parametrize('entry', ['index.js', 'index.min.js'])
def test_the_javascript_example(classifier: Path, entry: str) -> None:
    bundle.build()
    example = block('js', 'colour.onnx').replace("'alula'", repr((ROOT / 'transpiled' / entry).as_uri()))
    program = classifier.parent / f'readme-{entry.removesuffix(".js")}.mjs'
    program.write_text(f'const pixels = new Float32Array(192).fill(1, 64, 128);\n{example}')
    done = subprocess.run([node_path(), program], cwd=classifier.parent, capture_output=True, text=True)
    assert done.stderr == ''
    assert done.stdout.replace('\n', '') == '[ 1, 3 ] Float32Array(3) [ 0, 1, 0 ]'


@pytest.fixture(scope='module')
def jobs(tmp_path_factory: pytest.TempPathFactory, detector: bytes, poser: bytes) -> Path:
    """A folder with the models and the picture of the examples: a 7, 320 × 240."""
    folder = tmp_path_factory.mktemp('jobs')
    (folder / 'digits.onnx').write_bytes((ROOT / 'models/digits/digits.onnx').read_bytes())
    (folder / 'detector.onnx').write_bytes(detector)
    (folder / 'pose.onnx').write_bytes(poser)
    drawing = np.full((240, 320, 3), 255, np.uint8)
    drawing[60:75, 120:200] = drawing[75:180, 185:200] = 0
    Image.fromarray(drawing).save(folder / 'picture.png')
    (folder / 'index.html').write_text('<!doctype html><title>README</title><img src="picture.png">')
    return folder


# What the examples print, in JavaScript and in Python: numbers, and all else as it stands there.
SAID = {
    'digits.onnx': ([['7']], "Classification('7', 7, 0."),
    'detector.onnx': ([['disc', 0.75, 80, 80, 40, 20]], 'disc 0.75 Box(80.0, 80.0, 40.0 × 20.0)\n'),
    'pose.onnx': ([['head', 130, 130, 0.5], ['foot', 150, 170, 1]], 'head 130.0 130.0 0.5\nfoot 150.0 170.0 1.0\n'),
}


@pytest.mark.parametrize('model', SAID)
def test_the_job_in_python(jobs: Path, model: str, monkeypatch, capsys) -> None:
    monkeypatch.chdir(jobs)
    exec(compile(block('python', model), 'README.md', 'exec'), {})
    assert capsys.readouterr().out.startswith(SAID[model][1])


@pytest.mark.parametrize('model', SAID)
def test_the_job_in_a_page(jobs: Path, chromium: Chromium, model: str) -> None:
    said = said_in_page(jobs, chromium, block('js', model))
    for line, expected in zip(said, SAID[model][0], strict=True):
        assert line[: len(expected)] == expected


def said_in_page(folder: Path, chromium: Chromium, code: str) -> list[list[object]]:
    """What an example prints in a page of that folder, where `picture` is the page's img."""
    bundle.build()
    code = re.sub("import (.*) from 'alula';", "const \\1 = await import('/alula/index.js');", code)
    with serving({'/': folder, '/alula/': ROOT / 'transpiled'}) as server, chromium.page(server.address + '/') as page:
        said = page.evaluate(f"""(async () => {{
            const said = [];
            const console = {{ log: (...values) => said.push(values) }};
            const picture = document.querySelector('img');
            {code}
            return said;
        }})()""")
        assert page.errors == []
    return said  # type: ignore[no-any-return]


@pytest.fixture(scope='module')
def beside_minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with minilm/model.onnx and its tokenizer.json."""
    folder = tmp_path_factory.mktemp('texts')
    (folder / 'minilm').mkdir()
    shutil.copy(minilm.path(), folder / 'minilm' / 'model.onnx')
    shutil.copy(minilm.tokenizer_path(), folder / 'minilm' / 'tokenizer.json')
    (folder / 'index.html').write_text('<!doctype html><title>README</title>')
    return folder


# The text in a block that tells it from others, and a part of what it prints.
ON_TEXTS_IN_PYTHON = {
    'text-embedding': ' Boil the noodles in salted water.\n[[1.   0.5  0.07]\n [0.5  1.   0.23]\n [0.07 0.23 1.  ]]\n',
    'text-classification': "Classification('bad', 1, 0.",
}
ON_TEXTS_IN_A_PAGE = {'text-embedding': 'Boil the noodles in salted water.', 'text-classification': 'good'}


@pytest.mark.parametrize('task', ON_TEXTS_IN_PYTHON)
def test_the_job_on_texts_in_python(beside_minilm: Path, task: str, monkeypatch, capsys) -> None:
    monkeypatch.chdir(beside_minilm)
    exec(compile(block('python', task), 'README.md', 'exec'), {})
    assert ON_TEXTS_IN_PYTHON[task] in capsys.readouterr().out


@pytest.mark.parametrize('task', ON_TEXTS_IN_A_PAGE)
def test_the_job_on_texts_in_a_page(beside_minilm: Path, chromium: Chromium, task: str) -> None:
    [[said, score]] = said_in_page(beside_minilm, chromium, block('js', task))
    assert said == ON_TEXTS_IN_A_PAGE[task]
    assert 0.5 < score < 1


def test_the_commands_exist() -> None:
    named = re.findall(r'python3 build\.py ([a-z]+)', README + (ROOT / 'CONTRIBUTING.md').read_text())
    assert {'demo', 'test'} <= set(named) <= set(build.COMMANDS)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = block('sh', 'build.py test').splitlines()
    command = next(line.partition('#')[0].strip() for line in commands if 'build.py test' in line)
    assert (ROOT / '.ci/run').read_text().splitlines()[-1] == f'exec {command}'


@pytest.mark.parametrize('document', ['README.md', 'CONTRIBUTING.md'])
def test_links_lead_somewhere(document: str) -> None:
    links = re.findall(r'\]\(([^)#]+)', (ROOT / document).read_text())
    assert [link for link in links if '://' not in link and not (ROOT / link).exists()] == []
