"""What this host's WebAssembly can do, found by validating tiny modules."""

from __future__ import annotations

from alula.host.arrays import array_from_list
from alula.host.wasm import validate

# Instructions of three vectors, behind the prefix of SIMD, and a module up to the body of a function of one vector.
BITSELECT = [0xD2, 0x00]
RELAXED_MADD = [0x85, 0x02]
MODULE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7B, 1, 0x7B, 3, 2, 1, 0, 10, 13, 1, 11, 0]


def accepts(instruction: list[int]) -> bool:
    """Whether functions may apply the instruction to their parameter, three times."""
    return validate(array_from_list('uint8', [*MODULE, 0x20, 0, 0x20, 0, 0x20, 0, 0xFD, *instruction, 0x0B]))
