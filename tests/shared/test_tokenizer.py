"""Tokenizer: from texts to ids, on a small vocabulary; what it refuses. `tests/agreement/test_tokenizer.py` has a real
one, and what the `tokenizers` package makes of the same texts."""

from alula.errors import ArgumentRangeError, ArgumentTypeError, TokenizerError
from alula.host.text import encode_utf8
from alula.media.tokenizer import Tokenizer
from alula_checks import eq, raises, raises_async
from wordpiece_json import CLS, SEP, config


def making(whole):
    return lambda: Tokenizer.of(whole)


def loading(text):
    return lambda: Tokenizer.load(encode_utf8(text))


def encoding(tokenizer, texts):
    return lambda: tokenizer.encode(texts)


def tokens_of(text):
    return Tokenizer.of(config({})).encode(text).tokens[0]


def sliced(text):
    """The parts of the text that the tokens come from."""
    return [text[start:end] for start, end in Tokenizer.of(config({})).encode(text).offsets[0]][1:-1]


def test_a_text_becomes_ids_between_special_tokens():
    encoded = Tokenizer.of(config({})).encode('Hello, unaffable world!')
    eq(encoded.input_ids.dims, [1, 9])
    eq(encoded.input_ids.array, [CLS, 8, 10, 5, 6, 7, 9, 11, SEP])
    eq(encoded.attention_mask.array, [1, 1, 1, 1, 1, 1, 1, 1, 1])
    eq(encoded.token_type_ids.array, [0, 0, 0, 0, 0, 0, 0, 0, 0])
    eq(encoded.tokens, [['[CLS]', 'hello', ',', 'un', '##aff', '##able', 'world', '!', '[SEP]']])
    eq(encoded.offsets, [[[0, 0], [0, 5], [5, 6], [7, 9], [9, 12], [12, 16], [17, 22], [22, 23], [0, 0]]])


def test_tokens_with_digits_for_names_are_found():
    eq(tokens_of('1 10'), ['[CLS]', '1', '1', '##0', '[SEP]'])


def test_accents_cases_ideographs_and_control_characters():
    eq(tokens_of('CAFÉ cafe\u0301'), ['[CLS]', 'cafe', 'cafe', '[SEP]'])
    eq(tokens_of('中文'), ['[CLS]', '中', '文', '[SEP]'])
    eq(tokens_of('hel\x00lo\u200b\tworld\u3000!\ufffd'), ['[CLS]', 'hello', 'world', '!', '[SEP]'])
    eq(tokens_of(''), ['[CLS]', '[SEP]'])


def test_a_word_that_cannot_be_spelt_is_unknown_as_a_whole():
    eq(tokens_of('hellox'), ['[CLS]', '[UNK]', '[SEP]'])
    eq(tokens_of('e' + 'e' + 'e' + 'e' + 'e' + 'e' + 'e' + 'e' + 'e' + 'e')[1:3], ['e', '##e'])
    eq(tokens_of('eeeeeeeeeee'), ['[CLS]', '[UNK]', '[SEP]'])


def test_the_length_of_words_counts_code_points():
    ten = ''.join(['😀' for _ in range(10)])
    eq(len(tokens_of(ten)), 12)
    eq(tokens_of(ten + '😀'), ['[CLS]', '[UNK]', '[SEP]'])


def test_offsets_are_slices_of_the_text():
    eq(sliced('😀😀 ÉE 中!'), ['😀', '😀', 'É', 'E', '中', '!'])


def test_special_tokens_in_a_text():
    eq(tokens_of('hello [MASK]hello[SEP]'), ['[CLS]', 'hello', '[MASK]', 'hello', '[SEP]', '[SEP]'])
    eq(sliced('hello  [MASK]hello'), ['hello', '  [MASK]', 'hello'])


def test_half_of_a_surrogate_pair_is_dropped_as_what_is_no_character():
    eq(tokens_of('hel' + '\ud83d' + 'lo'), ['[CLS]', 'hello', '[SEP]'])


def test_a_batch_is_padded_to_its_longest():
    tokenizer = Tokenizer.of(config({}))
    encoded = tokenizer.encode(['hello', 'hello world !'])
    eq(encoded.input_ids.dims, [2, 5])
    eq(encoded.input_ids.array, [CLS, 8, SEP, 0, 0, CLS, 8, 9, 11, SEP])
    eq(encoded.attention_mask.array, [1, 1, 1, 0, 0, 1, 1, 1, 1, 1])
    eq(tokenizer.encode('hello', multiple=8).input_ids.dims, [1, 8])
    eq(tokenizer.encode('hello', padding=6).input_ids.dims, [1, 6])


def test_pairs():
    encoded = Tokenizer.of(config({})).encode('hello', 'world !')
    eq(encoded.tokens, [['[CLS]', 'hello', '[SEP]', 'world', '!', '[SEP]']])
    eq(encoded.token_type_ids.array, [0, 0, 0, 1, 1, 1])


def test_truncation():
    tokenizer = Tokenizer.of(config({'truncation': {'max_length': 4, 'strategy': 'LongestFirst', 'stride': 0}}))
    eq(tokenizer.encode('hello , world !').tokens, [['[CLS]', 'hello', ',', '[SEP]']])
    eq(tokenizer.encode('hello , world !', max_length=5).tokens, [['[CLS]', 'hello', ',', 'world', '[SEP]']])
    error = raises(ArgumentRangeError, lambda: tokenizer.encode('hello', max_length=1))
    eq(error.argument, 'max_length')


def test_what_is_not_wordpiece_is_refused_by_name():
    for changes, name in [
        [{'model': {'type': 'BPE', 'vocab': {}, 'merges': []}}, "model is of the kind 'BPE'"],
        [{'normalizer': {'type': 'Sequence', 'normalizers': []}}, "normalizer is of the kind 'Sequence'"],
        [{'pre_tokenizer': {'type': 'Metaspace'}}, "pre-tokenizer is of the kind 'Metaspace'"],
        [{'pre_tokenizer': None}, "pre-tokenizer is of the kind 'none'"],
        [{'post_processor': {'type': 'ByteLevel'}}, "post-processor is of the kind 'ByteLevel'"],
        [{'model': {'type': 'WordPiece', 'unk_token': '<unk>', 'vocab': {}}}, 'lacks the token for unknown words'],
    ]:
        error = raises(TokenizerError, making(config(changes)))
        eq(error.code, 'TOKENIZER')
        eq(name in error.message, True)


async def test_what_is_no_tokenizer_json():
    for text in ['', 'x', '[]', 'null', '{']:
        error = await raises_async(TokenizerError, loading(text))
        eq(error.code, 'TOKENIZER')


def test_texts_are_texts():
    tokenizer = Tokenizer.of(config({}))
    for texts in [[], [1], ['hello', None]]:
        eq(raises(ArgumentTypeError, encoding(tokenizer, texts)).argument, 'texts')
    eq(raises(ArgumentTypeError, lambda: tokenizer.encode(['hello', 'world'], ['hello'])).argument, 'pairs')
