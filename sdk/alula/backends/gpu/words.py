"""Elements as graphics devices hold them: a 32-bit word each, a float, an integer or a bool of 0 and 1."""

from __future__ import annotations

from alula.errors import BackendError
from alula.host.arrays import TypedArray, put, typed, typed_over
from alula.host.float16 import f16_pack, f16_unpack

# How each element type is computed with: float, signed or unsigned integer, bool. Others are not.
KINDS: dict[str, str] = {
    'float32': 'f', 'float16': 'f', 'int8': 'i', 'int16': 'i', 'int32': 'i', 'int64': 'i',
    'uint8': 'u', 'uint16': 'u', 'uint32': 'u', 'bool': 'b',
}  # fmt: skip
STORED: dict[str, str] = {'f': 'float32', 'i': 'int32', 'u': 'uint32', 'b': 'uint32'}


def words_of(label: str, dtype: str, values: TypedArray) -> TypedArray:
    """The words of elements. BackendError of the backend `label` for an int64 that does not fit into one."""
    if dtype == 'float16':
        return f16_unpack(values)
    if dtype == 'int64' and not fits(values):
        raise BackendError(label, 'an int64 has more than 32 bits')
    stored = STORED[KINDS[dtype]]
    if dtype == stored:
        return values
    words = typed(stored, len(values))
    put(words, values, 0)
    return words


def fits(values: TypedArray) -> bool:
    """Whether 32 bits hold each of the integers."""
    for i in range(len(values)):
        if not -2147483648 <= values[i] <= 2147483647:
            return False
    return True


def values_of(dtype: str, words: TypedArray, size: int) -> TypedArray:
    """`size` elements out of their words' bytes."""
    stored = STORED[KINDS[dtype]]
    numbers = typed_over(stored, words, 0, size)
    if dtype == stored:
        return numbers
    if dtype == 'float16':
        return f16_pack(numbers)
    values = typed(dtype, size)
    put(values, numbers, 0)
    return values
