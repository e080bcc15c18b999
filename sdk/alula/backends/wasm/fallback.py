"""Steps that no generator takes (element types that WebAssembly doesn't compute with), run by the script interpreter
over the same memory."""

from __future__ import annotations

from typing import Any

from alula.backends.script.run_step import run_step
from alula.dtypes import is_unsigned, is_wide
from alula.host.arrays import TypedArray, i64_read, i64_write, put, typed_over, u64_read
from alula.host.table import Table
from alula.kernels.kernel import Step


def read_elements(data: TypedArray, dtype: str, address: int, count: int) -> TypedArray:
    """The elements at an address as a typed array: the memory itself, but a copy of 64-bit integers in JS."""
    if is_wide(dtype):
        return u64_read(data, address, count) if is_unsigned(dtype) else i64_read(data, address, count)
    return typed_over(dtype, data, address, count)


def write_elements(data: TypedArray, dtype: str, address: int, values: TypedArray) -> None:
    """Store a typed array's elements from an address on."""
    if is_wide(dtype):
        i64_write(data, address, values)
    else:
        put(typed_over(dtype, data, address, len(values)), values, 0)


def run_in_place(step: Step, data: TypedArray, address_of: Any) -> None:
    """Compute such a step. `address_of(label)`: where a buffer that is no constant lies in `data`, the whole memory."""
    arrays: Table[str, TypedArray] = Table()
    for view in [*step.inputs, *step.outputs]:
        buffer = view.buffer
        if not buffer.is_constant:
            address = address_of(buffer.label)
            arrays.put(buffer.label, read_elements(data, buffer.dtype, address, buffer.size))
    run_step(step, lambda buffer: buffer.values() if buffer.is_constant else arrays.at(buffer.label))
    for view in step.outputs:
        buffer = view.buffer
        if is_wide(buffer.dtype):
            i64_write(data, address_of(buffer.label), arrays.at(buffer.label))
