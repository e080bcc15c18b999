"""ONNX's own tests, all of them, on every host: what runs gives the right values, and what doesn't says why."""

import inspect

import onnx
import pytest
from alula.ops import catalogue
from alula.ops.registry import OPERATORS

from tests.agreement.operators import attributes_of
from tests.conformance import operators_page
from tests.conformance.cases import all_cases
from tests.conformance.exclusions import EXCLUSIONS
from tests.conformance.hosts import HOSTS, PASSED, outcomes


@pytest.mark.parametrize('host', HOSTS)
def test_every_case_passes_or_says_why_not(host: str) -> None:
    unexpected = [
        f'{case.name}: {found.code}: {found.text}'
        for case, found in zip(all_cases(), outcomes(host), strict=True)
        if found.code != PASSED and not any(each.holds(case.name, found.code) for each in EXCLUSIONS)
    ]
    assert unexpected == []


@pytest.mark.slow
def test_every_exclusion_is_needed() -> None:
    for exclusion in EXCLUSIONS:
        assert any(exclusion.holds(case.name, found.code)
                   for host in HOSTS for case, found in zip(all_cases(), outcomes(host), strict=True)), exclusion.cases


@pytest.mark.slow
def test_the_page_of_operators_is_up_to_date() -> None:
    """`build.py conformance --write` writes it anew."""
    assert operators_page.PATH.read_text() == operators_page.text()


def _versions() -> list:
    """Each registered meaning with the versions of ONNX that it serves: parameters (name, schema, function)."""
    assert len(catalogue.FAMILIES) > 0
    rows = []
    for schema in onnx.defs.get_all_schemas_with_history():
        found = OPERATORS.find(schema.name if schema.domain == '' else f'{schema.domain}.{schema.name}')
        while found is not None and found.since > schema.since_version:
            found = found.older
        if found is not None:
            rows.append(pytest.param(schema, found, id=f'{schema.domain}{schema.name}-{schema.since_version}'))
    return rows


@pytest.mark.parametrize(('schema', 'operator'), _versions())
def test_an_operator_takes_every_input_and_attribute_of_its_version(schema, operator) -> None:
    """In JavaScript an attribute that the function doesn't name would be passed over in silence."""
    parameters = inspect.signature(operator.meaning).parameters.values()
    words = [word for word in operator.inputs.split() if '=' not in word]
    # Those that build kernels get the builder first.
    positional = [p for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD][0 if operator.on_host else 1:]
    is_variadic = any(p.kind == p.VAR_POSITIONAL for p in parameters)
    assert is_variadic or len(positional) + sum(word != '.' for word in words) >= len(schema.inputs)
    # An attribute of opset 1 that never meant anything.
    given = set(schema.attributes) - {'consumed_inputs'}
    assert given <= attributes_of(operator) | {p.name for p in positional}
