"""The environment: installed once per lock, made where there is none, entered from any Python."""
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import ROOT, BuildError, environment


@pytest.fixture
def installed(tmp_path: Path, monkeypatch) -> list[str]:
    """A tree of its own whose installers only note that they ran."""
    names: list[str] = []
    for name in ('requirements.lock', 'package-lock.json'):
        (tmp_path / name).write_text(f'{name} 1')
    (tmp_path / 'node_modules').mkdir()

    def install_npm() -> None:
        names.append('npm')
        (tmp_path / 'node_modules/.package-lock.json').touch()

    monkeypatch.setattr(environment, 'ROOT', tmp_path)
    monkeypatch.setattr(environment, 'VENV', Path(sys.prefix))
    monkeypatch.setattr(environment, 'STAMP', tmp_path / 'stamp.json')
    monkeypatch.setattr(environment, 'NODE_MODULES', tmp_path / 'node_modules')
    monkeypatch.setattr(environment, 'PYTHON_LOCK', tmp_path / 'requirements.lock')
    monkeypatch.setattr(environment, 'NPM_LOCK', tmp_path / 'package-lock.json')
    monkeypatch.setattr(environment, 'INSTALLERS', {'requirements.lock': lambda: names.append('python'),
                                                    'package-lock.json': install_npm})
    monkeypatch.setattr(sys, 'path', sys.path[:])
    return names


def test_each_lock_is_installed_once_until_it_changes(installed: list[str], tmp_path: Path) -> None:
    environment.enter([])
    environment.enter([])
    assert installed == ['python', 'npm']
    (tmp_path / 'package-lock.json').write_text('package-lock.json 2')
    environment.enter([])
    assert installed == ['python', 'npm', 'npm']
    (tmp_path / 'requirements.lock').write_text('requirements.lock 2')
    environment.enter([])
    assert installed == ['python', 'npm', 'npm', 'python']


def test_what_was_deleted_is_installed_again(installed: list[str], tmp_path: Path) -> None:
    environment.enter([])
    (tmp_path / 'node_modules/.package-lock.json').unlink()
    environment.enter([])
    assert installed == ['python', 'npm', 'npm']
    (tmp_path / 'stamp.json').write_text('{ torn')
    environment.enter([])
    assert installed == ['python', 'npm', 'npm', 'python', 'npm']


def test_a_failed_installation_is_not_stamped(installed: list[str], monkeypatch) -> None:
    def fail() -> None:
        raise BuildError('no network')

    environment.INSTALLERS['package-lock.json'] = fail
    with pytest.raises(BuildError, match='no network'):
        environment.enter([])
    assert json.loads(environment.STAMP.read_text()).keys() == {'requirements.lock'}


def test_a_new_environment_has_pip(tmp_path: Path) -> None:
    environment.create(tmp_path / 'venv')
    python = environment.interpreter(tmp_path / 'venv')
    assert subprocess.run([python, '-m', 'pip', '--version'], capture_output=True).returncode == 0


def test_a_python_without_ensurepip_names_the_package(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    monkeypatch.setenv('PATH', str(tmp_path))
    version = f'{sys.version_info.major}.{sys.version_info.minor}'
    with pytest.raises(BuildError, match=f'Install python{version}-venv'):
        environment.create(tmp_path / 'venv')


def test_any_python_leads_into_the_environment_at_once() -> None:
    """Called with the Python that the environment was made from; help and exit statuses come through."""
    outside = [sys._base_executable, str(ROOT / 'build.py')]
    start = time.perf_counter()
    explained = subprocess.run([*outside, 'lint', '--explain', 'S09'], capture_output=True, text=True)
    assert time.perf_counter() - start < 3
    assert (explained.returncode, explained.stdout[:3], explained.stderr) == (0, 'S09', '')
    assert subprocess.run([*outside, 'lint', '--explain', 'S999'], capture_output=True).returncode == 2
    assert subprocess.run([*outside, 'nonsense'], capture_output=True).returncode == 2


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """Every requirement is pinned with hashes; no address of a registry or machine is in either lock."""
    import tomllib
    project = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
    lock = (ROOT / 'requirements.lock').read_text()
    wanted = [*project['dependencies'], *project['optional-dependencies']['dev']]
    for requirement in wanted:
        name = requirement.partition('>=')[0].partition('==')[0]
        assert f'{name}==' in lock, f'{requirement} is not pinned: run build.py lock'
    pinned = lock.count('==')
    assert lock.count(' \\\n    --hash=sha256:') >= pinned
    assert '://' not in lock
    packages = json.loads((ROOT / 'package-lock.json').read_text())['packages']
    declared = json.loads((ROOT / 'package.json').read_text())['devDependencies']
    assert packages['']['devDependencies'] == declared
    assert not [name for name, package in packages.items() if 'resolved' in package]
    assert not [name for name, package in packages.items() if name and 'integrity' not in package]
