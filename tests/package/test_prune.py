"""What is left of the runtime: the methods that somebody calls, and those that they call."""

import pytest

from tools import BuildError
from tools.bundle.prune import pruned

RUNTIME = '''const helper = text => text.al_strip();
$install(String.prototype, {
    [Symbol.iterator]() {return 1;},
    strip() {return this.trim();},
    zfill(width) {
        if (width > 0) {
            return this.al_rjust(width);
        }
    },
    rjust(width) {return width;},
    upper() {return this;},
    lower() {return this;},
});
export {helper};
'''


def methods_in(text: str) -> set[str]:
    return {name for name in ('strip', 'zfill', 'rjust', 'upper', 'lower') if f'    {name}(' in text}


def test_what_nobody_calls_is_left_out() -> None:
    assert methods_in(pruned(RUNTIME, ['x.al_upper ()', 'lower (1)'])) == {'strip', 'upper'}


def test_what_is_called_by_what_is_called_stays() -> None:
    assert methods_in(pruned(RUNTIME, ['x.al_zfill (3)'])) == {'strip', 'zfill', 'rjust'}


def test_everything_else_stays_as_it_is() -> None:
    everything = ''.join(f'x.al_{name} ();' for name in ('strip', 'zfill', 'rjust', 'upper', 'lower'))
    assert pruned(RUNTIME, [everything]) == RUNTIME
    assert pruned(RUNTIME, []).startswith('const helper') and pruned(RUNTIME, []).endswith('});\nexport {helper};\n')


def test_a_runtime_in_another_form_stops_the_build() -> None:
    with pytest.raises(BuildError, match='installs no methods'):
        pruned('export const helper = 1;', [])
