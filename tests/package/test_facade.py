"""The generated facade, on the sample package in Node: what JS callers see of Python classes, functions and objects."""

import json
import re

import pytest

from tests.package.conftest import PROGRAMS

CHECKS = re.findall(r'^export (?:async )?function (\w+)', (PROGRAMS / 'facade_checks.js').read_text(), re.M)


@pytest.fixture(scope='module')
def results(sample, run_node):
    return json.loads(run_node(sample / 'programs' / 'run_checks.js', './facade_checks.js'))


@pytest.mark.parametrize('name', CHECKS)
def test_facade(results, name):
    if results[name] is not None:
        pytest.fail(results[name], pytrace=False)
