"""Tokenizer: from texts to what a model of texts is fed."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentTypeError, TokenizerError
from alula.fetching import fetch_bytes
from alula.host.arrays import TypedArray, as_bytes, typed
from alula.host.data import is_bytes
from alula.host.json import json_value, parse_json
from alula.host.table import Table
from alula.host.text import decode_utf8
from alula.media.added_tokens import AddedTokens
from alula.media.bert import BertPreTokenizer
from alula.media.lengths import LONGEST_FIRST, Truncation
from alula.media.template import Row, TemplatePart, filled, special_count
from alula.media.tokenizer_json import (
    checked,
    read_added_tokens,
    read_model,
    read_normalizer,
    read_padding,
    read_template,
    read_truncation,
)
from alula.media.wordpiece import Pieces
from alula.tensor import Tensor, wrapped


class Encoding:
    """Texts as a model takes them: int64 tensors [texts, tokens], all texts padded to one length.

    `input_ids`; `attention_mask`: 1 for tokens and 0 for padding; `token_type_ids`: 1 for the second text of a pair.
    """

    def __init__(self, rows: list[Row], names: Table[int, str]) -> None:
        self.input_ids: Tensor = stacked([row.ids for row in rows])
        self.attention_mask: Tensor = stacked([row.mask for row in rows])
        self.token_type_ids: Tensor = stacked([row.type_ids for row in rows])
        self._rows = rows
        self._names = names

    @property
    def tokens(self) -> list[list[str]]:
        """For each text its tokens."""
        return [[self._names.at(id) for id in row.ids] for row in self._rows]

    @property
    def offsets(self) -> list[list[list[int]]]:
        """For each text, where each token starts and ends in it, as the host's texts are sliced (in JS: UTF-16 units);
        [0, 0] for special tokens and padding."""
        return [row.offsets for row in self._rows]


class Tokenizer:
    """WordPiece as BERT has it, of a tokenizer.json. Gives what Hugging Face's `tokenizers` gives.

    Characters that are younger than the host's Unicode version are neither decomposed nor lowercased there; everything
    else is the same on every host.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        checked('pre-tokenizer', config.get('pre_tokenizer'), ['BertPreTokenizer'])
        self._model = read_model(config)
        self._normalizer = read_normalizer(config)
        self._pre_tokenizer = BertPreTokenizer()
        self._single = read_template(config, False)
        self._pair = read_template(config, True)
        self._truncation = read_truncation(config)
        self._padding = read_padding(config, self._model.vocabulary)
        self._names: Table[int, str] = Table()
        for token in self._model.vocabulary.keys_list():
            self._names.put(self._model.vocabulary.at(token), token)
        raw = read_added_tokens(config, False)
        normalized = read_added_tokens(config, True)
        for added in normalized:
            added.content = self._normalizer.normalize(added.content, 0).text
        for added in [*raw, *normalized]:
            self._names.put(added.id, added.content)
        self._raw_tokens = AddedTokens(raw)
        self._normalized_tokens = AddedTokens(normalized)

    @staticmethod
    def of(config: Any) -> Tokenizer:
        """The tokenizer that an object describes, as JSON.parse gives it. TokenizerError if it can't be had."""
        return checked_tokenizer(json_value(config))

    @staticmethod
    async def load(source: Any, *, signal: Any = None) -> Tokenizer:
        """The tokenizer of a tokenizer.json: its path or URL, its bytes, or the object that stands in it.

        Raises TokenizerError that names what is damaged or not supported; FetchError, AbortedError.
        """
        if isinstance(source, Tokenizer):
            return source
        if not isinstance(source, str) and not is_bytes(source):
            return Tokenizer.of(source)
        data = await fetch_bytes(source, None, signal) if isinstance(source, str) else as_bytes(source)
        text = decode_utf8(data)
        return checked_tokenizer(None if text is None else parse_json(text))

    def encode(
        self,
        texts: str | list[str],
        pairs: str | list[str] | None = None,
        *,
        max_length: int | None = None,
        padding: int | None = None,
        multiple: int | None = None,
    ) -> Encoding:
        """Texts, or pairs of them (`pairs`: the second of each), as ids.

        `max_length`: what is beyond so many tokens is left out. `padding`: to so many tokens (0: as many as the longest
        has), rounded up to a `multiple`. What is not given is as tokenizer.json has it.
        """
        firsts = listed('texts', texts)
        seconds = firsts if pairs is None else listed('pairs', pairs)
        if len(firsts) != len(seconds):
            raise ArgumentTypeError('pairs', f'must be as many as the texts: {len(firsts)}, not {len(seconds)}')
        if len(firsts) == 0:
            raise ArgumentTypeError('texts', 'must not be empty')
        truncation = self._truncation
        if max_length is not None:
            strategy = LONGEST_FIRST if truncation is None else truncation.strategy
            truncation = Truncation(max_length, strategy, 'Right' if truncation is None else truncation.direction)
        template = self._single if pairs is None else self._pair
        rows = [
            self._row(template, firsts[i], None if pairs is None else seconds[i], truncation)
            for i in range(len(firsts))
        ]
        usual = self._padding
        length = usual.length if padding is None else padding
        return Encoding(usual.pad(rows, length, usual.multiple if multiple is None else multiple), self._names)

    def _row(self, template: list[TemplatePart], text: str, pair: str | None, truncation: Truncation | None) -> Row:
        first = self._pieces(text)
        second = None if pair is None else self._pieces(pair)
        if truncation is not None:
            truncation.cut(first, second, special_count(template))
        return filled(template, first, second)

    def _pieces(self, text: str) -> Pieces:
        """The pieces of one text, without anything around them."""
        pieces = Pieces()
        for begin, end, id in self._raw_tokens.split(text):
            if id >= 0:
                pieces.add(id, begin, end)
            else:
                self._add_pieces(pieces, text[begin:end], begin)
        return pieces

    def _add_pieces(self, pieces: Pieces, text: str, offset: int) -> None:
        """The pieces of a part of a text that has no added tokens, but those of normalized texts."""
        normalized = self._normalizer.normalize(text, offset)
        plain = normalized.text
        starts = normalized.starts
        ends = normalized.ends
        for begin, end, id in self._normalized_tokens.split(plain):
            if id >= 0:
                pieces.add(id, starts[begin], ends[end - 1])
            else:
                for first, last, count in self._pre_tokenizer.words(plain, begin, end):
                    for piece, i, j in self._model.spell(plain[first:last], count):
                        pieces.add(piece, starts[first + i], ends[first + j - 1])


def checked_tokenizer(config: Any) -> Tokenizer:
    """The tokenizer of parsed JSON. TokenizerError if that is no object."""
    if not isinstance(config, dict):
        raise TokenizerError('it is no JSON object')
    return Tokenizer(config)


def listed(argument: str, texts: Any) -> list[str]:
    """One text or several as a list. ArgumentTypeError where one is no text."""
    found: list[Any] = [texts] if isinstance(texts, str) else list(texts)
    for text in found:
        if not isinstance(text, str):
            raise ArgumentTypeError(argument, 'must be a text or a list of texts')
    return found


def stacked(rows: list[list[int]]) -> Tensor:
    """An int64 tensor of rows of one length."""
    n = len(rows[0])
    array: TypedArray = typed('int64', n * len(rows))
    at = 0
    for row in rows:
        for value in row:
            array[at] = value
            at += 1
    return wrapped('int64', array, [len(rows), n])
