"""Modules: what is imported how, in which order modules run, state that functions change, names behind conditions."""
# ruff: noqa
from __future__ import annotations

import math
import math as m
from math import floor, pi as PI
from typing import TYPE_CHECKING, Any, Callable, TypeAlias, cast

import package.first as first
from package import FACTOR, second, twice
from package import second as again
from package.inner import deep
from package.inner.deep import Leaf, log

if TYPE_CHECKING:
    from nowhere import Nothing

Handler: TypeAlias = 'Callable[[int], Nothing]'

print(log)
print(first.value(), second.value(), again.value()[0] == second.value()[0], twice(4), FACTOR, deep.Leaf is Leaf)
print(first.counter(), first.counter(), first.total(), second.ask_first())
print(math.floor(2.7), m.ceil(2.1), floor(-2.5), f'{PI:.4f}', math.sqrt(2) == 2 ** 0.5, math.inf, math.isnan(math.nan))
print(math.log(8, 2) + 0.5, math.prod([2, 3]), math.prod([2], start=5), math.gcd(12, 18), math.isclose(1.0, 1.0 + 1e-12), math.copysign(2, -0.0) - 0.5)
print(math.trunc(-2.7), math.isfinite(1.5), math.hypot(3, 4) + 0.5, math.fmod(-7, 3) + 0.5, math.fsum([0.1] * 10) / 4, math.exp(0) / 2, math.isinf(-math.inf))


def typed(x: int | None, f: Callable[[int], int] = None, *rest: Any) -> list[int]:
    local: dict[str, int] = {}
    missing: int
    return cast(list[int], [x, len(rest)])


print(typed(1, None, 2))
if FACTOR > 1:
    CHOSEN = 'big'
else:
    CHOSEN = 'small'
try:
    TRIED = first.value()
except ValueError:
    TRIED = None
for ITEM in ['a', 'b']:
    LAST = ITEM
print(CHOSEN, TRIED, ITEM, LAST)
