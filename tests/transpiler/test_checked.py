"""The checked build throws where JavaScript would go on with a wrong value, and leaves right programs alone."""
import json
import subprocess
from pathlib import Path

import pytest

from tools.node import node_path
from tools.transpiler import transpile

PRELUDE = '''
class Point:
    def __init__(self, x):
        self.x = x

    def moved(self, by):
        return Point(self.x + by)


def plain(a, b):
    return a


def optional(a, b=1, *, c=2):
    return a


def caught(action):
    try:
        return action()
    except Exception:
        return None


xs, d, t, s, p, none = [1, 2], {'a': 1}, (1, 2), 'ab', Point(1), None
'''

# What the expressions throw in the checked build, one expression a line; `nothing` where they are right on both hosts.
THROWN = {
    'SubsetError': '''
        xs + xs
        xs * 2
        s * 2
        xs == [1, 2] and xs == t
        s == 1
        xs < xs
        [1, xs[:1]][1] == 1
        xs[0 - 1]
        s[0 - 1]
        not xs
        1 if d else 2
        xs or 1
        [x for x in xs if t]
        d[1]
        (1 << 31)
        4294967295 & 1
        1 >> 32
        [p.moved, 1]
        plain(1, b=2)
        caught(lambda: xs + xs)
    ''',
    'ZeroDivisionError': '''
        1 / 0
        1 // (xs[0] - 1)
        1 % 0
    ''',
    'KeyError': '''
        d['b']
    ''',
    'IndexError': '''
        xs[2]
        s[5]
    ''',
    'AttributeError': '''
        p.y
        none.y
    ''',
    'TypeError': '''
        none + 1
        s + 1
        none < 1
        xs[1.5]
        none[0]
        [i for i in range(1.5)]
        plain(1)
        plain(1, 2, 3)
        optional()
        optional(1, 2, 3)
        optional(1, z=1)
        -none
        len(1)
        Point()
        p.moved()
    ''',
    'nothing': '''
        caught(lambda: 1 / 0)
        xs[1] + 1 == 3 and s + s
        p.moved(2).x + 1
        optional(1, c=5) + optional(1, 2)
        len(xs) > 0 and d[s[0]]
        xs is none or none
        (xs[0] & 3) << 2
        True + 1
        none == 1
        s < s
        -7 // 2 % 3
        none or 2
        [i for i in range(2) if i != 1]
        'x' if p is not None and p.x else 'y'
    ''',
}
CASES = {line.strip(): error for error, lines in THROWN.items() for line in lines.strip().splitlines()}


@pytest.fixture(scope='module')
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    work = tmp_path_factory.mktemp('checked')
    functions = ''.join(f'def case_{i}():\n    return {case}\n\n\n' for i, case in enumerate(CASES))
    (work / 'cases.py').write_text(PRELUDE + functions)
    transpile(work / 'cases.py', [], work / 'js', checked=True)
    (work / 'js' / 'run.mjs').write_text('''
        import * as cases from './cases.js';
        const thrown = [];
        for (let i = 0; `case_${i}` in cases; i++) {
            try {
                cases[`case_${i}`]();
                thrown.push('nothing');
            } catch (error) {
                thrown.push(error.name);
            }
        }
        console.log(JSON.stringify(thrown));
    ''')
    done = subprocess.run([node_path(), work / 'js' / 'run.mjs'], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize('case', CASES)
def test_case(thrown: dict[str, str], case: str) -> None:
    assert thrown[case] == CASES[case]


@pytest.mark.parametrize('case', [case for case, error in CASES.items() if error != 'SubsetError'])
def test_python_agrees(case: str) -> None:
    program: dict[str, object] = {}
    exec(PRELUDE, program)
    error = 'nothing'
    try:
        eval(case, program)
    except Exception as raised:
        error = type(raised).__name__
    assert error == CASES[case]


def test_assertions_are_kept_only_in_the_checked_build(tmp_path: Path) -> None:
    (tmp_path / 'program.py').write_text("def f(x):\n    assert x > 1, 'small'\n    return x\n")
    for checked in (True, False):
        transpile(tmp_path / 'program.py', [], tmp_path / 'js', checked)
        assert ('AssertionError' in (tmp_path / 'js' / 'program.js').read_text()) is checked


def test_the_platform_tree_is_written_for_javascript(tmp_path: Path) -> None:
    for folder in ('js', 'shared'):
        (tmp_path / folder).mkdir()
    (tmp_path / 'entry.py').write_text('import host as host\nimport shared as shared\n')
    (tmp_path / 'js' / 'host.py').write_text('def f(x):\n    return x >> 1\n')
    (tmp_path / 'shared' / 'shared.py').write_text('def f(x):\n    return x >> 1\n')
    transpile(tmp_path / 'entry.py', [tmp_path / 'js', tmp_path / 'shared'], tmp_path / 'out', checked=True)
    assert '$shift_right' not in (tmp_path / 'out' / 'host.js').read_text()
    assert '$shift_right' in (tmp_path / 'out' / 'shared.js').read_text()
