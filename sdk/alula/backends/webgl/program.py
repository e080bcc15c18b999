"""A Program as draw calls: one per output of each step that the device computes."""

from __future__ import annotations

from typing import Any

from alula.backends.gpu.words import values_of
from alula.backends.placed import DeviceProgram
from alula.backends.webgl.constants import HeldConstant, HeldConstants
from alula.backends.webgl.device import Device
from alula.backends.webgl.shader import DISCARD, FRESH, MERGE, Shader
from alula.backends.webgl.textures import Held, Version, place, write
from alula.host.arrays import TypedArray, array_from_list, bytes_of, copy_of
from alula.host.table import Table
from alula.host.webgl import ROW, download, draw, submit
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View
from alula.plan.program import Program


class Draw:
    """One draw call. `sources`: a Version or a held constant for each sampler; `former`: the target's contents before,
    where the shader asks for them; `first`, `rows`: the rows of the target that it writes."""

    def __init__(self, shader: Shader, text: str, target: Version, sources: list[Any], former: Version | None) -> None:
        self.text = text
        self.numbers = array_from_list('int32', shader.words)
        self.target = target
        self.sources = sources
        self.former = former
        ends = [0, target.buffer.size - 1] if former is not None else _ends(shader.out)
        self.first = ends[0] // (4 * ROW)
        self.rows = ends[1] // (4 * ROW) - self.first + 1
        self.shader: Any = None
        self.textures: list[Any] = []


class WebGlProgram(DeviceProgram):
    """`draws`: those of each step, none for a step that is refused; `versions`: of each buffer, in order of time;
    `shaders`: of each step that is not refused, as if the
    output's buffer held something before; `made`: the constant whose recipe this is, if it is one.

    Buffers that no shader touches may be of types that no texture holds, and stay on the host, in `arrays`; `drawn`
    has the others."""

    def __init__(
        self,
        device: Device,
        constants: HeldConstants,
        program: Program,
        refusals: list[str],
        shaders: Table[Step, list[Shader]],
        made: Buffer | None,
    ) -> None:
        self.made = made
        self.shaders = shaders
        self.used: list[HeldConstant] = []
        self.device = device
        self.constants = constants
        self.program = program
        self.versions: Table[str, list[Version]] = Table()
        self.draws: list[list[Draw]] = []
        self.held: list[Held] = []
        self.arrays: Table[str, TypedArray] = Table()
        self.drawn: Table[str, Buffer] = Table()
        self.moment = 0
        end = len(program.steps)
        for i, step in enumerate(program.steps):
            for view in [*step.inputs, *step.outputs]:
                if refusals[i] == '':
                    self.drawn.put(view.buffer.label, view.buffer)
        for view in program.inputs.values_list():
            if self.drawn.has(view.buffer.label):
                self._begin(view.buffer, -1)
        for i, step in enumerate(program.steps):
            for view in step.inputs:
                self._touch(view.buffer, i)
            self.draws.append(self._drawn(step, i) if refusals[i] == '' else self._left_out(step, i))
        for view in program.outputs.values_list():
            self._touch(view.buffer, end)

    def texts(self) -> list[str]:
        """The shaders that it draws with."""
        return [each.text for draws in self.draws for each in draws]

    def taken(self, buffer: Buffer) -> Held:
        """The texture of a buffer, which is not the program's any more."""
        held = self._at(buffer)
        self.held.remove(held)
        return held

    def settle(self) -> None:
        """Give every buffer its texture, once all shaders are compiled."""
        versions = [version for found in self.versions.values_list() for version in found]
        self.held = place(versions, self.device)
        for draws in self.draws:
            for each in draws:
                each.shader = self.device.programs.at(each.text)
                each.textures = [source.held.texture for source in each.sources]
                each.textures.append(None if each.former is None else each.former.held.texture)

    # Versions

    def _begin(self, buffer: Buffer, moment: int) -> Version:
        version = Version(buffer, moment)
        found = self.versions.find(buffer.label)
        if found is None:
            self.versions.put(buffer.label, [version])
        else:
            found.append(version)
        return version

    def _last(self, buffer: Buffer) -> Version | None:
        found = self.versions.find(buffer.label)
        return None if found is None else found[len(found) - 1]

    def _touch(self, buffer: Buffer, moment: int) -> None:
        if self.drawn.has(buffer.label) and not self._is_held(buffer):
            version = self._last(buffer)
            if version is None:
                version = self._begin(buffer, moment)
            version.last = moment

    def _left_out(self, step: Step, moment: int) -> list[Draw]:
        """A step that the host computes: its results are written into the texture that is there."""
        for view in step.outputs:
            self._touch(view.buffer, moment)
        return []

    def _drawn(self, step: Step, moment: int) -> list[Draw]:
        draws: list[Draw] = []
        # All outputs are computed from what the inputs were before.
        before: Table[str, Any] = Table()
        for view in step.inputs:
            buffer = view.buffer
            before.put(buffer.label, self._hold(buffer) if self._is_held(buffer) else self._last(buffer))
        for k, out in enumerate(step.outputs):
            if self._is_held(out.buffer):
                continue  # another constant of the recipe, made by its own
            target = self._last(out.buffer)
            shader = self.shaders.at(step)[k]
            if target is None and shader.mode != FRESH:
                shader = Shader(step, k, False)
            former: Version | None = None
            if target is None or shader.mode != DISCARD:
                former = target if shader.mode == MERGE else None
                if target is not None:
                    target.last = moment
                target = self._begin(out.buffer, moment)
            target.last = moment
            sources = [before.at(buffer.label) for buffer in shader.buffers]
            draws.append(Draw(shader, shader.text(), target, sources, former))
        return draws

    def _at(self, buffer: Buffer) -> Held:
        """The texture that holds the buffer now, or will first."""
        found = self.versions.at(buffer.label)
        current = found[0]
        for version in found:
            if version.first < self.moment:
                current = version
        held: Held = current.held
        return held

    def _is_held(self, buffer: Buffer) -> bool:
        return buffer.is_constant and buffer is not self.made

    def _hold(self, buffer: Buffer) -> HeldConstant:
        constant = self.constants.hold(buffer)
        self.used.append(constant)
        return constant

    # The interface

    async def ready(self) -> None:
        # While one waits, another program of the session may come to have constants made.
        left = self.texts()
        while len(left) > 0:
            await self.device.compiled(left)
            left = [text for text in self.constants.texts() if not self.device.usable.has(text)]
        self.constants.settle()
        self.settle()
        self.device.check()

    def begin(self) -> None:
        self.moment = 0

    def write(self, buffer: Buffer, values: TypedArray) -> None:
        if self.drawn.has(buffer.label):
            write(self.device, self._at(buffer), buffer.dtype, values)
        else:
            self.arrays.put(buffer.label, copy_of(values))

    def run(self, begin: int, end: int) -> None:
        gl = self.device.gl
        for i in range(begin, end):
            for each in self.draws[i]:
                draw(gl, each.shader, each.target.held.texture, each.textures, each.numbers, each.first, each.rows)
        submit(gl)
        self.moment = end

    async def read(self, buffers: list[Buffer]) -> list[TypedArray]:
        drawn = [buffer for buffer in buffers if self.drawn.has(buffer.label)]
        textures = [self._at(buffer).texture for buffer in drawn]
        numbers = await download(self.device.gl, textures, [buffer.size for buffer in drawn])
        self.device.check()
        results: list[TypedArray] = []
        for buffer in buffers:
            if buffer in drawn:
                results.append(values_of(buffer.dtype, bytes_of(numbers[drawn.index(buffer)]), buffer.size))
            else:
                results.append(self.arrays.at(buffer.label))
        return results

    def release(self) -> None:
        for held in self.held:
            held.release()
        self.held = []
        self.draws = []
        for constant in self.used:
            self.constants.drop(constant)
        self.used = []


def _ends(view: View) -> list[int]:
    """The first and the last place in the buffer that a view names."""
    first = view.offset
    last = view.offset
    for d in range(len(view.shape)):
        reach = (view.shape[d] - 1) * view.strides[d]
        first += min(reach, 0)
        last += max(reach, 0)
    return [first, last]
