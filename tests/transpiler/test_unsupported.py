"""What cannot become JavaScript is an error with file and line, and says what to write instead."""
from pathlib import Path

import pytest

from tools.transpiler import HERE, TranspileError, transpile
from tools.transpiler.driver import Program

UNSUPPORTED = {
    'assignment expression': ('def f(x):\n    if (y := x) > 1:\n        return y\n', 2, 'assign first'),
    'match': ('def f(x):\n    match x:\n        case 1:\n            return 2\n', 2, 'if and elif'),
    'with': ('def f(m):\n    with m as x:\n        return x\n', 2, 'try and finally'),
    'async for': ('async def f(m):\n    async for x in m:\n        print(x)\n', 2, 'async for'),
    'async generator': ('async def f():\n    yield 1\n', 1, 'async generator'),
    'ellipsis': ('def f():\n    ...\n', 2, '`pass`'),
    'bytes': ("X = b'a'\n", 1, 'alula.host'),
    'complex': ('X = 1\n\nY = 2j\n', 3, 'complex'),
    'big integer': ('X = 9007199254740993\n', 1, '2**53'),
    'del of a name': ('def f(x):\n    del x\n', 2, 'del'),
    'text %': ("def f(x):\n    return '%d' % x\n", 2, 'f-string'),
    'matrix product': ('def f(a, b):\n    return a @ b\n', 2, 'call a function'),
    'tuple index': ('def f(a):\n    return a[1, 2]\n', 2, 'index twice'),
    'two bases': ('class A:\n    pass\n\n\nclass B(A, dict):\n    pass\n', 5, 'one base'),
    'metaclass': ('class A(metaclass=type):\n    pass\n', 1, 'metaclass'),
    'class decorator': ('@print\nclass A:\n    pass\n', 2, 'class decorator'),
    'class in a class': ('class A:\n    class B:\n        pass\n', 2, 'beside'),
    'statement in a class': ('class A:\n    for x in []:\n        pass\n', 2, 'beside'),
    'method decorator': ('class A:\n    @print\n    def m(self):\n        pass\n', 3, 'decorator'),
    'special method': ('class A:\n    def __eq__(self, other):\n        return True\n', 2, 'name of its own'),
    'private name': ('class A:\n    def m(self):\n        self.__x = 1\n', 3, 'use one'),
    'method without self': ('class A:\n    def m():\n        pass\n', 2, 'self'),
    'super with arguments': ('class A:\n    def m(self):\n        super(A, self).m()\n', 3, 'super'),
    'super in a nested function': (
        'class A:\n    def m(self):\n        def f():\n            super().m()\n', 4, 'super'),
    'positional only': ('def f(a, /):\n    pass\n', 1, 'positional-only'),
    'lambda default': ('f = lambda x=1: x\n', 1, 'closure'),
    'relative import': ('from . import x\n', 1, 'relative'),
    'star import': ('from math import *\n', 1, 'name what you need'),
    'dotted import': ('import os.path\n', 1, 'import ... as'),
    'import in a function': ('def f():\n    import math\n', 2, 'top of the module'),
    'no such module': ('import math\nimport collections as c\n', 2, "no module 'collections'"),
    'starred first': ('*a, b = [1, 2]\n', 1, 'starred'),
    'bare raise': ('def f():\n    raise\n', 2, 'outside an except'),
    'negative index of a call': ('def f(g):\n    g()[-1] = 2\n', 2, 'bind'),
    'await in a chain': ('async def f(g):\n    return 1 < await g() < 2\n', 2, 'await'),
    'ascii conversion': ("def f(x):\n    return f'{x!a}'\n", 2, '!r'),
    'syntax error': ('x = 1\ny = = 2\n', 2, 'SyntaxError'),
}


@pytest.mark.parametrize('case', UNSUPPORTED)
def test_place_and_advice(case: str, tmp_path: Path) -> None:
    source, line, advice = UNSUPPORTED[case]
    path = tmp_path / 'program.py'
    path.write_text(source)
    request = {'entry': 'program', 'search': [str(tmp_path), str(HERE / 'modules')], 'out': str(tmp_path / 'js'),
               'checked': False, 'key': ''}
    with pytest.raises(TranspileError) as caught:
        Program(request).compile()
    assert (caught.value.path, caught.value.line) == (path, line)
    assert advice in caught.value.message
    assert not (tmp_path / 'js').exists()


def test_the_error_reaches_the_caller_of_the_compiler_process(tmp_path: Path) -> None:
    (tmp_path / 'entry.py').write_text('import other as other\n')
    (tmp_path / 'other.py').write_text('\n\nwith open() as file:\n    pass\n')
    with pytest.raises(TranspileError, match=r'other\.py:3: no JavaScript for `with`; use try and finally'):
        transpile(tmp_path / 'entry.py', [], tmp_path / 'js')
