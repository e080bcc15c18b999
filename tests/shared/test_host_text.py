"""Text, numbers as text, tables."""

import math

from alula.host.arrays import array_from_list, to_list
from alula.host.table import Table
from alula.host.text import (
    bytes_of_text,
    code_points,
    decode_utf8,
    encode_utf8,
    hex_text,
    number_of,
    number_text,
    parse_int,
)
from alula_checks import eq, raises

TEXTS = [
    '',
    'conv1.weight',
    'größe',
    '€',
    '数字',
    '😀',
    '\ufeffbom',
    'line\nbreak',
    'x' + 'é'.join(['long' for _ in range(40)]),
]


def test_utf8_goes_both_ways():
    for text in TEXTS:
        eq(decode_utf8(encode_utf8(text)), text)
    eq(to_list(encode_utf8('€')), [0xE2, 0x82, 0xAC])


def test_what_is_no_utf8_is_none():
    for codes in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0x80]]:
        eq(decode_utf8(array_from_list('uint8', codes)), None)


def test_bytes_of_text_are_its_characters():
    eq(to_list(bytes_of_text('a\x00\x7f\x80\xff')), [97, 0, 127, 128, 255])
    eq(to_list(bytes_of_text('')), [])


def test_numbers_of_text():
    eq([number_of(text) for text in ['0', '-12', '0.5', '1.5e-7', '-1e999']], [0, -12, 0.5, 1.5e-7, -math.inf])


def test_code_points_are_not_utf16_units():
    eq(code_points('a😀b'), ['a', '😀', 'b'])


def test_numbers_read_the_same_on_both_hosts():
    for case in [
        [0, '0'],
        [1, '1'],
        [1.0, '1'],
        [-0.0, '0'],
        [-17, '-17'],
        [0.1, '0.1'],
        [1e-06, '0.000001'],
        [1e-07, '1e-7'],
        [1.5e-07, '1.5e-7'],
        [123456789012345680000.0, '123456789012345680000'],
        [1e21, '1e+21'],
        [1.25e22, '1.25e+22'],
        [5e-324, '5e-324'],
        [1.7976931348623157e308, '1.7976931348623157e+308'],
        [math.inf, 'Infinity'],
        [-math.inf, '-Infinity'],
        [0.30000000000000004, '0.30000000000000004'],
        [math.inf - math.inf, 'NaN'],
        [9007199254740991, '9007199254740991'],
        [100.0, '100'],
        [-2.5, '-2.5'],
        [1e16, '10000000000000000'],
    ]:
        eq(number_text(case[0]), case[1])


def test_integers_in_text():
    eq([hex_text(0), hex_text(255), hex_text(4294967295)], ['0', 'ff', 'ffffffff'])
    eq(
        [parse_int('0'), parse_int('-12'), parse_int('+7'), parse_int('9007199254740991')],
        [0, -12, 7, 9007199254740991],
    )
    for text in ['', '-', '12abc', '1.5', ' 1', '1 ', '0x10', '1e3', '１']:
        eq(parse_int(text), None)


def test_table_keeps_order_and_kinds_of_keys():
    table = Table()
    for key in ['b', '10', '9', 'toString', 'constructor', '__proto__', 'a']:
        table.put(key, 'value of ' + key)
    eq(table.keys_list(), ['b', '10', '9', 'toString', 'constructor', '__proto__', 'a'])
    eq(table.find('__proto__'), 'value of __proto__')
    eq(table.find('valueOf'), None)
    table.put('b', 'again')
    table.drop('10')
    table.drop('never there')
    eq(table.keys_list(), ['b', '9', 'toString', 'constructor', '__proto__', 'a'])
    eq(table.values_list()[0], 'again')
    eq([table.has('10'), table.has('9'), table.count()], [False, True, 6])
    numbers = Table()
    for i in range(20):
        numbers.put(19 - i, i)
    eq(numbers.keys_list()[0], 19)
    eq(numbers.at(0), 19)
    raises(KeyError, lambda: numbers.at(20))
