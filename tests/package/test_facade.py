"""The generated facade, on the sample package in Node, both modules: what JS callers see of Python's classes."""

import json
import re

import pytest

from tests.package.conftest import PROGRAMS

CHECKS = re.findall(r'^export (?:async )?function (\w+)', (PROGRAMS / 'facade_checks.js').read_text(), re.M)


@pytest.fixture(scope='module')
def results(sample, run_node):
    """What the checks say of each of the two modules, of which the other is the second copy."""
    checks = (sample / 'programs' / 'facade_checks.js').read_text()
    swapped = re.sub(r"'sample(/min)?'", lambda found: "'sample'" if found[1] else "'sample/min'", checks)
    (sample / 'programs' / 'min_checks.js').write_text(swapped)
    return {module: json.loads(run_node(sample / 'programs' / 'run_checks.js', f'./{program}_checks.js'))
            for module, program in (('index.js', 'facade'), ('index.min.js', 'min'))}


@pytest.mark.parametrize('module', ['index.js', 'index.min.js'])
@pytest.mark.parametrize('name', CHECKS)
def test_facade(results, name, module):
    if results[module][name] is not None:
        pytest.fail(results[module][name], pytrace=False)
