"""The one place where a step's kernel is chosen: the first generator of the table that matches."""

from __future__ import annotations

from alula.backends.wasm.contract import PackedContractGenerator
from alula.backends.wasm.contract_scalar import ScalarContractGenerator
from alula.backends.wasm.copy import RowCopyGenerator, StridedCopyGenerator
from alula.backends.wasm.kernel import Features, Generator, prepared
from alula.backends.wasm.map import MapGenerator
from alula.backends.wasm.reduce import ReduceGenerator
from alula.backends.wasm.transpose import TransposeGenerator
from alula.backends.wasm.windowed import WindowGenerator
from alula.kernels.kernel import Step

GENERATORS: list[Generator] = [
    PackedContractGenerator(),
    ScalarContractGenerator(),
    WindowGenerator(),
    RowCopyGenerator(),
    TransposeGenerator(),
    StridedCopyGenerator(),
    MapGenerator('vector'),
    MapGenerator('scalar'),
    ReduceGenerator(),
]


def chosen(step: Step, features: Features) -> Generator | None:
    """The generator for the step, None if WebAssembly doesn't compute it here."""
    notes = prepared(step)
    if not notes.is_chosen:
        notes.is_chosen = True
        for generator in GENERATORS:
            if generator.matches(step, features):
                notes.generator = generator
                break
    return notes.generator
