"""Reads tokenizer.json (the format of Hugging Face's `tokenizers`): what BERT and its descendants have in it.

Anything else in it is refused by name, rather than left out silently: a tokenizer that is nearly right gives wrong
answers that nobody notices.
"""

from __future__ import annotations

from typing import Any

from alula.errors import TokenizerError
from alula.host.table import Table
from alula.media.added_tokens import AddedToken
from alula.media.bert import BertNormalizer
from alula.media.lengths import LONGEST_FIRST, ONLY_FIRST, ONLY_SECOND, Padding, Truncation
from alula.media.template import FIRST, SECOND, TemplatePart
from alula.media.wordpiece import WordPiece


def member(owner: Any, name: str, default: Any = None) -> Any:
    """What stands there; the default where nothing stands or null."""
    value = owner.get(name, default)
    return default if value is None else value


def kind_of(part: Any) -> str:
    """The name of a component's kind."""
    return str(member(part, 'type', 'unnamed')) if isinstance(part, dict) else 'none'


def checked(component: str, part: Any, kinds: list[str]) -> str:
    """The kind of a component, one of `kinds`. TokenizerError that names what was found."""
    kind = kind_of(part)
    if kind not in kinds:
        raise TokenizerError(f"its {component} is of the kind '{kind}', and Alula has {', '.join(kinds)}")
    return kind


def read_model(config: dict[str, Any]) -> WordPiece:
    """The vocabulary."""
    model = member(config, 'model', {})
    if kind_of(model) != 'unnamed' or 'continuing_subword_prefix' not in model:  # early files leave the kind out
        checked('model', model, ['WordPiece'])
    vocabulary: Table[str, int] = Table()
    for token, id in member(model, 'vocab', {}).items():
        vocabulary.put(token, id)
    unknown = vocabulary.find(member(model, 'unk_token', '[UNK]'))
    if unknown is None:
        raise TokenizerError('its vocabulary lacks the token for unknown words')
    prefix = member(model, 'continuing_subword_prefix', '##')
    return WordPiece(vocabulary, unknown, prefix, member(model, 'max_input_chars_per_word', 100))


def read_normalizer(config: dict[str, Any]) -> BertNormalizer:
    """BertNormalizer; none is one that does nothing."""
    part = member(config, 'normalizer')
    if checked('normalizer', part, ['BertNormalizer', 'none']) == 'none':
        return BertNormalizer(False, False, False, False)
    lowercase = member(part, 'lowercase', True)
    return BertNormalizer(
        member(part, 'clean_text', True),
        member(part, 'handle_chinese_chars', True),
        member(part, 'strip_accents', lowercase),
        lowercase,
    )


def read_added_tokens(config: dict[str, Any], is_normalized: bool) -> list[AddedToken]:
    """The added tokens that are looked for in the text as it is, or those for the normalized text."""
    found: list[AddedToken] = []
    for entry in member(config, 'added_tokens', []):
        content = entry['content']
        single: bool = member(entry, 'single_word', False)
        if single:
            raise TokenizerError(f"its added token '{content}' is found as a single word alone, which Alula can't do")
        if content != '' and member(entry, 'normalized', False) == is_normalized:
            found.append(
                AddedToken(content, entry['id'], member(entry, 'lstrip', False), member(entry, 'rstrip', False))
            )
    return found


def read_template(config: dict[str, Any], is_pair: bool) -> list[TemplatePart]:
    """What surrounds one sequence or two."""
    part = member(config, 'post_processor')
    kind = checked('post-processor', part, ['TemplateProcessing', 'BertProcessing', 'none'])
    first = TemplatePart(FIRST, [], 0)
    second = TemplatePart(SECOND, [], 1)
    if kind == 'none':
        return [first, second] if is_pair else [first]
    if kind == 'BertProcessing':
        sep = part['sep'][1]
        single = [TemplatePart('', [part['cls'][1]], 0), first, TemplatePart('', [sep], 0)]
        return [*single, second, TemplatePart('', [sep], 1)] if is_pair else single
    template: list[TemplatePart] = []
    for piece in part['pair' if is_pair else 'single']:
        if 'Sequence' in piece:
            sequence = piece['Sequence']
            template.append(TemplatePart(sequence['id'], [], sequence['type_id']))
        else:
            special = piece['SpecialToken']
            template.append(TemplatePart('', part['special_tokens'][special['id']]['ids'], special['type_id']))
    return template


def read_truncation(config: dict[str, Any]) -> Truncation | None:
    """How long texts may be; None: as long as they are."""
    part = member(config, 'truncation')
    if part is None:
        return None
    strategy = member(part, 'strategy', LONGEST_FIRST)
    if strategy not in [LONGEST_FIRST, ONLY_FIRST, ONLY_SECOND]:
        raise TokenizerError(f"it truncates by '{strategy}', which Alula can't do")
    return Truncation(part['max_length'], strategy, member(part, 'direction', 'Right'))


def read_padding(config: dict[str, Any], vocabulary: Table[str, int]) -> Padding:
    """How texts are made equally long; without a word about it to the longest, with '[PAD]'."""
    part = member(config, 'padding')
    if part is None:
        pad = vocabulary.find('[PAD]')
        return Padding(0, 1, 'Right', 0 if pad is None else pad, 0)
    strategy = member(part, 'strategy', 'BatchLongest')
    return Padding(
        strategy['Fixed'] if isinstance(strategy, dict) else 0,
        member(part, 'pad_to_multiple_of', 1),
        member(part, 'direction', 'Right'),
        member(part, 'pad_id', 0),
        member(part, 'pad_type_id', 0),
    )
