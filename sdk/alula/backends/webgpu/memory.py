"""Elements on the device: 32-bit words, and the constants of a session, each in a buffer of its own."""

from __future__ import annotations

from typing import Any

from alula.backends.webgpu.choose import kernel_of, refusal_of
from alula.backends.webgpu.record import Recorded
from alula.backends.webgpu.wgsl import KINDS
from alula.dtypes import item_bytes
from alula.errors import BackendError
from alula.host.arrays import TypedArray, bytes_of, i32, is_aligned, put, typed, typed_over, u8, u32
from alula.host.float16 import f16_bits, f16_unpack
from alula.host.table import Table
from alula.host.tasks import done
from alula.host.webgpu import Gpu
from alula.kernels.view import Buffer

WORD = 4
# Below this many elements a constant's recipe is the host's.
SMALLEST_MADE = 256
STORED: dict[str, str] = {'f': 'float32', 'i': 'int32', 'u': 'uint32', 'b': 'uint32'}


def padded_bytes(buffer: Buffer) -> int:
    """What a binding of the buffer takes: whole vectors."""
    return max(16, (buffer.size * held_bytes(buffer.dtype) + 15) // 16 * 16)


def held_bytes(dtype: str) -> int:
    """What an element takes on the device, which keeps what it can't compute with as it is."""
    return WORD if dtype in KINDS else item_bytes(dtype)


def words_of(dtype: str, values: TypedArray) -> TypedArray:
    """The words of elements. BackendError for an int64 that does not fit into one."""
    if dtype in ['float32', 'int32', 'uint32']:
        return values
    if dtype not in KINDS:
        own = bytes_of(values)
        whole = u8((len(own) + WORD - 1) // WORD * WORD)
        put(whole, own, 0)
        return whole
    kind = KINDS[dtype]
    count = len(values)
    if dtype == 'float16':
        return f16_unpack(values)
    if dtype == 'int64':
        for i in range(count):
            if values[i] >= 2**31 or values[i] < -(2**31):
                raise BackendError('webgpu', f'{values[i]} has more than 32 bits')
    words = i32(count) if kind == 'i' else u32(count)
    put(words, values, 0)
    return words


def values_of(buffer: Buffer, data: TypedArray) -> TypedArray:
    """The elements of a buffer out of its words' bytes."""
    dtype = buffer.dtype
    if dtype not in KINDS:
        return typed_over(dtype, data, 0, buffer.size)
    words = typed_over(STORED[KINDS[dtype]], data, 0, buffer.size)
    values = typed(dtype, buffer.size)
    if dtype == 'float16':
        for i in range(buffer.size):
            values[i] = f16_bits(words[i])
    else:
        put(values, words, 0)
    return values


class Held:
    """A constant on the device, and how many programs hold it."""

    def __init__(self, place: Any) -> None:
        self.place = place
        self.users = 0


class Constants:
    """The constants of one session on the device, by label."""

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu
        self.held: Table[str, Held] = Table()
        self.bytes = 0
        self.waiting: list[Any] = []  # recipes that are not computed yet, each with the constants that they hold
        self.working: Any = done()  # a promise of those that are being computed

    def at(self, buffer: Buffer) -> Any:
        """The device buffer of a constant that is held."""
        return self.held.at(buffer.label).place

    def hold(self, buffers: list[Buffer]) -> None:
        """Have the constants on the device until each is dropped. What has a recipe is computed there, once `ready`."""
        made: list[Buffer] = []
        sources: list[Buffer] = []
        for buffer in buffers:
            self._visit(buffer, made, sources)
        kernels: list[Any] = []
        for buffer in made:
            kernels.extend([kernel_of(step) for step in buffer.recipe])
        for buffer in [*buffers, *made, *sources]:
            self.held.at(buffer.label).users += 1
        if len(kernels) > 0:
            recipes = Recorded(self.gpu, kernels, lambda buffer: [self.at(buffer), 0, padded_bytes(buffer)])
            self.waiting.append([recipes, [*made, *sources]])
        else:
            self.drop([*made, *sources])

    async def ready(self) -> None:
        """Wait until what has a recipe is computed."""
        if len(self.waiting) > 0:
            self.working = self._computed(self.waiting, self.working)
            self.waiting = []
        await self.working

    async def _computed(self, waiting: list[Any], before: Any) -> None:
        await before
        for pair in waiting:
            recipes = pair[0]
            await recipes.ready()
            self.gpu.run(recipes.calls)
            recipes.release()
            self.drop(pair[1])

    def _visit(self, buffer: Buffer, made: list[Buffer], sources: list[Buffer]) -> None:
        """Place a constant that is missing, after what its recipe reads."""
        if self.held.has(buffer.label):
            return
        computed = buffer.data is None and buffer.size >= SMALLEST_MADE and len(buffer.recipe) > 0
        if computed and all(refusal_of(step) == '' for step in buffer.recipe):
            for step in buffer.recipe:
                for view in step.inputs:
                    if view.buffer is not buffer:
                        self._visit(view.buffer, made, sources)
            self._place(buffer)
            made.append(buffer)
        else:
            self._place(buffer)
            self.gpu.write(self.at(buffer), 0, words_of(buffer.dtype, _values(buffer)))
            sources.append(buffer)

    def _place(self, buffer: Buffer) -> None:
        size = padded_bytes(buffer)
        self.held.put(buffer.label, Held(self.gpu.buffer(size)))
        self.bytes += size

    def drop(self, buffers: list[Buffer]) -> None:
        """One who held the constants no longer does."""
        for buffer in buffers:
            found = self.held.at(buffer.label)
            found.users -= 1
            if found.users == 0:
                self.gpu.release(found.place)
                self.held.drop(buffer.label)
                self.bytes -= padded_bytes(buffer)


def _values(buffer: Buffer) -> TypedArray:
    """The elements of a constant; of a tensor of the model without a copy, where it lies as a host array can."""
    source = buffer.source
    if buffer.data is None and source is not None and source.data is not None and buffer.dtype == 'float32':
        if is_aligned(source.data, WORD):
            return typed_over('float32', source.data, 0, buffer.size)
    return buffer.values()  # type: ignore[no-any-return]
