"""Constants as textures: each there once, shared by the programs of a session, made by the device if by a recipe."""

from __future__ import annotations

from typing import Any

from alula.backends.webgl.device import Device
from alula.backends.webgl.textures import Held, write
from alula.host.table import Table
from alula.kernels.view import Buffer

# Below this many elements the host's loops are done before a shader is compiled.
SMALLEST_MADE = 4096


class HeldConstant:
    """`held`: its texture, once it is in place; `maker`: the program that computes it, None if it is written; `users`:
    how many draws and makers read it."""

    def __init__(self, buffer: Buffer, maker: Any) -> None:
        self.buffer = buffer
        self.maker = maker
        self.held: Any = None
        self.users = 0


class HeldConstants:
    """The constants of a session. `made(buffer)` gives a program that computes a constant by its recipe, None if the
    device can't."""

    def __init__(self, device: Device, made: Any) -> None:
        self.device = device
        self.made = made
        # Not by label: those of the self-test's program and of the session's are the same.
        self.by_buffer: Table[Buffer, HeldConstant] = Table()
        self.pending: list[HeldConstant] = []

    def hold(self, buffer: Buffer) -> HeldConstant:
        """The constant, for one more user until it drops it. It has a texture after `settle`."""
        constant = self.by_buffer.find(buffer)
        if constant is None:
            # What it is made of comes to stand before it in `pending`.
            constant = HeldConstant(buffer, self._maker(buffer))
            self.by_buffer.put(buffer, constant)
            self.pending.append(constant)
        constant.users += 1
        return constant

    def _maker(self, buffer: Buffer) -> Any:
        if buffer.data is not None or buffer.source is not None or buffer.size < SMALLEST_MADE:
            return None
        return self.made(buffer)

    def texts(self) -> list[str]:
        """The shaders that make what is pending."""
        return [text for constant in self.pending if constant.maker is not None for text in constant.maker.texts()]

    def settle(self) -> None:
        """Put everything that is pending into place."""
        for constant in self.pending:
            buffer = constant.buffer
            maker = constant.maker
            if maker is not None:
                maker.settle()
                maker.run(0, len(maker.program.steps))
                constant.held = maker.taken(buffer)
                maker.release()
                constant.maker = None
            else:
                constant.held = Held(self.device, buffer.dtype, buffer.size)
                is_raw = buffer.data is None and buffer.source is not None
                write(self.device, constant.held, buffer.dtype, buffer.source.values() if is_raw else buffer.values())
        self.pending = []

    def drop(self, constant: HeldConstant) -> None:
        """One user less; the last one's texture is given back."""
        constant.users -= 1
        if constant.users == 0:
            self.by_buffer.drop(constant.buffer)
            if constant.held is not None:
                constant.held.release()
