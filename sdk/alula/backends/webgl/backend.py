"""The WebGL2 backend: Programs as fragment shaders over textures of four elements per texel.

How a step becomes a shader: shader.py, frame.py; how a buffer becomes textures: textures.py, program.py."""

from __future__ import annotations

from typing import Any

from alula.backends.gpu.refusal import refusal_of
from alula.backends.placed import DeviceBackend, DeviceProgram
from alula.backends.webgl.constants import HeldConstants
from alula.backends.webgl.device import device
from alula.backends.webgl.legalise import legalised
from alula.backends.webgl.program import WebGlProgram
from alula.backends.webgl.shader import Shader
from alula.backends.webgl.textures import Held
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View, dense
from alula.plan.program import Program


class WebGlBackend(DeviceBackend):
    """`constants`: the session's, as textures; `programs`: those that have textures of their own;
    `shaders`: of steps that were asked about, until a program is made of them."""

    def __init__(self) -> None:
        super().__init__('webgl')
        self.device: Any = None
        self.constants: Any = None
        self.programs: list[WebGlProgram] = []
        self.shaders: Table[Step, list[Shader]] = Table()

    async def open(self) -> None:
        self.device = device(self.was_asked_for)
        self.constants = HeldConstants(self.device, lambda buffer: self._maker(buffer))

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan)

    def refusal(self, step: Step) -> str:
        for view in [*step.inputs, *step.outputs]:
            if view.buffer.size > self.device.most_elements:
                return f'a texture holds {self.device.most_elements} elements, not {view.buffer.size}'
        why = refusal_of(step)
        if why == '':
            shaders = [Shader(step, k, True) for k in range(len(step.outputs))]
            self.shaders.put(step, shaders)
            for each in shaders:
                why = each.problem if why == '' else why
        return why

    async def prepared(self, program: Program, refusals: list[str]) -> DeviceProgram:
        made = self._made(program, refusals, None)
        self.programs = [*[each for each in self.programs if len(each.draws) > 0], made]
        self.device.compile([*self.constants.texts(), *made.texts()])
        return made

    def _maker(self, buffer: Buffer) -> WebGlProgram | None:
        """The program that computes a constant, None if the device can't."""
        if any(self.refusal(step) != '' for step in buffer.recipe):
            return None
        outputs: Table[str, View] = Table()
        outputs.put(buffer.label, dense(buffer, [buffer.size]))
        program = Program(buffer.recipe, Table(), outputs, [], Table(), 0)
        return self._made(program, ['' for _ in buffer.recipe], buffer)

    def _made(self, program: Program, refusals: list[str], buffer: Buffer | None) -> WebGlProgram:
        made = WebGlProgram(self.device, self.constants, program, refusals, self.shaders, buffer)
        for step in program.steps:
            self.shaders.drop(step)
        return made

    def memory_bytes(self) -> int:
        if self.constants is None:
            return 0
        constants = [constant.held for constant in self.constants.by_buffer.values_list()]
        own: list[Held] = [held for program in self.programs for held in program.held]
        return sum([held.bytes() for held in [*own, *[held for held in constants if held is not None]]])

    def release(self) -> None:
        super().release()
        self.constants = None
