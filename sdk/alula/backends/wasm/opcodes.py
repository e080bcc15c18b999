"""The table of WebAssembly instructions: mnemonic to opcode. How they are written into a module: assembler.py.

Source: WebAssembly Core Specification 3.0, appendix "Index of Instructions" (relaxed SIMD included)."""

from __future__ import annotations

from typing import Any

from alula.host.table import Table

PREFIX = 65536  # an opcode behind a prefix byte is prefix * PREFIX + code
BULK = 0xFC
SIMD = 0xFD

COMPARE_INT = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'
COMPARE_FLOAT = 'eq ne lt gt le ge'
ARITH_INT = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'
ARITH_FLOAT = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'
TRUNC_SAT = 'trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u'
VECTOR_FLOAT = 'add sub mul div min max pmin pmax'

# prefix, first code, what stands before the dot, what stands behind it by consecutive codes; - is a code left out
ROWS: list[list[Any]] = [
    [0, 0x00, '', 'unreachable nop block loop if else'],
    [0, 0x0B, '', 'end br br_if br_table return call'],
    [0, 0x1A, '', 'drop select'],
    [0, 0x20, 'local', 'get set tee'],
    [0, 0x41, 'i32', 'const'],
    [0, 0x42, 'i64', 'const'],
    [0, 0x43, 'f32', 'const'],
    [0, 0x44, 'f64', 'const'],
    [0, 0x45, 'i32', 'eqz ' + COMPARE_INT],
    [0, 0x50, 'i64', 'eqz ' + COMPARE_INT],
    [0, 0x5B, 'f32', COMPARE_FLOAT],
    [0, 0x61, 'f64', COMPARE_FLOAT],
    [0, 0x67, 'i32', ARITH_INT],
    [0, 0x79, 'i64', ARITH_INT],
    [0, 0x8B, 'f32', ARITH_FLOAT],
    [0, 0x99, 'f64', ARITH_FLOAT],
    [0, 0xA7, 'i32', 'wrap_i64 trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u'],
    [0, 0xAC, 'i64', 'extend_i32_s extend_i32_u trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u'],
    [0, 0xB2, 'f32', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64'],
    [0, 0xB7, 'f64', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32'],
    [0, 0xBC, 'i32', 'reinterpret_f32'],
    [0, 0xBD, 'i64', 'reinterpret_f64'],
    [0, 0xBE, 'f32', 'reinterpret_i32'],
    [0, 0xBF, 'f64', 'reinterpret_i64'],
    [0, 0xC0, 'i32', 'extend8_s extend16_s'],
    [0, 0xC2, 'i64', 'extend8_s extend16_s extend32_s'],
    [BULK, 0, 'i32', TRUNC_SAT],
    [BULK, 4, 'i64', TRUNC_SAT],
    [BULK, 10, 'memory', 'copy fill'],
    [SIMD, 12, 'v128', 'const'],
    [SIMD, 13, 'i8x16', 'shuffle swizzle splat'],
    [SIMD, 16, 'i16x8', 'splat'],
    [SIMD, 17, 'i32x4', 'splat'],
    [SIMD, 18, 'i64x2', 'splat'],
    [SIMD, 19, 'f32x4', 'splat'],
    [SIMD, 20, 'f64x2', 'splat'],
    [SIMD, 21, 'i8x16', 'extract_lane_s extract_lane_u replace_lane'],
    [SIMD, 24, 'i16x8', 'extract_lane_s extract_lane_u replace_lane'],
    [SIMD, 27, 'i32x4', 'extract_lane replace_lane'],
    [SIMD, 29, 'i64x2', 'extract_lane replace_lane'],
    [SIMD, 31, 'f32x4', 'extract_lane replace_lane'],
    [SIMD, 33, 'f64x2', 'extract_lane replace_lane'],
    [SIMD, 35, 'i8x16', COMPARE_INT],
    [SIMD, 45, 'i16x8', COMPARE_INT],
    [SIMD, 55, 'i32x4', COMPARE_INT],
    [SIMD, 65, 'f32x4', COMPARE_FLOAT],
    [SIMD, 71, 'f64x2', COMPARE_FLOAT],
    [SIMD, 77, 'v128', 'not and andnot or xor bitselect any_true'],
    [SIMD, 94, 'f32x4', 'demote_f64x2_zero'],
    [SIMD, 95, 'f64x2', 'promote_low_f32x4'],
    [SIMD, 96, 'i8x16', 'abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u'],
    [SIMD, 103, 'f32x4', 'ceil floor trunc nearest'],
    [SIMD, 107, 'i8x16', 'shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'],
    [SIMD, 116, 'f64x2', 'ceil floor'],
    [SIMD, 118, 'i8x16', 'min_s min_u max_s max_u'],
    [SIMD, 122, 'f64x2', 'trunc'],
    [SIMD, 123, 'i8x16', 'avgr_u'],
    [SIMD, 124, 'i16x8', 'extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u'],
    [SIMD, 126, 'i32x4', 'extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u'],
    [SIMD, 128, 'i16x8', 'abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u'],
    [SIMD, 135, 'i16x8', 'extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u'],
    [SIMD, 139, 'i16x8', 'shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'],
    [SIMD, 148, 'f64x2', 'nearest'],
    [SIMD, 149, 'i16x8', 'mul min_s min_u max_s max_u - avgr_u'],
    [SIMD, 156, 'i16x8', 'extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u'],
    [SIMD, 160, 'i32x4', 'abs neg - all_true bitmask'],
    [SIMD, 167, 'i32x4', 'extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u'],
    [SIMD, 171, 'i32x4', 'shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u dot_i16x8_s'],
    [SIMD, 188, 'i32x4', 'extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u'],
    [SIMD, 192, 'i64x2', 'abs neg - all_true bitmask'],
    [SIMD, 199, 'i64x2', 'extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u'],
    [SIMD, 203, 'i64x2', 'shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s'],
    [SIMD, 220, 'i64x2', 'extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u'],
    [SIMD, 224, 'f32x4', 'abs neg - sqrt ' + VECTOR_FLOAT],
    [SIMD, 236, 'f64x2', 'abs neg - sqrt ' + VECTOR_FLOAT],
    [SIMD, 248, 'i32x4', 'trunc_sat_f32x4_s trunc_sat_f32x4_u'],
    [SIMD, 250, 'f32x4', 'convert_i32x4_s convert_i32x4_u'],
    [SIMD, 252, 'i32x4', 'trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero'],
    [SIMD, 254, 'f64x2', 'convert_low_i32x4_s convert_low_i32x4_u'],
    [SIMD, 256, 'i8x16', 'relaxed_swizzle'],
    [SIMD, 257, 'i32x4', 'relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u'],
    [SIMD, 259, 'i32x4', 'relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero'],
    [SIMD, 261, 'f32x4', 'relaxed_madd relaxed_nmadd'],
    [SIMD, 263, 'f64x2', 'relaxed_madd relaxed_nmadd'],
    [SIMD, 265, 'i8x16', 'relaxed_laneselect'],
    [SIMD, 266, 'i16x8', 'relaxed_laneselect'],
    [SIMD, 267, 'i32x4', 'relaxed_laneselect'],
    [SIMD, 268, 'i64x2', 'relaxed_laneselect'],
    [SIMD, 269, 'f32x4', 'relaxed_min relaxed_max'],
    [SIMD, 271, 'f64x2', 'relaxed_min relaxed_max'],
    [SIMD, 273, 'i16x8', 'relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s'],
    [SIMD, 275, 'i32x4', 'relaxed_dot_i8x16_i7x16_add_s'],
]

# Instructions that carry an offset (and those of the last two rows a lane too).
MEMORY_ROWS: list[list[Any]] = [
    [0, 0x28, 'i32', 'load'],
    [0, 0x29, 'i64', 'load'],
    [0, 0x2A, 'f32', 'load'],
    [0, 0x2B, 'f64', 'load'],
    [0, 0x2C, 'i32', 'load8_s load8_u load16_s load16_u'],
    [0, 0x30, 'i64', 'load8_s load8_u load16_s load16_u load32_s load32_u'],
    [0, 0x36, 'i32', 'store'],
    [0, 0x37, 'i64', 'store'],
    [0, 0x38, 'f32', 'store'],
    [0, 0x39, 'f64', 'store'],
    [0, 0x3A, 'i32', 'store8 store16'],
    [0, 0x3C, 'i64', 'store8 store16 store32'],
    [SIMD, 0, 'v128', 'load load8x8_s load8x8_u load16x4_s load16x4_u load32x2_s load32x2_u'],
    [SIMD, 7, 'v128', 'load8_splat load16_splat load32_splat load64_splat store'],
    [SIMD, 84, 'v128', 'load8_lane load16_lane load32_lane load64_lane'],
    [SIMD, 88, 'v128', 'store8_lane store16_lane store32_lane store64_lane load32_zero load64_zero'],
]


def opcode_table(rows: list[list[Any]]) -> Table[str, int]:
    """Mnemonic ('f32x4.add') to opcode of every instruction in `rows`."""
    table: Table[str, int] = Table()
    for prefix, first, shape, names in rows:
        lead = '' if shape == '' else f'{shape}.'
        code = prefix * PREFIX + first
        for name in names.split(' '):
            if name != '-':
                table.put(lead + name, code)
            code += 1
    return table


OPCODES: Table[str, int] = opcode_table(ROWS)
MEMORY_OPCODES: Table[str, int] = opcode_table(MEMORY_ROWS)
VALUE_TYPES: dict[str, int] = {'i32': 0x7F, 'i64': 0x7E, 'f32': 0x7D, 'f64': 0x7C, 'v128': 0x7B}
