"""`build.py conformance`: ONNX's own test cases on every host, and the page docs/operators.md that tells of them."""
import argparse
import re
from collections import Counter


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('pattern', nargs='?', default='', help='a regular expression: only cases whose names have it')
    parser.add_argument('--host', action='append', default=[], metavar='NAME',
                        help='numpy, script, wasm, "script in Chromium", …; repeated (all of them)')
    parser.add_argument('--write', action='store_true', help='write docs/operators.md anew, of all cases on all hosts')


def execute(options: argparse.Namespace) -> int:
    from tests.conformance import operators_page
    from tests.conformance.cases import all_cases
    from tests.conformance.hosts import HOSTS, PASSED
    if options.write:
        operators_page.PATH.write_text(operators_page.text())
        return 0
    cases = [case for case in all_cases() if re.search(options.pattern, case.name)]
    for host in options.host or HOSTS:
        counts: Counter[str] = Counter()
        for case, found in zip(cases, HOSTS[host].outcomes(cases), strict=True):
            counts[found.code] += 1
            if found.code != PASSED:
                print(f'{host}: {case.name}: {found.code}: {found.text}')
        print(f'{host}: {", ".join(f"{count} {code}" for code, count in counts.most_common())}')
    return 0
