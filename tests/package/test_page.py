"""What the module does to the page that loads it: nothing that the page can see but a few hidden, prefixed members."""

import shutil
from pathlib import Path

import pytest

from tools.server import serving

# Loads a copy of the module and runs the model with it; returns the output.
RUN = '''async address => {
    const {InferenceSession, Tensor, InputError} = await import (address);
    const {model} = await import ('/model.js');
    const session = await InferenceSession.create (model);
    const {y} = await session.run ({x: new Tensor ('float32', [1, 2, 3], [1, 3])});
    const error = await session.run ({}).catch (error => error);
    const known = (globalThis.errors ??= []).map (other => error instanceof other);
    globalThis.errors.push (InputError);
    await session.release ();
    return [Array.from (y.data), error instanceof InputError, ...known];
}'''
OUTPUT = [[14.5, 0], True]


@pytest.fixture
def page(consumer: Path, chromium, tmp_path: Path):
    """An empty page of a server that has the module, a second copy of it, and the model."""
    package = consumer / 'node_modules' / 'alula'
    copies = {'alula.js': 'index.js', 'copy.js': 'index.js', 'min.js': 'index.min.js'}
    for name, source in copies.items():
        shutil.copy(package / source, tmp_path / name)
    for name in ('model.js', 'snapshot.js'):
        shutil.copy(consumer / 'programs' / name, tmp_path)
    (tmp_path / 'index.html').write_text('<!doctype html><title>page</title><script src="/snapshot.js"></script>')
    with serving({'/': tmp_path}) as server, chromium.page(f'{server.address}/index.html') as page:
        yield page
        assert page.errors == []


@pytest.mark.parametrize('module', ['/alula.js', '/min.js'])
def test_the_built_ins_stay_as_they_were(page, module: str) -> None:
    changes = page.evaluate('''async module => {
        const before = snapshot ();
        await import (module);
        return changes (before, snapshot ());
    }''', module)
    assert changes['objects'] > 3000
    assert changes['changed'] == []
    assert len(changes['added']) > 0
    for owner, name, enumerable in changes['added']:
        assert not enumerable and name.startswith('al_'), (owner, name)
        assert owner in ('Array.prototype', 'String.prototype'), (owner, name)


def test_the_snapshot_sees_changes(page) -> None:
    changes = page.evaluate('''() => {
        const before = snapshot ();
        Array.prototype.al_seen = 1;
        Math.max = Math.min;
        globalThis.leaked = 1;
        return changes (before, snapshot ());
    }''')
    assert changes['added'] == [['Array.prototype', 'al_seen', True]]
    assert sorted(set(changes['changed'])) == ['Math.max', 'global leaked']


def test_running_leaves_no_more_than_loading(page) -> None:
    changes = page.evaluate(f'''async () => {{
        await import ('/alula.js');
        const before = snapshot ();
        const output = await ({RUN}) ('/alula.js');
        delete globalThis.errors;
        return {{...changes (before, snapshot ()), output}};
    }}''')
    assert changes['output'] == OUTPUT
    assert changes['changed'] == [] and changes['added'] == []


def test_a_page_with_its_own_members_of_built_ins(page) -> None:
    """The page's Array.prototype.remove and String.prototype.format, enumerable as such pages have them."""
    answer = page.evaluate(f'''async () => {{
        Array.prototype.remove = function () {{return 'of the page';}};
        String.prototype.format = function () {{return 'of the page';}};
        Object.prototype.inherited = 'of the page';
        const output = await ({RUN}) ('/alula.js');
        const keys = [];
        for (const key in []) {{
            keys.push (key);
        }}
        const kept = [[].remove (), ''.format ()];
        delete Object.prototype.inherited;
        return {{output, keys, kept}};
    }}''')
    assert answer['output'] == OUTPUT
    assert answer['keys'] == ['remove', 'inherited']
    assert answer['kept'] == ['of the page', 'of the page']


@pytest.mark.parametrize('other', ['/copy.js', '/min.js'])
def test_two_copies_work_side_by_side(page, other: str) -> None:
    assert page.evaluate(RUN, '/alula.js') == OUTPUT
    # each knows its own errors only
    assert page.evaluate(RUN, other) == [*OUTPUT, False]
    assert page.evaluate(RUN, '/alula.js') == [*OUTPUT, True, False]
