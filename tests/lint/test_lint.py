"""The linter beside its rules (test_rules.py): suppressions, both trees, what it infers, the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tools.lint import Finding
from tools.lint.rules import RULES

Linted = Callable[..., list[Finding]]
ROOT = Path(__file__).resolve().parents[2]


def codes(findings: list) -> list[str]:
    return [finding.code for finding in findings]


class TestSuppression:
    def test_behind_the_code(self, linted: Linted) -> None:
        assert (
            linted(
                'def f(xs: list[int]) -> bool:\n    return not xs  # lint: S09 xs comes from JSON and is null or full\n'
            )
            == []
        )

    def test_alone_on_the_line_above(self, linted: Linted) -> None:
        assert linted('def f(xs: list[int]) -> bool:\n    # lint: S09 null or full\n    return not xs\n') == []

    def test_reason_is_required(self, linted: Linted) -> None:
        [finding] = linted('def f(xs: list[int]) -> bool:\n    return not xs  # lint: S09\n')
        assert (finding.code, finding.line) == ('L01', 2) and 'reason' in finding.message

    def test_of_another_rule_hides_nothing_and_is_reported(self, linted: Linted) -> None:
        assert codes(linted('def f(xs: list[int]) -> bool:\n    return not xs  # lint: S15 no dict here\n')) == [
            'S09',
            'L01',
        ]

    def test_unneeded_is_reported(self, linted: Linted) -> None:
        [finding] = linted('x = 1  # lint: S09 no reason at all\n')
        assert finding.code == 'L01' and 'nothing needs' in finding.message

    def test_without_code_is_reported(self, linted: Linted) -> None:
        assert codes(linted('x = 1  # lint: off\n')) == ['L01']

    def test_in_a_text_is_text(self, linted: Linted) -> None:
        assert linted("x = '# lint: S09'\n") == []


class TestPlace:
    def test_finding_says_where(self, linted: Linted) -> None:
        [finding] = linted('def f(x: list[int]) -> int:\n    return 1 if x else 2\n')
        assert (finding.path.name, finding.line, finding.column) == ('program.py', 2, 17)

    def test_file_that_does_not_parse(self, linted: Linted) -> None:
        assert codes(linted({'a.py': 'def f(:\n', 'b.py': 'x = 1\n'})) == ['E01']

    def test_platform_tree_may_speak_js(self, linted: Linted) -> None:
        text = 'def now():\n    return performance.now()\n'
        assert linted({}, js={'clock.py': text}) == []
        assert codes(linted({'time.py': text})) == ['S25']

    def test_cpython_only_packages_are_free(self, linted: Linted) -> None:
        files = {'alula/__init__.py': '', 'alula/backends/__init__.py': '', 'alula/backends/numpy/__init__.py': ''}
        text = 'import numpy\n\n\ndef f(xs):\n    with xs:\n        return numpy.stack(xs)[..., 0]\n'
        assert linted({**files, 'alula/backends/numpy/steps.py': text}) == []
        assert len(linted({**files, 'alula/steps.py': text})) > 0

    def test_what_is_never_transpiled_cannot_be_imported(self, linted: Linted) -> None:
        files = {f'alula/{name}__init__.py': '' for name in ('', 'backends/', 'backends/numpy/')}
        files['alula/run.py'] = 'import alula.backends.numpy as numpy\n'
        assert codes(linted(files)) == ['S02']


class TestTwins:
    def host(self, linted: Linted, python: str, js: str) -> list:
        files = {'alula/__init__.py': '', 'alula/host/__init__.py': '', 'alula/host/x.py': python}
        files['alula/user.py'] = (
            'import alula.host.x as x\nfrom alula.host.x import View\n\n\ndef f():\n    return x.read(View(1).u32(2))\n'
        )
        return linted(files, js={'alula/host/x.py': js})

    def test_agreeing(self, linted: Linted) -> None:
        python = """\
            import os


            class View:
                def u32(self, at):
                    pass


            async def read(path: str, *, limit: int = 3) -> bytes:
                return await open(path)


            def own():
                pass
            """
        js = """\
            class View:
                def u32(self, at):
                    pass


            async def read(path, *, limit=3):
                return await fetch(path)


            def other():
                pass
            """
        assert self.host(linted, python, js) == []

    @pytest.mark.parametrize(
        ('python', 'js', 'said'),
        [
            ('def read(path):\n    pass\n', 'x = 1\n', '`read` has no JS body'),
            ('_x = 1\n', 'def read(path):\n    pass\n', '`read` has no CPython body'),
            ('def read(path):\n    pass\n', 'def read(url):\n    pass\n', '`read(url)` is `read(path)` under CPython'),
            (
                'def read(path, n=1):\n    pass\n',
                'def read(path, n=2):\n    pass\n',
                '`read(path, n=2)` is `read(path, n=1)`',
            ),
            ('async def read(path):\n    pass\n', 'def read(path):\n    pass\n', '`async read(path)` under CPython'),
            (
                'class View:\n    def __init__(self, data):\n        pass\n',
                'class View:\n    def __init__(self, buffer):\n        pass\n',
                '`View(buffer)` is `View(data)`',
            ),
            (
                'class View:\n    def u32(self, at):\n        pass\n',
                'class View:\n    def u32(self, at, little=True):\n        pass\n',
                '`View.u32(self, at, little=True)` is `u32(self, at)`',
            ),
            ('class View:\n    def u32(self):\n        pass\n', 'class View:\n    pass\n', '`View.u32` has no JS body'),
        ],
    )
    def test_disagreeing(self, linted: Linted, python: str, js: str, said: str) -> None:
        findings = self.host(linted, python, js)
        assert any(finding.code == 'H01' and said in finding.message for finding in findings), findings

    def test_host_module_without_js_body(self, linted: Linted) -> None:
        files = {'alula/__init__.py': '', 'alula/host/__init__.py': '', 'alula/host/x.py': 'import os\n'}
        assert codes(linted(files)) == ['H01']


class TestTruth:
    """S09 lets through what is surely a bool, an int, a text, None or an object without length."""

    PACKAGE = """\
        class Empty:
            pass


        class Sized:
            def __len__(self) -> int:
                return 0


        class Switch:
            def __init__(self, on: bool, names: list[str]) -> None:
                self.on = on
                self.off: bool = not on
                self.names = names

            @property
            def idle(self) -> bool:
                return self.off


        def odd(n: int) -> bool:
            return n % 2 == 1


        async def ready() -> bool:
            return True


        {header}
            return {value}
        """

    def lint_value(self, linted: Linted, header: str, value: str) -> list[str]:
        return codes(linted(dedent(self.PACKAGE).format(header=header, value=value)))

    @pytest.mark.parametrize(
        ('header', 'value'),
        [
            ('def f(x: bool) -> int:', '1 if x else 2'),
            ('def f(a: int, b: int) -> int:', '1 if a < b and not a == 3 else 2'),
            ('def f(n: int) -> int:', '1 if odd(n) else 2'),
            ('def f(x) -> int:', '1 if x.is_scalar and x.has_items() else 2'),
            ('def f(s: str) -> int:', "1 if s.startswith('a') or isinstance(s, str) else 2"),
            ('def f(s: str | None, n: int) -> int:', '1 if s or n % 2 else 2'),
            ('def f(s: Switch) -> int:', '1 if s.on and s.off or s.idle else 2'),
            ('def f(e: Empty | None) -> int:', '1 if e else 2'),
            ('def f(flags: list[bool]) -> list[int]:', '[1 for flag in flags if flag]'),
            ('def f(flags: dict[str, bool]) -> int:', "1 if flags['a'] or any([x > 1 for x in [1, 2]]) else 2"),
            ('async def f() -> int:', '1 if await ready() else 2'),
        ],
    )
    def test_fine(self, linted: Linted, header: str, value: str) -> None:
        assert self.lint_value(linted, header, value) == []

    @pytest.mark.parametrize(
        ('header', 'value'),
        [
            ('def f(x) -> int:', '1 if x else 2'),
            ('def f(x: list[int] | None) -> int:', '1 if x else 2'),
            ('def f(x: float) -> int:', '1 if x else 2'),
            ('def f(x: list[int]) -> list[int]:', 'x or [1]'),
            ('def f(x: list[list[int]]) -> bool:', 'all([y for y in x])'),
            ('def f(x: list[list[int]]) -> bool:', 'bool(x)'),
            ('def f(x: Sized) -> int:', '1 if x else 2'),
            ('def f(x: Switch) -> int:', '1 if x.names else 2'),
        ],
    )
    def test_doubtful(self, linted: Linted, header: str, value: str) -> None:
        assert self.lint_value(linted, header, value) == ['S09']

    def test_variable_that_takes_only_bools(self, linted: Linted) -> None:
        loop = 'def f(n: int) -> int:\n    done = False\n    while not done:\n        done = n > 2\n    return n\n'
        assert linted(loop) == []
        assert codes(linted(loop.replace('n > 2', '[n]'))) == ['S09']


class TestMethodReference:
    CLASS = """\
        class A:
            def __init__(self) -> None:
                self.size = 1

            def grow(self) -> int:
                return 1


        class B:
            def size(self) -> int:
                return 1


        def grow() -> int:
            return 1


        """

    def test_attribute_of_the_same_name_elsewhere(self, linted: Linted) -> None:
        text = dedent(self.CLASS)
        assert linted(text + 'def f(a: A) -> int:\n    return a.size\n') == []
        assert codes(linted(text + 'def f(b: B) -> object:\n    return b.size\n')) == ['S06']

    def test_function_of_a_module(self, linted: Linted) -> None:
        user = 'import rooms.a as a\n\n\ndef f() -> object:\n    return a.grow\n'
        assert linted({'rooms/__init__.py': '', 'rooms/a.py': self.CLASS, 'rooms/b.py': user}) == []

    def test_unknown_object(self, linted: Linted) -> None:
        text = dedent(self.CLASS)
        assert codes(linted(text + 'def f(x):\n    return x.grow\n')) == ['S06']
        assert linted(text + 'def f(x):\n    return x.grow()\n') == []


def test_an_attribute_that_is_made_of_itself_is_looked_at_once(linted: Linted) -> None:
    """Each place that assigns it was asked again for each of the others: minutes for ten of them."""
    methods = ''.join(f'\n    def m{i}(self, x: str) -> None:\n        self.text += x + self.text\n' for i in range(40))
    assert linted("class W:\n    def __init__(self) -> None:\n        self.text = ''\n" + methods) == []


def test_guide_has_a_row_for_every_code() -> None:
    rows = re.findall(r'^\| ([A-Z]\d\d) \|', (ROOT / 'docs' / 'subset.md').read_text(encoding='utf-8'), re.M)
    assert rows == sorted({rule.code for rule in RULES}) + ['H01']


class TestCommand:
    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, '-m', 'tools.lint', *args], cwd=ROOT, capture_output=True, text=True)

    def test_findings(self, tmp_path: Path) -> None:
        path = tmp_path / 'program.py'
        path.write_text('def f(x: list[int]) -> bool:\n    return not x\n')
        done = self.run(str(path))
        assert done.returncode == 1 and done.stdout.startswith(f'{path}:2:16: S09 ')
        [finding] = json.loads(self.run('--json', str(path)).stdout)
        assert (finding['code'], finding['line'], finding['column']) == ('S09', 2, 16)

    def test_clean(self, tmp_path: Path) -> None:
        (tmp_path / 'program.py').write_text('x = 1\n')
        assert self.run(str(tmp_path)).returncode == 0

    def test_explain(self) -> None:
        done = self.run('--explain', 's09')
        assert done.returncode == 0 and 'write:' in done.stdout
        assert self.run('--explain', 'S99').returncode == 2
