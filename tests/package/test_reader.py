"""What the reader of the public surface refuses, with file and line, and how it reads what is less usual."""

from pathlib import Path

import pytest

from tools import BuildError
from tools.bundle.modules import Layout
from tools.bundle.reader import read_surface
from tools.bundle.surface import camel
from tools.bundle.typescript import Declarations

REFUSED = {
    'def f(x): ...': 'parameter x of the public f has no annotation',
    'def f(x: int): ...': 'the result of the public f has no annotation',
    'def f(x: set[int]) -> None: ...': 'the type set has no counterpart',
    'def f(x: complex) -> None: ...': 'complex has no counterpart',
    'def f(x: list) -> None: ...': r'list needs the types inside',
    'def f(x: dict[int, str]) -> None: ...': 'keys other than strings',
    'def f(x: Callable) -> None: ...': 'Callable needs the types inside',
    'def f(x: Callable[..., int]) -> None: ...': 'Callable needs its parameters',
    'def f(x: Hidden) -> None: ...': 'Hidden stands in the public signature but is no public name',
    'def f(x: Nowhere) -> None: ...': 'Nowhere has no counterpart',
    'f = [1, 2]': 'annotate it',
    'class f:\n    def __init__(self) -> None:\n        self.values = [1]': 'annotate it',
}

READ = {
    'def f(x: int, *, wait_ms: float = 1.5) -> str | None: ...':
        ['f(x: number, options?: FOptions): string | null', 'waitMs?: number', '@defaultValue `1.5`'],
    'async def f(x: bytes) -> bytes: ...': ['f(x: Uint8Array | ArrayBufferLike): Promise<Uint8Array>'],
    'def f(*rest: int | str) -> None: ...': ['f(...rest: (number | string)[]): void'],
    'def f(x: "tuple[int, str]") -> list[int | str]: ...': ['f(x: readonly [number, string]): (number | string)[]'],
    'def f(x: list[list[int]]) -> list[list[int]]: ...': ['f(x: readonly (readonly number[])[]): number[][]'],
    'def f(x: tuple[int, ...]) -> None: ...': ['f(x: readonly number[]): void'],
    "def f(x: Literal['a', 1, True]) -> Iterable[int]: ...": ["f(x: 'a' | 1 | true): Iterable<number>"],
    'def f(x: Callable[[list[int]], None]) -> None: ...': ['f(x: (arg0: number[]) => void): void'],
    'def f(x: Callable[[], str] | None) -> None: ...': ['f(x: (() => string) | null): void'],
    'def f(x: str | np.ndarray) -> None: ...': ['f(x: string): void'],
    'def f(x: Any, default: object = None) -> None: ...': ['f(x: unknown, default_?: unknown): void'],
    'def f(x: Optional[int] = None, *, y: bool = False) -> None: ...':
        ['f(options?: FOptions): void', 'f(x: number | undefined, options?: FOptions): void', '@defaultValue `false`'],
    'class f(Hidden):\n    def own(self) -> f:\n        """Ends */ here."""':
        ['class f {', 'inherited(): number', 'own(): f', '/** Ends *\\/ here. */'],
    'class f:\n    def numpy(self) -> np.ndarray: ...\n    def rest(self) -> int: ...': ['rest(): number'],
}


def declarations(folder: Path, source: str) -> str:
    package = folder / 'package'
    package.mkdir()
    (package / '__init__.py').write_text('from package.module import f\n')
    (package / 'module.py').write_text(
        'from typing import Any, Callable, Iterable, Literal, Optional\nimport numpy as np\n'
        f'class Hidden:\n    def inherited(self) -> int: ...\n{source}\n')
    return Declarations(read_surface(Layout('package', folder, folder / 'js'))).text()


@pytest.mark.parametrize('source', REFUSED, ids=REFUSED.values())
def test_what_has_no_counterpart_stops_the_build_with_file_and_line(source: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r'module\.py:[5-7]: .*' + REFUSED[source]):
        declarations(tmp_path, source)


@pytest.mark.parametrize('source', READ, ids=lambda source: source.splitlines()[0])
def test_annotations_become_types(source: str, tmp_path: Path) -> None:
    text = declarations(tmp_path, source)
    for line in READ[source]:
        assert line in text, text
    assert 'numpy' not in text


def test_a_missing_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r'package\.module has no f'):
        declarations(tmp_path, 'g = 1')


def test_a_stub_cannot_pass_what_python_does_not_take(tmp_path: Path) -> None:
    stub = tmp_path / 'js' / 'package' / 'module.pyi'
    stub.parent.mkdir(parents=True)
    stub.write_text('def f(y: int) -> None: ...\n')
    with pytest.raises(BuildError, match=r'module\.py:5: f has no parameter y, which its stub passes'):
        declarations(tmp_path, 'def f(x: int) -> None: ...')


def test_what_a_stub_leaves_to_python(tmp_path: Path) -> None:
    stub = tmp_path / 'js' / 'package' / 'module.pyi'
    stub.parent.mkdir(parents=True)
    stub.write_text('f = None\n')
    assert 'function f' not in declarations(tmp_path, 'def f(*args: int) -> None: ...')


def test_a_public_base_behind_one_that_is_not(tmp_path: Path) -> None:
    package = tmp_path / 'package'
    package.mkdir()
    (package / '__init__.py').write_text('from package.module import Bottom, Top\n')
    (package / 'module.py').write_text(
        'class Top:\n    def top(self) -> int: ...\nclass Hidden(Top):\n    def middle(self) -> int: ...\n'
        'class Bottom(Hidden):\n    def bottom(self) -> int: ...\n')
    text = Declarations(read_surface(Layout('package', tmp_path, tmp_path / 'js'))).text()
    bottom = text[text.index('class Bottom extends Top'):]
    bottom = bottom[: bottom.index('}')]
    assert 'middle(): number' in bottom and 'bottom(): number' in bottom and 'top()' not in bottom


def test_names_become_camel_case() -> None:
    assert [camel(name) for name in ('num_threads', 'run', 'MAX_SIZE', 'Tensor', 'as_utf_8')] \
        == ['numThreads', 'run', 'MAX_SIZE', 'Tensor', 'asUtf8']
