"""The Python package: what `pip install .` gives a user. Built and installed from here, without the network."""
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tools import ROOT, environment

pytestmark = pytest.mark.slow

PROGRAM = '''
import sys
import numpy as np
import alula

session = alula.InferenceSession.create_sync(sys.argv[1])
image = np.zeros((1, 3, 8, 8), dtype=np.float32)
image[:, 1] = 1
logits = session.run_sync({'image': image})['logits']
print(alula.__file__, logits.tolist())
'''


@pytest.fixture(scope='module')
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp('wheel')
    command = [sys.executable, '-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps',
               '--no-index', '--no-build-isolation', '--wheel-dir', str(folder)]
    # setuptools builds inside of the tree it is given, so it gets a copy.
    tree = tmp_path_factory.mktemp('tree')
    for name in ('pyproject.toml', 'README.md'):
        (tree / name).write_bytes((ROOT / name).read_bytes())
    shutil.copytree(ROOT / 'sdk', tree / 'sdk', ignore=shutil.ignore_patterns('__pycache__', '*.egg-info'))
    subprocess.run([*command, str(tree)], check=True)
    return next(folder.glob('alula-*.whl'))


@pytest.fixture(scope='module')
def python(wheel: Path, tmp_path_factory) -> Path:
    """The Python of a fresh environment with the wheel; NumPy is borrowed from ours."""
    venv = tmp_path_factory.mktemp('user') / 'venv'
    environment.create(venv)
    interpreter = environment.interpreter(venv)
    subprocess.run([interpreter, '-m', 'pip', 'install', '--quiet', '--no-deps', '--no-index', str(wheel)], check=True)
    packages = next(venv.glob('lib/python*/site-packages'))
    (packages / 'borrowed.pth').write_text(str(Path(np.__file__).parent.parent))
    return interpreter


def test_it_holds_the_package_and_its_types_alone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert 'alula/py.typed' in names
    assert 'alula/session.py' in names
    assert {name.partition('/')[0].partition('-')[0] for name in names} == {'alula'}
    assert not [name for name in names if name.endswith('.js')]
    metadata = zipfile.ZipFile(wheel).read(next(name for name in names if name.endswith('/METADATA'))).decode()
    required = [line for line in metadata.splitlines() if line.startswith('Requires-Dist') and 'extra ==' not in line]
    assert [line.partition('>')[0] for line in required] == ['Requires-Dist: numpy']


def test_an_installed_alula_runs_a_model(python: Path, classifier: Path, tmp_path: Path) -> None:
    (tmp_path / 'program.py').write_text(PROGRAM)
    done = subprocess.run([python, 'program.py', str(classifier)], cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ''
    assert 'site-packages' in done.stdout
    assert done.stdout.strip().endswith('[[0.0, 1.0, 0.0]]')


def test_type_checkers_see_its_types(python: Path, tmp_path: Path) -> None:
    (tmp_path / 'program.py').write_text(PROGRAM + 'reveal_type(session)\nsession.run_sync({}, None, 3)\n')
    done = subprocess.run([sys.executable, '-m', 'mypy', '--strict', f'--python-executable={python}', 'program.py'],
                          cwd=tmp_path, capture_output=True, text=True)
    assert 'Revealed type is "alula.session.InferenceSession"' in done.stdout
    assert 'Too many arguments for "run_sync"' in done.stdout
    assert 'Found 1 error' in done.stdout
