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


EXCLUSIONS = [
    Exclusion('UNSUPPORTED_OPERATOR', r'test_(adagrad|adam|momentum|nesterov_momentum|gradient_of)_?.*',
              'Alula runs models, it does not train them'),
    Exclusion('UNSUPPORTED_OPERATOR', r'test_image_decoder_.*',
              'The host decodes pictures before a model runs (`Image.read`): browsers know few of these formats, and '
              'give other bits'),
    Exclusion('INEXACT_INTEGER', r'test_bitcast_(float64_to_int64|int64_to_float64)',
              'JavaScript holds integers to 2**53 exactly; the bits of a double are beyond'),
]
