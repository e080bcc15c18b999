"""Which cases may come to an error, and why. No case may come to a wrong value, on any host."""

import re
from typing import NamedTuple


class Exclusion(NamedTuple):
    """Cases (a pattern of whole names) that come to the error `code` wherever they don't pass, for a reason that a user
    would accept."""

    code: str
    cases: str
    reason: str

    def holds(self, case: str, code: str) -> bool:
        return code == self.code and re.fullmatch(self.cases, case) is not None


# What is not there yet says so itself, by an error that names the operator, the type or the feature: no lines for it.
PENDING = ('UNSUPPORTED_OPERATOR', 'UNSUPPORTED_TYPE', 'UNSUPPORTED_FEATURE')

EXCLUSIONS = [
    Exclusion('INEXACT_INTEGER', r'test_bitcast_(float64_to_int64|int64_to_float64)',
              'JavaScript holds integers to 2**53 exactly; the bits of a double are beyond'),
]

# How many cases pass at least, of 2024: raised as operators and types arrive.
FLOORS = {
    'numpy': 1856,
    'script': 1856,
    'wasm': 1856,
    'script in Chromium': 1854,
    'wasm in Chromium': 1854,
}
