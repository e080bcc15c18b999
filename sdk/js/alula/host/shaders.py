"""The kernel templates of graphics devices (JS body: embedded by the build). Docstrings are at the CPython body."""

from alula.host.shader_texts import SHADERS  # lint: S02 tools/shaders.py writes it


def shader(name):
    return SHADERS[name]
