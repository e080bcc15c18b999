"""docs/operators.md: each operator with the versions that Alula knows, and how its cases come out on each backend."""

from collections.abc import Iterable

import onnx
from alula.ops import catalogue
from alula.ops.registry import OPERATORS, find_operator

from tests.conformance.cases import Case, all_cases
from tests.conformance.hosts import HOSTS, PASSED, Outcome, outcomes
from tools import ROOT

PATH = ROOT / 'docs' / 'operators.md'
# The oldest opset of ai.onnx that Alula promises.
OLDEST = 7
# Backends by the hosts on which a case must pass.
COLUMNS = {backend: [name for name, host in HOSTS.items() if host.backend == backend]
           for backend in dict.fromkeys(host.backend for host in HOSTS.values())}
DOMAINS = ('', 'ai.onnx.ml', 'ai.onnx.preview', 'com.microsoft')
HEAD = '''# Operators

Written by `python3 build.py conformance --write`; not edited.

Versions are the opsets at which the operator changed, from {oldest} on; those in brackets are not there yet, and
creating a session of a model that uses them says so. Newer opsets mean the newest version. A backend's column says how
many of the operator's own cases in ONNX's test suite pass on it, under CPython and in Chromium: ✓ is all of them.
Cases that don't pass come to an error that says why, never to a wrong value. Where an operator draws at random, of
which ONNX doesn't prescribe the numbers, a case passes by type and shape.

{totals}
'''


def text() -> str:
    """The page, after running every case on every host."""
    assert len(catalogue.FAMILIES) > 0
    cases = all_cases()
    found = {host: outcomes(host) for host in HOSTS}
    parts = [HEAD.format(oldest=OLDEST, totals=_totals(cases, found))]
    for domain in DOMAINS:
        names = sorted({schema.name for schema in _schemas(domain)} | _registered(domain))
        rows = [_row(domain, name, cases, found) for name in names]
        if rows:
            parts.append(f'## {domain or "ai.onnx"}\n\n{_table(["operator", "versions", *COLUMNS], rows)}')
    return '\n'.join(parts)


def _schemas(domain: str) -> list:
    return [schema for schema in onnx.defs.get_all_schemas_with_history()
            if schema.domain == domain and not schema.deprecated]


def _registered(domain: str) -> set[str]:
    """No name of ONNX has a space: what has one is how Alula computes a part of some operator."""
    prefix = '' if domain == '' else domain + '.'
    return {key.removeprefix(prefix) for key in OPERATORS.keys_list()
            if key.startswith(prefix) and ('.' in key) == ('.' in prefix) and ' ' not in key}


def _row(domain: str, name: str, cases: list[Case], found: dict[str, list[Outcome]]) -> list[str]:
    changed = sorted({max(schema.since_version, OLDEST if domain == '' else 1)
                      for schema in _schemas(domain) if schema.name == name}) or [1]
    versions = [str(version) if find_operator(domain, name, version) else f'({version})' for version in changed]
    own = [i for i, case in enumerate(cases) if case.suite == 'node' and case.operator == (domain, name)]
    return [name, ' '.join(versions), *[_share(own, [found[host] for host in hosts]) for hosts in COLUMNS.values()]]


def _share(own: list[int], hosts: Iterable[list[Outcome]]) -> str:
    """How many of the cases pass on all of these hosts."""
    if not own:
        return ''
    passed = sum(all(host[i].code == PASSED for host in hosts) for i in own)
    return '✓' if passed == len(own) else f'{passed}/{len(own)}' if passed else '–'


def _totals(cases: list[Case], found: dict[str, list[Outcome]]) -> str:
    suites = list(dict.fromkeys(case.suite for case in cases))
    rows = [[host, *[_count([f.code == PASSED for c, f in zip(cases, found[host], strict=True) if c.suite == suite])
                     for suite in suites]] for host in HOSTS]
    return _table(['', *suites], rows)


def _count(passed: list[bool]) -> str:
    return f'{sum(passed)} of {len(passed)}'


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ['---'] * len(head), *rows]
    return ''.join(f'| {" | ".join(line)} |\n' for line in lines)
