"""The graphics context of a page: one for all sessions, with the shaders compiled so far. No Program is known here."""

from __future__ import annotations

from typing import Any

from alula.errors import BackendError, HostFeatureError
from alula.host.table import Table
from alula.host.webgl import ROW, finished, most_rows, open_context, program, trouble


class Device:
    """A context. `programs`: shaders by their text; `usable`: those that can draw."""

    def __init__(self, gl: Any) -> None:
        self.gl = gl
        self.programs: Table[str, Any] = Table()
        self.usable: Table[str, bool] = Table()
        self.most_elements = 4 * ROW * most_rows(gl)

    def compile(self, texts: list[str]) -> None:
        """Begin to compile shaders, those that are not in `programs` yet."""
        for text in texts:
            if not self.programs.has(text):
                self.programs.put(text, program(self.gl, text))

    async def compiled(self, texts: list[str]) -> None:
        """Wait until these shaders can draw. BackendError where the driver refuses one."""
        problem = await finished(self.gl, [self.programs.at(text) for text in texts])
        for text in texts:
            if problem == '':
                self.usable.put(text, True)
            else:
                self.programs.drop(text)
        if problem != '':
            raise BackendError('webgl', problem)

    def check(self) -> None:
        """BackendError if the context was lost or its memory ran out."""
        problem = trouble(self.gl)
        if problem != '':
            raise BackendError('webgl', problem)


# The page's contexts, each in use until it is lost: by whether a CPU may compute it.
DEVICES: Table[str, Device] = Table()


def device(takes_slow: bool) -> Device:
    """The page's device. BackendError with the reason where there is none."""
    key = 'any' if takes_slow else 'fast'
    held = DEVICES.find(key)
    if held is None or trouble(held.gl) != '':
        try:
            held = Device(open_context(takes_slow))
        except HostFeatureError as error:
            raise BackendError('webgl', error.message) from error
        DEVICES.put(key, held)
    return held
