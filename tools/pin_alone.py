"""Pins packages, hashes included, and nothing of what they depend on, which pip-compile cannot leave out.

`build.py lock` runs it with the interpreter that has pip-tools: `python tools/pin_alone.py LOCK name==version …`
appends to the lock.
"""
import sys
import tempfile
from pathlib import Path

from pip._internal.req.constructors import install_req_from_line
from piptools.repositories import PyPIRepository


def main(lock: Path, requirements: list[str]) -> None:
    with tempfile.TemporaryDirectory() as cache, lock.open('a', encoding='utf-8') as out:
        repository = PyPIRepository([], cache_dir=cache)
        for requirement in requirements:
            with repository.allow_all_wheels():
                hashes = sorted(repository.get_hashes(install_req_from_line(requirement)))
            out.write(' \\\n'.join([requirement, *(f'    --hash={each}' for each in hashes)]) + '\n')


if __name__ == '__main__':
    main(Path(sys.argv[1]), sys.argv[2:])
