"""The WebGL2 backend: Programs as fragment shaders over textures of four elements per texel.

How a step becomes a shader: shader.py, frame.py; how a buffer becomes textures: textures.py, program.py."""

from __future__ import annotations

from typing import Any

from alula.backends.placed import DeviceBackend, DeviceProgram
from alula.backends.webgl.constants import HeldConstants
from alula.backends.webgl.device import device
from alula.backends.webgl.legalise import legalised
from alula.backends.webgl.program import WebGlProgram
from alula.backends.webgl.refused import Refused
from alula.backends.webgl.shader import Shader
from alula.backends.webgl.spelling import type_of
from alula.backends.webgl.textures import Held
from alula.host.table import Table
from alula.kernels.kernel import Step
from alula.kernels.view import Buffer, View, dense
from alula.plan.program import Program


class WebGlBackend(DeviceBackend):
    """`constants`: the session's, as textures; `programs`: those that have textures of their own."""

    def __init__(self) -> None:
        super().__init__('webgl')
        self.device: Any = None
        self.constants: Any = None
        self.programs: list[WebGlProgram] = []

    async def open(self) -> None:
        self.device = device(self.was_asked_for)
        self.constants = HeldConstants(self.device, lambda buffer: self._maker(buffer))

    def legalised(self, steps: list[Step], plan: Any) -> list[Step]:
        return legalised(steps, plan)

    def refusal(self, step: Step) -> str:
        try:
            for view in [*step.inputs, *step.outputs]:
                self._check(view.buffer)
            for k in range(len(step.outputs)):
                Shader(step, k, True)
        except Refused as refused:
            return refused.reason
        return ''

    def _check(self, buffer: Buffer) -> None:
        """Refused if no texture holds the buffer."""
        type_of(buffer.dtype)
        if buffer.size > self.device.most_elements:
            raise Refused(f'a texture holds {self.device.most_elements} elements, not {buffer.size}')
        if buffer.is_constant and buffer.dtype == 'int64':
            values = buffer.values()
            for i in range(len(values)):
                if not -2147483648 <= values[i] <= 2147483647:
                    raise Refused(f'it holds int64 in 32 bits, too few for {values[i]}')

    async def prepared(self, program: Program, refusals: list[str]) -> DeviceProgram:
        made = WebGlProgram(self.device, self.constants, program, refusals, None)
        self.programs = [*[each for each in self.programs if len(each.draws) > 0], made]
        self.device.compile([*self.constants.texts(), *made.texts()])
        return made

    def _maker(self, buffer: Buffer) -> WebGlProgram:
        """The program that computes a constant. Refused if the device can't."""
        outputs: Table[str, View] = Table()
        outputs.put(buffer.label, dense(buffer, [buffer.size]))
        for step in buffer.recipe:
            for view in [*step.inputs, *step.outputs]:
                self._check(view.buffer)
        program = Program(buffer.recipe, Table(), outputs, [], Table(), 0)
        return WebGlProgram(self.device, self.constants, program, ['' for _ in buffer.recipe], buffer)

    def memory_bytes(self) -> int:
        if self.constants is None:
            return 0
        constants = [constant.held for constant in self.constants.by_buffer.values_list()]
        own: list[Held] = [held for program in self.programs for held in program.held]
        return sum([held.bytes() for held in [*own, *[held for held in constants if held is not None]]])

    def release(self) -> None:
        super().release()
        self.constants = None
