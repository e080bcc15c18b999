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
    Exclusion('ATTRIBUTE', r'test_batchnorm_.*_training_mode|test_training_dropout.*',
              'Alula runs models, it does not train them'),
]

# How many cases pass at least, of 2024: raised as operators and types arrive.
FLOORS = {
    'numpy': 1780,
    'script': 1780,
    'wasm': 1780,
    'script in Chromium': 1780,
    'wasm in Chromium': 1780,
}
