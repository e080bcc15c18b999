"""The development environment: `.venv` and `node_modules`, installed from the two lock files. Standard library only.

Both stand in the repository; nothing is installed anywhere else. `.venv/stamp.json` remembers the digest of the lock
that each was installed from, so a second start costs two small file reads.
"""
import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import ROOT, BuildError

VENV = ROOT / '.venv'
NODE_MODULES = ROOT / 'node_modules'
PYTHON_LOCK = ROOT / 'requirements.lock'
NPM_LOCK = ROOT / 'package-lock.json'
STAMP = VENV / 'stamp.json'


def enter(arguments: list[str]) -> None:
    """Go on inside the repository's own environment, which is made or brought up to date first.

    Called from outside it, this does not return: the process becomes `.venv/bin/python build.py arguments`.
    """
    if not _inside():
        python = interpreter(VENV)
        if not python.exists():
            with _alone():
                if not python.exists():
                    create(VENV)
        sys.stdout.flush()
        os.execv(python, [str(python), str(ROOT / 'build.py'), *arguments])
    if _outdated():
        with _alone():
            for name in _outdated():
                INSTALLERS[name]()
                _stamp(name)
        importlib.invalidate_caches()
    if str(ROOT / 'sdk') not in sys.path:
        sys.path.insert(0, str(ROOT / 'sdk'))


def interpreter(venv: Path) -> Path:
    """The Python of a virtual environment."""
    return venv / ('Scripts/python.exe' if os.name == 'nt' else 'bin/python')


def create(venv: Path) -> None:
    """Make an empty virtual environment that has pip. Where Debian left out `ensurepip`, root gets it installed."""
    if importlib.util.find_spec('ensurepip') is None:
        version = f'{sys.version_info.major}.{sys.version_info.minor}'
        install_debian_package(f'python{version}-venv', 'This Python cannot make virtual environments.')
    say(f'making {venv.name} with Python {sys.version.split()[0]}')
    run([sys.executable, '-m', 'venv', '--clear', str(venv)], 'a virtual environment could not be made')


def install_debian_package(package: str, problem: str) -> None:
    """Install a package of the distribution, after saying so; BuildError where that is not ours to do."""
    if shutil.which('apt-get') is None:
        raise BuildError(f'{problem} Install {package}, or what your system calls it, and try again.')
    if not is_root():
        raise BuildError(f'{problem} Run `sudo apt-get install {package}` and try again.')
    say(f'{problem} Installing {package} with apt-get')
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    run(['apt-get', 'update', '-qq'], 'apt-get update failed', environment)
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', package], f'{package} was not installed',
        environment)


def is_root() -> bool:
    return hasattr(os, 'geteuid') and os.geteuid() == 0


def say(message: str) -> None:
    """Progress of what takes long and happens once. On stderr: stdout belongs to the command."""
    print(f'· {message}', file=sys.stderr, flush=True)


def run(command: list[str], problem: str, environment: dict[str, str] | None = None) -> None:
    """Run a command to its end; where it fails, BuildError with what it printed."""
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise BuildError(f'{problem} ({" ".join(command)}: exit {done.returncode})\n{done.stdout.strip()}')


def _install_python() -> None:
    say(f'installing the Python packages of {PYTHON_LOCK.name} (once per lock)')
    if importlib.util.find_spec('pip') is None:
        run([sys.executable, '-m', 'ensurepip'], 'pip could not be installed')
    # --no-deps: the lock is the whole truth, also on a Python whose resolver would add a backport.
    run([sys.executable, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore',
         '--no-deps', '--require-hashes', '-r', str(PYTHON_LOCK)], 'the Python packages could not be installed')


def _install_npm() -> None:
    from tools import npm
    say(f'installing the npm packages of {NPM_LOCK.name} (once per lock)')
    npm.run(['ci', '--no-audit', '--no-fund', '--loglevel=error'])


INSTALLERS = {PYTHON_LOCK.name: _install_python, NPM_LOCK.name: _install_npm}


def _inside() -> bool:
    return VENV.exists() and os.path.samefile(sys.prefix, VENV)


def _digests() -> dict[str, str]:
    """What each lock's installation depends on: its bytes, and for the Python packages the minor version."""
    version = f'{sys.version_info.major}.{sys.version_info.minor}'.encode()
    return {PYTHON_LOCK.name: hashlib.sha256(version + PYTHON_LOCK.read_bytes()).hexdigest(),
            NPM_LOCK.name: hashlib.sha256(NPM_LOCK.read_bytes()).hexdigest()}


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    if not (NODE_MODULES / '.package-lock.json').exists():
        stamps.pop(NPM_LOCK.name, None)
    return stamps


def _outdated() -> list[str]:
    stamps = _stamps()
    return [name for name, digest in _digests().items() if stamps.get(name) != digest]


def _stamp(name: str) -> None:
    STAMP.write_text(json.dumps({**_stamps(), name: _digests()[name]}, indent=1) + '\n')


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold off other builds of this tree. The lock sits on the repository folder, so no file is left behind."""
    if os.name == 'nt':
        yield
        return
    import fcntl
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
