"""A writer of WebAssembly modules: functions by mnemonic, sections, types. Which instructions exist: opcodes.py.

A module made here imports one memory ('env' 'memory') and exports functions; nothing else is needed of the format.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.opcodes import MEMORY_OPCODES, OPCODES, PREFIX, VALUE_TYPES
from alula.host.arrays import TypedArray, f32_bits, f64_bits, put, sub, to_u32, u8
from alula.host.table import Table

NO_RESULT = 0x40


class ByteWriter:
    """Bytes in a buffer that doubles when it is full."""

    def __init__(self, capacity: int) -> None:
        self.data = u8(capacity)
        self.capacity = capacity
        self.size = 0

    def room_for(self, count: int) -> None:
        if self.size + count > self.capacity:
            while self.size + count > self.capacity:
                self.capacity *= 2
            old = self.data
            self.data = u8(self.capacity)
            put(self.data, sub(old, 0, self.size), 0)

    def byte(self, value: int) -> None:
        at = self.size
        if at == self.capacity:
            self.room_for(1)
        self.data[at] = value
        self.size = at + 1

    def append(self, other: ByteWriter) -> None:
        self.room_for(other.size)
        put(self.data, sub(other.data, 0, other.size), self.size)
        self.size += other.size

    def unsigned(self, value: int) -> None:
        """LEB128 of 0 ≤ value < 2**32."""
        while value >= 128:
            self.byte(value % 128 + 128)
            value = value // 128
        self.byte(value)

    def signed(self, value: int) -> None:
        """Signed LEB128 of a 32- or 64-bit integer; divides, for JS shifts know 32 bits only."""
        while value < -64 or value > 63:
            self.byte(value % 128 + 128)
            value = value // 128
        self.byte(value % 128)

    def word(self, value: int) -> None:
        """Four bytes of an unsigned 32-bit integer, little-endian."""
        rest = value
        for _ in range(4):
            self.byte(rest % 256)
            rest = rest // 256

    def text(self, value: str) -> None:
        """A name of ASCII characters, its length first."""
        self.unsigned(len(value))
        for i in range(len(value)):
            self.byte(ord(value[i]))


class WasmFunction:
    """One function while its body is written. `index` is what `call` takes; locals are numbered after the parameters.

    Instructions without immediates go through `op`, the others have a method each. `relaxed`: whether the host has
    relaxed SIMD.
    """

    def __init__(self, assembler: Assembler, index: int, type_index: int, params: int) -> None:
        self.assembler = assembler
        self.index = index
        self.type_index = type_index
        self.params = params
        self.relaxed = assembler.relaxed
        self.locals: list[int] = []
        self.constants: Table[int, int] = Table()
        self.pool: ConstantPool | None = None
        self.prologue = ByteWriter(64)
        self.code = ByteWriter(256)

    def local(self, value_type: str) -> int:
        """A new local of 'i32', 'i64', 'f32', 'f64' or 'v128', zero at first."""
        self.locals.append(VALUE_TYPES[value_type])
        return self.params + len(self.locals) - 1

    def op(self, mnemonic: str) -> None:
        """An instruction without immediates: `op('f32x4.add')`."""
        self._opcode(OPCODES.at(mnemonic))

    def _opcode(self, opcode: int) -> None:
        if opcode < 256:
            self.code.byte(opcode)
        else:
            self.code.byte(opcode // PREFIX)
            self.code.unsigned(opcode % PREFIX)

    def _indexed(self, opcode: int, index: int) -> None:
        self.code.byte(opcode)
        self.code.unsigned(index)

    def local_get(self, index: int) -> None:
        self._indexed(0x20, index)

    def local_set(self, index: int) -> None:
        self._indexed(0x21, index)

    def local_tee(self, index: int) -> None:
        self._indexed(0x22, index)

    def i32_const(self, value: int) -> None:
        self.code.byte(0x41)
        self.code.signed(value)

    def i64_const(self, value: int) -> None:
        """`value` of -2**63 ≤ value < 2**63 (in JS exact to ±2**53 and for larger multiples of a power of two)."""
        self.code.byte(0x42)
        self.code.signed(value)

    def f32_const(self, value: float) -> None:
        self.code.byte(0x43)
        self.code.word(f32_bits(value))

    def f64_const(self, value: float) -> None:
        self.code.byte(0x44)
        words = f64_bits(value)
        self.code.word(words[0])
        self.code.word(words[1])

    def v128_const(self, words: list[int]) -> None:
        """Four 32-bit words (signed or unsigned), the lowest lane first."""
        self.op('v128.const')
        for word in words:
            self.code.word(to_u32(word))

    def f32x4_const(self, value: float) -> None:
        """The same float32 in four lanes."""
        bits = f32_bits(value)
        self.v128_const([bits, bits, bits, bits])

    def f64x2_const(self, value: float) -> None:
        """The same float64 in two lanes."""
        words = f64_bits(value)
        self.v128_const([words[0], words[1], words[0], words[1]])

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
        else:
            self.local_get(self._held(bits))

    def _held(self, bits: int) -> int:
        """The local that holds a constant for the whole function."""
        held = self.constants.find(bits)
        if held is None:
            held = self.local('v128')
            self.constants.put(bits, held)
            body = self.code
            self.code = self.prologue
            self.v128_const([bits, bits, bits, bits])
            self.local_set(held)
            self.code = body
        return held

    def shuffle(self, lanes: list[int]) -> None:
        """i8x16.shuffle: 16 byte lanes, 0–15 of the first operand, 16–31 of the second."""
        self.op('i8x16.shuffle')
        for lane in lanes:
            self.code.byte(lane)

    def shuffle32(self, a: int, b: int, c: int, d: int) -> None:
        """i8x16.shuffle of 32-bit lanes, 0–3 of the first operand, 4–7 of the second."""
        self.op('i8x16.shuffle')
        for lane in [a, b, c, d]:
            for i in range(4):
                self.code.byte(lane * 4 + i)

    def lane(self, mnemonic: str, lane: int) -> None:
        """extract_lane or replace_lane."""
        self.op(mnemonic)
        self.code.byte(lane)

    def load(self, mnemonic: str, offset: int) -> None:
        """Any load: takes an address, `offset` ≥ 0 bytes are added to it."""
        self._opcode(MEMORY_OPCODES.at(mnemonic))
        # The alignment is a hint that no engine on x64 or ARM64 heeds: one byte is always valid.
        self.code.byte(0)
        self.code.unsigned(offset)

    def store(self, mnemonic: str, offset: int) -> None:
        """Any store: takes an address and a value."""
        self.load(mnemonic, offset)

    def load_lane(self, mnemonic: str, offset: int, lane: int) -> None:
        """v128.load32_lane and its kin: takes an address and a vector."""
        self.load(mnemonic, offset)
        self.code.byte(lane)

    def store_lane(self, mnemonic: str, offset: int, lane: int) -> None:
        self.load(mnemonic, offset)
        self.code.byte(lane)

    def memory_copy(self) -> None:
        """Takes destination, source, bytes; the ranges may overlap."""
        self.op('memory.copy')
        self.code.byte(0)
        self.code.byte(0)

    def memory_fill(self) -> None:
        """Takes destination, byte value, bytes."""
        self.op('memory.fill')
        self.code.byte(0)

    def block(self) -> None:
        self._indexed(0x02, NO_RESULT)

    def loop(self) -> None:
        self._indexed(0x03, NO_RESULT)

    def begin_if(self) -> None:
        """Takes an i32."""
        self._indexed(0x04, NO_RESULT)

    def begin_if_of(self, result: str) -> None:
        """An if whose two branches each leave one value of type `result`."""
        self._indexed(0x04, VALUE_TYPES[result])

    def begin_else(self) -> None:
        self.code.byte(0x05)

    def end(self) -> None:
        self.code.byte(0x0B)

    def br(self, depth: int) -> None:
        self._indexed(0x0C, depth)

    def br_if(self, depth: int) -> None:
        self._indexed(0x0D, depth)

    def call(self, callee: WasmFunction) -> None:
        self._indexed(0x10, callee.index)

    def local_groups(self) -> list[list[int]]:
        """[count, type] of each run of equal types among the locals."""
        groups: list[list[int]] = []
        for kind in self.locals:
            last = len(groups) - 1
            if last >= 0 and groups[last][1] == kind:
                groups[last][0] += 1
            else:
                groups.append([1, kind])
        return groups


class Assembler:
    """One module. Functions are numbered as they are made; a body may be written while another is still open.

    `relaxed`: whether the host has relaxed SIMD. `pool`: where the shared functions, which are called for a single
    vector, read their constants.
    """

    def __init__(self, relaxed: bool = False, pool: ConstantPool | None = None) -> None:
        self.relaxed = relaxed
        self.pool = pool
        self.functions: list[WasmFunction] = []
        self.types: Table[str, int] = Table()
        self.type_section = ByteWriter(64)
        self.exports = ByteWriter(256)
        self.export_count = 0
        self.shared: Table[str, WasmFunction] = Table()

    def function(self, params: list[str], results: list[str]) -> WasmFunction:
        """A new function of those value types; write its body, without the final `end`."""
        made = WasmFunction(self, len(self.functions), self._type_of(params, results), len(params))
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
        self.exports.text(label)
        self.exports.byte(0)
        self.exports.unsigned(function_.index)
        self.export_count += 1

    def to_bytes(self) -> TypedArray:
        """The whole module."""
        module = ByteWriter(4096)
        module.word(0x6D736100)
        module.word(1)
        types = ByteWriter(64)
        types.unsigned(self.types.count())
        types.append(self.type_section)
        _section(module, 1, types)
        imports = ByteWriter(32)
        imports.byte(1)
        imports.text('env')
        imports.text('memory')
        imports.byte(0x02)  # a memory
        imports.byte(0)  # that need not have a maximum
        imports.unsigned(0)  # nor any pages
        _section(module, 2, imports)
        declared = ByteWriter(256)
        declared.unsigned(len(self.functions))
        for function_ in self.functions:
            declared.unsigned(function_.type_index)
        _section(module, 3, declared)
        exported = ByteWriter(256)
        exported.unsigned(self.export_count)
        exported.append(self.exports)
        _section(module, 7, exported)
        bodies = ByteWriter(4096)
        bodies.unsigned(len(self.functions))
        for function_ in self.functions:
            _append_body(bodies, function_)
        _section(module, 10, bodies)
        return sub(module.data, 0, module.size)

    def _type_of(self, params: list[str], results: list[str]) -> int:
        key = ','.join(params) + '>' + ','.join(results)
        found = self.types.find(key)
        if found is not None:
            return found
        index = self.types.count()
        self.types.put(key, index)
        self.type_section.byte(0x60)
        for group in [params, results]:
            self.type_section.unsigned(len(group))
            for value_type in group:
                self.type_section.byte(VALUE_TYPES[value_type])
        return index


def _section(module: ByteWriter, code: int, body: ByteWriter) -> None:
    module.byte(code)
    module.unsigned(body.size)
    module.append(body)


def _append_body(section: ByteWriter, function_: WasmFunction) -> None:
    head = ByteWriter(16)
    groups = function_.local_groups()
    head.unsigned(len(groups))
    for group in groups:
        head.unsigned(group[0])
        head.byte(group[1])
    section.unsigned(head.size + function_.prologue.size + function_.code.size + 1)
    section.append(head)
    section.append(function_.prologue)
    section.append(function_.code)
    section.byte(0x0B)
