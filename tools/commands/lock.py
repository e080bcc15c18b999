"""`build.py lock`: pins every development dependency, Python's and npm's, with its hashes.

`requirements.lock` is what pip-compile makes of the `dev` extra of pyproject.toml under the oldest supported Python,
with the packages of its dependency group `alone` after that; `package-lock.json` what npm makes of package.json. What
is pinned stays unless `--upgrade` is given; versions in `alone` are set by hand.
"""
import argparse
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import ROOT, BuildError, environment, npm

OLDEST = (3, 11)
PIP_TOOLS = 'pip-tools==7.6.2'


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--upgrade', action='store_true', help='take the newest version of everything')


def execute(options: argparse.Namespace) -> int:
    if sys.version_info[:2] != OLDEST:
        raise BuildError('lock with the oldest supported Python, which must be able to install the result: '
                         f'make .venv with {OLDEST[0]}.{OLDEST[1]}')
    upgrade = ['--upgrade'] if options.upgrade else []
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / 'venv'
        environment.create(venv)
        python = str(environment.interpreter(venv))
        environment.run([python, '-m', 'pip', 'install', '--quiet', PIP_TOOLS], 'pip-tools could not be installed')
        environment.say('pinning the Python packages (a minute)')
        # -P: else `build`, which pip-tools imports, would be our build.py. Addresses of this machine's index stay out.
        environment.run([python, '-P', '-m', 'piptools', 'compile', '--quiet', '--generate-hashes', '--allow-unsafe',
                         '--strip-extras', '--no-header', '--no-annotate', '--no-emit-options', '--no-emit-index-url',
                         '--no-emit-find-links', '--extra=dev', *upgrade, f'--output-file={environment.PYTHON_LOCK}',
                         'pyproject.toml'],
                        'the Python packages could not be pinned')
        alone = tomllib.loads((ROOT / 'pyproject.toml').read_text(encoding='utf-8'))['dependency-groups']['alone']
        environment.run([python, '-P', str(ROOT / 'tools' / 'pin_alone.py'), str(environment.PYTHON_LOCK), *alone],
                        f'{", ".join(alone)} could not be pinned')
    environment.say('pinning the npm packages')
    npm.run(['update' if options.upgrade else 'install', '--package-lock-only', '--no-audit', '--no-fund'])
    environment.say('done; the next command installs what changed')
    return 0
