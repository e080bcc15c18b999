"""Little-endian reads at any byte offset of a byte array, aligned or not (CPython body)."""

from __future__ import annotations

import struct
from typing import Any

from alula.host.arrays import TypedArray


class View:
    """Reads numbers out of the byte array `data`. Every method takes a byte offset, which must lie inside."""

    def __init__(self, data: TypedArray) -> None:
        self.data = data

    def unpack(self, layout: str, at: int) -> Any:
        """One number of a struct layout."""
        return struct.unpack_from(layout, self.data, at)[0]

    def u8(self, at: int) -> int:
        """Unsigned byte."""
        return self.data[at]  # type: ignore[no-any-return]

    def i8(self, at: int) -> int:
        """Signed byte."""
        return self.unpack('<b', at)  # type: ignore[no-any-return]

    def u16(self, at: int) -> int:
        """16-bit unsigned integer."""
        return self.unpack('<H', at)  # type: ignore[no-any-return]

    def i16(self, at: int) -> int:
        """16-bit signed integer."""
        return self.unpack('<h', at)  # type: ignore[no-any-return]

    def u32(self, at: int) -> int:
        """32-bit unsigned integer."""
        return self.unpack('<I', at)  # type: ignore[no-any-return]

    def i32(self, at: int) -> int:
        """32-bit signed integer."""
        return self.unpack('<i', at)  # type: ignore[no-any-return]

    def f32(self, at: int) -> float:
        """32-bit float."""
        return self.unpack('<f', at)  # type: ignore[no-any-return]

    def f64(self, at: int) -> float:
        """64-bit float."""
        return self.unpack('<d', at)  # type: ignore[no-any-return]

    def i64(self, at: int) -> int:
        """64-bit signed integer, exact as `alula.host.arrays.i64_of` says."""
        return self.unpack('<q', at)  # type: ignore[no-any-return]

    def u64(self, at: int) -> int:
        """64-bit unsigned integer, exact as `alula.host.arrays.u64_of` says."""
        return self.unpack('<Q', at)  # type: ignore[no-any-return]
