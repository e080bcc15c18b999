"""The table of WebAssembly instructions that are emitted: mnemonic to the bytes that it begins with. How instructions
are written into a module: assembler.py.

Source: WebAssembly Core Specification 3.0, appendix "Index of Instructions" (relaxed SIMD included)."""

from __future__ import annotations

from alula.backends.wasm.bytes_text import unsigned
from alula.host.arrays import trunc
from alula.host.table import Table
from alula.host.text import number_of

# Prefix; then rows: first code, what stands before the dot, what stands behind it by consecutive codes ('-': none, or
# a code left out).
GROUPS: list[list[str]] = [
    ['', '''3 - loop if else
11 - end - br_if
26 - drop select
40 i32 load
41 i64 load
42 f32 load
43 f64 load
44 i32 load8_s load8_u load16_s load16_u
54 i32 store
55 i64 store
56 f32 store
57 f64 store
58 i32 store8 store16
69 i32 eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
80 i64 eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
91 f32 eq ne lt gt le ge
97 f64 eq ne lt gt le ge
106 i32 add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u
124 i64 add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u
139 f32 abs neg ceil floor trunc nearest sqrt add sub mul div min max
153 f64 abs neg ceil floor trunc nearest sqrt add sub mul div min max
167 i32 wrap_i64
172 i64 extend_i32_s extend_i32_u
178 f32 convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64
183 f64 convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32
188 i32 reinterpret_f32
189 i64 reinterpret_f64
190 f32 reinterpret_i32
191 f64 reinterpret_i64
192 i32 extend8_s extend16_s'''],
    ['\xfc', '''0 i32 trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u
4 i64 trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u
10 memory copy'''],
    ['\xfd', '''0 v128 load - - load16x4_s load16x4_u
9 v128 load32_splat - store const
13 i8x16 shuffle
17 i32x4 splat
19 f32x4 splat
20 f64x2 splat
27 i32x4 extract_lane replace_lane
31 f32x4 extract_lane replace_lane
55 i32x4 eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
65 f32x4 eq ne lt gt le ge
77 v128 not and - or xor bitselect any_true
86 v128 load32_lane - store8_lane store16_lane store32_lane store64_lane load32_zero
94 f32x4 demote_f64x2_zero
95 f64x2 promote_low_f32x4
101 i8x16 narrow_i16x8_s narrow_i16x8_u
103 f32x4 ceil floor trunc nearest
133 i16x8 narrow_i32x4_s narrow_i32x4_u extend_low_i8x16_s - extend_low_i8x16_u
148 f64x2 nearest
160 i32x4 abs neg
167 i32x4 extend_low_i16x8_s - extend_low_i16x8_u - shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u
224 f32x4 abs neg - sqrt add sub mul div min max pmin pmax
241 f64x2 sub mul
248 i32x4 trunc_sat_f32x4_s trunc_sat_f32x4_u
250 f32x4 convert_i32x4_s convert_i32x4_u
252 i32x4 trunc_sat_f64x2_s_zero
261 f32x4 relaxed_madd relaxed_nmadd'''],
]


def opcode_table() -> Table[str, str]:
    """Mnemonic ('f32x4.add') to bytes of every instruction."""
    table: Table[str, str] = Table()
    for prefix, rows in GROUPS:
        for row in rows.split('\n'):
            first, shape, *names = row.split(' ')
            code = trunc(number_of(first))
            for name in names:
                if name != '-':
                    bytes_ = chr(code) if prefix == '' else prefix + unsigned(code)
                    table.put(name if shape == '-' else f'{shape}.{name}', bytes_)
                code += 1
    return table


OPCODES = opcode_table()
VALUE_TYPES: dict[str, str] = {'i32': '\x7f', 'i64': '\x7e', 'f32': '\x7d', 'f64': '\x7c', 'v128': '\x7b'}
