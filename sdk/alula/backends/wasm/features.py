"""What this host's WebAssembly can do, found by validating tiny modules."""

from __future__ import annotations

from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.kernel import Features
from alula.env import env
from alula.host.wasm import validate


def probed_features() -> Features:
    """The features of this host, as far as `env` allows them."""
    return Features(_accepts('f32x4.add', 2), env.wasm.relaxed_simd and _accepts('f32x4.relaxed_madd', 3))


def _accepts(mnemonic: str, operands: int) -> bool:
    assembler = Assembler()
    f = assembler.function(['v128'], ['v128'])
    for _ in range(operands):
        f.local_get(0)
    f.op(mnemonic)
    return validate(assembler.to_bytes())
