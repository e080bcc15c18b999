"""The declarations, by `tsc --strict` over programs that use all of them and misuse some."""

import re
import shutil
from pathlib import Path

import pytest

from tests.package.sample_package import project
from tools import BuildError, npm
from tools.bundle import ALULA
from tools.bundle.reader import read_surface

TYPES = Path(__file__).parent / 'types'
LAYOUTS = {'sample': project().layout, 'alula': ALULA.layout}
STRICT = ['--strict', '--noUncheckedIndexedAccess', '--noEmit', '--module', 'nodenext', '--target', 'es2022',
          '--lib', 'es2022,dom,esnext.disposable', '--types', '']


def check(folder: Path, program: str) -> None:
    """Compile a program in the folder of a user who has the package."""
    shutil.copy(TYPES / program, folder)
    npm.tool('typescript', [*STRICT, program], cwd=folder)


def test_the_sample_type_checks(sample: Path) -> None:
    check(sample, 'sample.ts')


def test_the_product_type_checks(consumer: Path) -> None:
    check(consumer, 'alula.ts')


def test_programs_without_a_page_type_check(consumer: Path) -> None:
    """Types of Node know these three of what the declarations take for granted, and no elements and canvases."""
    node = 'declare global { interface AbortSignal {} interface Blob {} interface URL {} }'
    use = "import {Image} from 'alula';\nexport const {width} = await Image.read ('picture.png');"
    (consumer / 'server.ts').write_text(f'{node}\n{use}\n')
    lib = STRICT.index('--lib') + 1
    npm.tool('typescript', [*STRICT[:lib], 'es2022,esnext.disposable', *STRICT[lib + 1:], 'server.ts'], cwd=consumer)


def test_a_mistake_is_found(sample: Path) -> None:
    (sample / 'mistake.ts').write_text("import {greeting} from 'sample';\nconst text: number = greeting ('you');\n")
    with pytest.raises(BuildError, match=r'mistake\.ts\(2,7\): error TS2322'):
        npm.tool('typescript', [*STRICT, 'mistake.ts'], cwd=sample)


@pytest.mark.parametrize('program', ['sample', 'alula'])
def test_the_program_uses_every_public_name(program: str) -> None:
    surface = read_surface(LAYOUTS[program])
    members = {given.js_name(member) for given in surface.classes.values()
               for member in (*given.methods, *given.statics, *given.attributes)}
    assert {*surface.names, *members} <= set(re.findall(r'\w+', (TYPES / f'{program}.ts').read_text()))
