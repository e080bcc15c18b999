"""A writer of WebAssembly modules: functions by mnemonic, sections, types. Which instructions exist: opcodes.py.

A module made here imports one memory ('env' 'memory') and exports functions; nothing else is needed of the format.
What is written is text with a character per byte: bytes_text.py.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.bytes_text import SMALL, counted, signed, unsigned, word
from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.opcodes import OPCODES, VALUE_TYPES
from alula.host.arrays import TypedArray, f32_bits, f64_bits, to_u32
from alula.host.table import Table
from alula.host.text import bytes_of_text

# 'env' 'memory': a memory that need not have a maximum nor any pages
MEMORY_IMPORT = '\x03env\x06memory\x02\x00\x00'


GETS = ['\x20' + index for index in SMALL]  # local.get, two of five instructions


class WasmFunction:
    """One function while its body is written. `index` is what `call` takes; locals are numbered after the parameters.

    Instructions without immediates go through `op`, the others have a method each. `relaxed`: whether the host has
    relaxed SIMD.
    """

    def __init__(self, assembler: Assembler, index: int, type_index: int, params: int) -> None:
        self.assembler = assembler
        self.index = index
        self.type_index = type_index
        self.next_local = params
        self.relaxed = assembler.relaxed
        self.locals: list[str] = []
        self.constants: Table[int, int] = Table()
        self.pool: ConstantPool | None = None
        self.prologue: str = ''
        self.code: str = ''

    def local(self, value_type: str) -> int:
        """A new local of 'i32', 'i64', 'f32', 'f64' or 'v128', zero at first."""
        self.locals.append('\x01' + VALUE_TYPES[value_type])
        self.next_local += 1
        return self.next_local - 1

    def op(self, mnemonic: str) -> None:
        """An instruction without immediates: `op('f32x4.add')`."""
        self.code += OPCODES.at(mnemonic)

    def local_get(self, index: int) -> None:
        self.code += GETS[index] if index < 128 else '\x20' + unsigned(index)

    def local_set(self, index: int) -> None:
        self.code += '\x21' + unsigned(index)

    def local_tee(self, index: int) -> None:
        self.code += '\x22' + unsigned(index)

    def i32_const(self, value: int) -> None:
        self.code += '\x41' + signed(value)

    def i64_const(self, value: int) -> None:
        """`value` of -2**63 ≤ value < 2**63 (in JS exact to ±2**53 and for larger multiples of a power of two)."""
        self.code += '\x42' + signed(value)

    def f32_const(self, value: float) -> None:
        self.code += '\x43' + word(f32_bits(value))

    def f64_const(self, value: float) -> None:
        self.code += '\x44' + ''.join([word(bits) for bits in f64_bits(value)])

    def v128_const(self, words: list[int]) -> None:
        """Four 32-bit words (signed or unsigned), the lowest lane first."""
        self.code += _v128(words)

    def held_f32x4(self, value: float) -> None:
        """The same float32 in four lanes, as `held_i32x4`."""
        self.held_i32x4(f32_bits(value))

    def held_i32x4(self, value: int) -> None:
        """The same 32-bit integer in four lanes, from a local that is set once where the function begins, or from the
        pool of a function that has one.

        V8 makes a vector constant anew, through general registers, wherever it stands: 2.5 times slower in a loop.
        """
        bits = to_u32(value)
        place = -1 if self.pool is None else self.pool.place_of(bits)
        if place >= 0:
            self.i32_const(0)
            self.load('v128.load32_splat', place)
            return
        held = self.constants.find(bits)
        if held is None:
            held = self.local('v128')
            self.constants.put(bits, held)
            self.prologue += _v128([bits, bits, bits, bits]) + '\x21' + unsigned(held)
        self.local_get(held)

    def shuffle32(self, a: int, b: int, c: int, d: int) -> None:
        """i8x16.shuffle of 32-bit lanes, 0–3 of the first operand, 4–7 of the second."""
        self.op('i8x16.shuffle')
        for lane in [a, b, c, d]:
            self.code += word(lane * 0x04040404 + 0x03020100)

    def lane(self, mnemonic: str, lane: int) -> None:
        """extract_lane or replace_lane."""
        self.code += OPCODES.at(mnemonic) + SMALL[lane]

    def load(self, mnemonic: str, offset: int) -> None:
        """Any load: takes an address, `offset` ≥ 0 bytes are added to it."""
        # The alignment is a hint that no engine on x64 or ARM64 heeds: one byte is always valid.
        self.code += OPCODES.at(mnemonic) + '\x00' + unsigned(offset)

    def store(self, mnemonic: str, offset: int) -> None:
        """Any store: takes an address and a value."""
        self.load(mnemonic, offset)

    def load_lane(self, mnemonic: str, offset: int, lane: int) -> None:
        """v128.load32_lane and its kin: takes an address and a vector."""
        self.load(mnemonic, offset)
        self.code += SMALL[lane]

    def store_lane(self, mnemonic: str, offset: int, lane: int) -> None:
        self.load_lane(mnemonic, offset, lane)

    def memory_copy(self) -> None:
        """Takes destination, source, bytes; the ranges may overlap."""
        self.code += OPCODES.at('memory.copy') + '\x00\x00'

    def bytes(self, values: list[int]) -> None:
        """Bytes as they are."""
        self.code += ''.join([chr(value) for value in values])

    def block(self) -> None:
        self.code += '\x02\x40'

    def loop(self) -> None:
        self.code += '\x03\x40'

    def begin_if(self) -> None:
        """Takes an i32; leaves nothing."""
        self.code += '\x04\x40'

    def begin_else(self) -> None:
        self.code += '\x05'

    def end(self) -> None:
        self.code += '\x0b'

    def br(self, depth: int) -> None:
        self.code += '\x0c' + SMALL[depth]

    def br_if(self, depth: int) -> None:
        self.code += '\x0d' + SMALL[depth]

    def call(self, callee: WasmFunction) -> None:
        self.code += '\x10' + unsigned(callee.index)


class Assembler:
    """One module. Functions are numbered as they are made; a body may be written while another is still open.

    `relaxed`: whether the host has relaxed SIMD. `pool`: where the shared functions, which are called for a single
    vector, read their constants.
    """

    def __init__(self, relaxed: bool = False, pool: ConstantPool | None = None) -> None:
        self.relaxed = relaxed
        self.pool = pool
        self.functions: list[WasmFunction] = []
        self.types: list[str] = []
        self.exports: list[str] = []
        self.shared: Table[str, WasmFunction] = Table()

    def function(self, params: list[str], results: list[str]) -> WasmFunction:
        """A new function of those value types; write its body, without the final `end`."""
        lists = [counted([VALUE_TYPES[value_type] for value_type in types]) for types in [params, results]]
        signature = '\x60' + ''.join(lists)
        if signature not in self.types:
            self.types.append(signature)
        made = WasmFunction(self, len(self.functions), self.types.index(signature), len(params))
        self.functions.append(made)
        return made

    def shared_function(self, label: str, params: list[str], results: list[str], write: Any) -> WasmFunction:
        """The module's one function called `label`; the first who asks has it written by `write(function)`."""
        found = self.shared.find(label)
        if found is None:
            found = self.function(params, results)
            found.pool = self.pool
            self.shared.put(label, found)
            write(found)
        return found

    def export(self, label: str, function_: WasmFunction) -> None:
        """Give the function a name (ASCII) outside."""
        self.exports.append(_sized(label) + '\x00' + unsigned(function_.index))

    def to_bytes(self) -> TypedArray:
        """The whole module."""
        sections = [
            '\x01' + _sized(counted(self.types)),
            '\x02' + _sized(counted([MEMORY_IMPORT])),
            '\x03' + _sized(counted([unsigned(f.type_index) for f in self.functions])),
            '\x07' + _sized(counted(self.exports)),
            '\x0a' + _sized(counted([_sized(f'{counted(f.locals)}{f.prologue}{f.code}\x0b') for f in self.functions])),
        ]
        return bytes_of_text('\x00asm\x01\x00\x00\x00' + ''.join(sections))


def _v128(words: list[int]) -> str:
    return OPCODES.at('v128.const') + ''.join([word(bits) for bits in words])


def _sized(body: str) -> str:
    return unsigned(len(body)) + body
