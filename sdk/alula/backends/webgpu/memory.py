"""Elements on the device: 32-bit words, and the constants of a session, each in a buffer of its own."""

from __future__ import annotations

from typing import Any

from alula.backends.gpu.refusal import refusal_of
from alula.backends.gpu.words import KINDS, values_of, words_of
from alula.backends.webgpu.kernel import GROUP, GpuKernel, is_packed
from alula.backends.webgpu.record import Recorded
from alula.dtypes import item_bytes
from alula.host.arrays import TypedArray, bytes_of, is_aligned, put, typed_over, u8, u16
from alula.host.shaders import shader
from alula.host.table import Table
from alula.host.tasks import done
from alula.host.webgpu import Gpu
from alula.kernels.view import Buffer

WORD = 4
# Below this many elements a constant's recipe is the host's.
SMALLEST_MADE = 256


def padded_bytes(buffer: Buffer) -> int:
    """What a binding of the buffer takes: whole vectors."""
    return _whole_vectors(buffer.size * (2 if is_packed(buffer) else held_bytes(buffer.dtype)))


def _whole_vectors(count: int) -> int:
    return max(16, (count + 15) // 16 * 16)


def held_bytes(dtype: str) -> int:
    """What an element takes on the device, which keeps what it can't compute with as it is."""
    return WORD if dtype in KINDS else item_bytes(dtype)


def held_words(dtype: str, values: TypedArray) -> TypedArray:
    """What the device holds of elements."""
    if dtype in KINDS:
        return words_of('webgpu', dtype, values)
    own = bytes_of(values)
    whole = u8((len(own) + WORD - 1) // WORD * WORD)
    put(whole, own, 0)
    return whole


def read_values(buffer: Buffer, words: TypedArray) -> TypedArray:
    """The elements of a buffer out of the bytes that the device holds."""
    if buffer.dtype in KINDS:
        return values_of(buffer.dtype, words, buffer.size)
    return typed_over(buffer.dtype, words, 0, buffer.size)


class Held:
    """A constant on the device, and how many programs hold it."""

    def __init__(self, place: Any) -> None:
        self.place = place
        self.users = 0


class Constants:
    """The constants of one session on the device, by label. `kernel_of(step)`: the dispatch of a recipe's step."""

    def __init__(self, gpu: Gpu, kernel_of: Any) -> None:
        self.gpu = gpu
        self.kernel_of = kernel_of
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
            kernels.extend([self.kernel_of(step, made) for step in buffer.recipe])
        for buffer in [*buffers, *made, *sources]:
            self.held.at(buffer.label).users += 1
        # What is packed comes to stand elsewhere first, an element per word.
        loose: Table[Buffer, list[Any]] = Table()
        for buffer in made:
            if is_packed(buffer):
                size = _whole_vectors(buffer.size * WORD)
                loose.put(buffer, [self.gpu.buffer(size), 0, size])
                kernels.append(_packing(buffer))
        if len(kernels) > 0:
            recipes = Recorded(self.gpu, kernels, lambda buffer: self._range(buffer, loose))
            self.waiting.append([recipes, [*made, *sources], loose.values_list()])
        else:
            self.drop([*made, *sources])

    def _range(self, buffer: Buffer, loose: Table[Buffer, list[Any]]) -> list[Any]:
        """Where a constant is while recipes are computed."""
        found = loose.find(buffer)
        return [self.at(buffer), 0, padded_bytes(buffer)] if found is None else found

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
            for temporary in pair[2]:
                self.gpu.release(temporary[0])

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
            values = _values(buffer)
            words = _halves(values) if is_packed(buffer) else held_words(buffer.dtype, values)
            self.gpu.write(self.at(buffer), 0, words)
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


def _packing(buffer: Buffer) -> GpuKernel:
    """The dispatch that packs a constant which was made: two elements of it into a word."""
    packed = Buffer(buffer.label, buffer.dtype, buffer.size, None)
    packed.is_constant = True
    words = (buffer.size + 1) // 2
    return GpuKernel(shader('webgpu/pack'), 'rw', [buffer, packed], [words], (words + GROUP - 1) // GROUP)


def _halves(values: TypedArray) -> TypedArray:
    """The bits of float16, in whole words."""
    count = len(values)
    if count % 2 == 0:
        return values
    padded = u16(count + 1)
    put(padded, values, 0)
    return padded


def _values(buffer: Buffer) -> TypedArray:
    """The elements of a constant; of a tensor of the model without a copy, where it lies as a host array can."""
    source = buffer.source
    if buffer.data is None and source is not None and source.data is not None and buffer.dtype == 'float32':
        if is_aligned(source.data, WORD):
            return typed_over('float32', source.data, 0, buffer.size)
    return buffer.values()  # type: ignore[no-any-return]
