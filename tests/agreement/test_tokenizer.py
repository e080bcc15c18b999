"""The tokenizer gives what the `tokenizers` package gives: ids, masks, types, tokens and offsets, on both hosts."""

from __future__ import annotations

import json
import random
import subprocess
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from alula.errors import TokenizerError
from alula.media.bert import BertNormalizer as Normalizer
from alula.media.bert import BertPreTokenizer
from alula.media.tokenizer import Tokenizer
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, models, pre_tokenizers, processors
from tokenizers.normalizers import BertNormalizer

from tests.models import minilm
from tools import ROOT, bundle, npm
from tools.node import node_path

WORDS = ['hello', 'Unbelievably', 'naïve', 'Ünïcödé', 'e\u0301\u0323', 'İstanbul', 'straße', 'ΣΊΣΥΦΟΣ', '北京', 'かな',
         '한국어', '😀', '👩\u200d👩\u200d👧', "don't", '3.14', 'x' * 101, '##ing', '[MASK]', '[SEP]', '[mask]', '[',
         '\u00a0', '\u2028', '\u200b', '\x00', '\t', '\ufffd', 'ﬁ', '\u1e9b\u0323', '\ufb1d', '\uf900', '\U0002f800',
         '\u0344']
# The package's decompositions are of Unicode 12; the only one of 13 to 15 is this vowel sign of Dives Akuru.
DECOMPOSED_SINCE = '\U00011938'


def is_known(c: str) -> bool:
    """Whether this host's Unicode has the character: younger ones are neither decomposed nor lowercased here."""
    return c != DECOMPOSED_SINCE and unicodedata.category(c) not in ('Cn', 'Cs')


characters = st.characters(exclude_categories=['Cs', 'Cn'], exclude_characters=DECOMPOSED_SINCE)
marks = st.characters(categories=['Mn', 'Mc', 'Me'], exclude_characters=DECOMPOSED_SINCE)
texts = st.lists(st.one_of(st.text(characters, max_size=6), st.sampled_from(WORDS), st.sampled_from([' ', '.', '']),
                           st.text(marks, max_size=3)),
                 max_size=12).map(''.join)


@cache
def oracle(text: str | None = None) -> tokenizers.Tokenizer:
    text = minilm.tokenizer_path().read_text(encoding='utf-8') if text is None else text
    return tokenizers.Tokenizer.from_str(text)


@cache
def ours(text: str | None = None) -> Tokenizer:
    return Tokenizer.of(json.loads(oracle(text).to_str()))


def in_canonical_order(text: str) -> bool:
    """Whether decomposing the text reorders no marks. Where it does, the package's offsets are those of the place that
    a mark was moved to, ours those of the mark."""
    return unicodedata.normalize('NFD', text) == ''.join(unicodedata.normalize('NFD', c) for c in text)


def check(text: str, pair: str | None = None, config: str | None = None) -> None:
    wanted = oracle(config).encode(text, pair)
    found = ours(config).encode(text, pair)
    assert found.input_ids.data[0].tolist() == wanted.ids
    # Not wanted.tokens: for an added token that is the text it was found as, with the spaces that it took along.
    assert found.tokens[0] == [oracle(config).id_to_token(id) for id in wanted.ids]
    assert found.attention_mask.data[0].tolist() == wanted.attention_mask
    assert found.token_type_ids.data[0].tolist() == wanted.type_ids
    if in_canonical_order(text + ' ' + (pair or '')):
        assert [tuple(offset) for offset in found.offsets[0]] == wanted.offsets


@settings(max_examples=1500, deadline=None)
@given(texts)
def test_texts(text: str) -> None:
    check(text)


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_pairs(text: str, pair: str) -> None:
    check(text, pair)


@pytest.mark.parametrize('options', [
    {}, {'lowercase': False}, {'strip_accents': True, 'lowercase': False}, {'strip_accents': False},
    {'clean_text': False}, {'handle_chinese_chars': False},
], ids=str)
def test_every_character_is_normalized_alike(options: dict[str, bool]) -> None:
    """All of Unicode, in lines of 256, each character between two spaces."""
    defaults = {'clean_text': True, 'handle_chinese_chars': True, 'lowercase': True, **options}
    theirs = BertNormalizer(**defaults)
    strip = defaults.get('strip_accents', defaults['lowercase'])
    normalizer = Normalizer(defaults['clean_text'], defaults['handle_chinese_chars'], strip, defaults['lowercase'])
    everything = [chr(code) for code in range(0x110000) if is_known(chr(code))]
    for first in range(0, len(everything), 256):
        text = ' '.join(everything[first : first + 256])
        assert normalizer.normalize(text, 0).text == theirs.normalize_str(text)


def test_every_character_is_split_alike() -> None:
    theirs, splitter = pre_tokenizers.BertPreTokenizer(), BertPreTokenizer()
    everything = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for first in range(0, len(everything), 256):
        text = 'x'.join(everything[first : first + 256])
        found = [(begin, end) for begin, end, _ in splitter.words(text, 0, len(text))]
        assert found == [offsets for _, offsets in theirs.pre_tokenize_str(text)]


VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', *'abcdeé中,!', *(f'##{c}' for c in 'abcdeé'), 'ab', '##cd',
              'A', 'É']
TEMPLATE = processors.TemplateProcessing(single='[CLS]:0 $A:0 [SEP]:0', pair='[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1',
                                         special_tokens=[('[CLS]', 2), ('[SEP]', 3)])


def made(normalizer: Any = None, processor: Any = TEMPLATE, tokens: tuple[AddedToken, ...] = (), prefix: str = '##',
         truncation: dict[str, Any] | None = None, padding: dict[str, Any] | None = None) -> str:
    """A tokenizer.json of a small vocabulary, written by the package."""
    vocabulary = {token: id for id, token in enumerate(VOCABULARY)}
    tokenizer = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token='[UNK]', max_input_chars_per_word=20,
                                                      continuing_subword_prefix=prefix))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    if processor is not None:
        tokenizer.post_processor = processor
    tokenizer.add_tokens(list(tokens))
    if truncation is not None:
        tokenizer.enable_truncation(**truncation)
    if padding is not None:
        tokenizer.enable_padding(**padding)
    return tokenizer.to_str()


KINDS = {
    'no normalizer': made(),
    'cased': made(BertNormalizer(lowercase=False)),
    'cased without accents': made(BertNormalizer(lowercase=False, strip_accents=True)),
    'lowercase with accents': made(BertNormalizer(strip_accents=False)),
    'not cleaned': made(BertNormalizer(clean_text=False, handle_chinese_chars=False)),
    'no prefix': made(BertNormalizer(), prefix=''),
    'no post-processor': made(BertNormalizer(), None),
    'BertProcessing': made(BertNormalizer(), processors.BertProcessing(('[SEP]', 3), ('[CLS]', 2))),
    'added tokens': made(BertNormalizer(), tokens=(
        AddedToken('[MASK]', lstrip=True, normalized=False), AddedToken('<a>', rstrip=True, normalized=False),
        AddedToken('ab', normalized=False), AddedToken('abc', normalized=False), AddedToken('É!', normalized=True))),
    'padded on the left': made(BertNormalizer(), padding={
        'direction': 'left', 'pad_id': 4, 'pad_type_id': 1, 'pad_token': '[MASK]', 'pad_to_multiple_of': 8}),
}
PARTS = [*'aAbBcdeéÉ中,! ', '[MASK]', '<a>', 'abc', '\u0301', '\xa0']
short = st.lists(st.sampled_from(PARTS), max_size=30).map(''.join)


@pytest.mark.parametrize('kind', KINDS)
@settings(max_examples=100, deadline=None)
@given(text=short, pair=st.none() | short)
def test_kinds_of_tokenizers(kind: str, text: str, pair: str | None) -> None:
    check(text, pair, KINDS[kind])


@settings(max_examples=400, deadline=None)
@given(text=short, pair=st.none() | short, max_length=st.integers(3, 12), direction=st.sampled_from(['left', 'right']),
       strategy=st.sampled_from(['longest_first', 'only_first', 'only_second']))
def test_truncation(text: str, pair: str | None, max_length: int, direction: str, strategy: str) -> None:
    config = made(BertNormalizer(), truncation={'max_length': max_length, 'direction': direction, 'strategy': strategy})
    try:
        oracle(config).encode(text, pair)
    except Exception:  # it refuses to leave nothing of a sequence
        return
    check(text, pair, config)


@settings(max_examples=50, deadline=None)
@given(batch=st.lists(short, min_size=1, max_size=4), length=st.none() | st.just(64),
       multiple=st.none() | st.integers(1, 9))
def test_batches(batch: list[str], length: int | None, multiple: int | None) -> None:
    config = made(BertNormalizer(), padding={'length': length, 'pad_to_multiple_of': multiple})
    found = ours(config).encode(batch)
    wanted = oracle(config).encode_batch(batch)
    assert found.input_ids.data.tolist() == [each.ids for each in wanted]
    assert found.attention_mask.data.tolist() == [each.attention_mask for each in wanted]


def test_a_token_that_is_one_as_a_single_word_only_is_refused() -> None:
    config = made(tokens=(AddedToken('ab', single_word=True),))
    with pytest.raises(TokenizerError, match="'ab' is found as a single word alone"):
        ours(config)


PROGRAM = '''
import { readFileSync } from 'node:fs';
import { Tokenizer } from %s;
const { tokenizer, texts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const read = await Tokenizer.load(JSON.parse(readFileSync(tokenizer, 'utf8')));
const answers = texts.map(([text, pair]) => {
  const encoding = read.encode(text, pair, { padding: 0, maxLength: 512 });
  return [encoding.tokens[0], encoding.offsets[0], Array.from(encoding.inputIds.data, Number)];
});
process.stdout.write(JSON.stringify(answers));
'''


# The oldest supported one knows Unicode 14, the other 17.
@pytest.mark.parametrize('node', [node_path, npm.node])
def test_node_agrees_on_many_texts(node: Callable[[], Path], tmp_path: Path) -> None:
    """3000 random texts and pairs; offsets there count UTF-16 units."""
    bundle.build()
    generator = random.Random(0)
    everything = [chr(code) for code in range(0x110000) if is_known(chr(code))]
    pools = [everything, everything[:600], [c for c in everything if unicodedata.category(c)[0] == 'M'], WORDS, [' ']]

    def text() -> str:
        return ''.join(generator.choice(generator.choice(pools)) for _ in range(generator.randrange(12)))

    cases = [(text(), text() if generator.random() < 0.2 else None) for _ in range(3000)]
    tokenizer = tokenizers.Tokenizer.from_file(str(minilm.tokenizer_path()))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    (tmp_path / 'cases.json').write_text(json.dumps({'tokenizer': str(minilm.tokenizer_path()), 'texts': cases}))
    program = tmp_path / 'tokenize.mjs'
    program.write_text(PROGRAM % json.dumps((ROOT / 'transpiled' / 'index.min.js').as_uri()))
    done = subprocess.run([node(), program, tmp_path / 'cases.json'], capture_output=True, text=True, check=True,
                          encoding='utf-8')
    for (first, second), (tokens, offsets, ids) in zip(cases, json.loads(done.stdout), strict=True):
        wanted = tokenizer.encode(first, second)
        assert tokens == wanted.tokens
        assert ids == wanted.ids
        if in_canonical_order(first + ' ' + (second or '')):
            parts = [first if sequence == 0 else second for sequence in wanted.sequence_ids]
            assert offsets == [[units(part, start), units(part, end)]
                               for part, (start, end) in zip(parts, wanted.offsets, strict=True)]


def units(text: str | None, index: int) -> int:
    """UTF-16 units before the code point of that index."""
    return 0 if text is None else len(text[:index].encode('utf-16-le')) // 2
