"""Writes `sdk/alula/media/bert_characters.py`: `python -m tools.bert_characters`.

The sets of characters are asked of the `tokenizers` package itself, one code point after the other (half a minute).
"""
import string
import textwrap
from collections.abc import Callable, Iterable
from itertools import groupby

from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from tools import ROOT

TARGET = ROOT / 'sdk' / 'alula' / 'media' / 'bert_characters.py'
HEAD = '''"""Sets of characters that BERT's normalizer and pre-tokenizer ask for. By `python -m tools.bert_characters`.

Each says by turns how many code points lie outside and inside, from U+0000 on: numbers of base 26 whose last digit is
a small letter and those before it capitals ('c' is 2, 'Bc' 28). They are those of the `tokenizers` package, which stays
with Unicode 8: a mark or a punctuation mark that came later is part of a word there, and so it is here, whatever
Unicode the host knows."""

'''
SURROGATES = range(0xD800, 0xE000)  # no text of the package can have them; control characters like U+FFFD
NOTHING = {'clean_text': False, 'handle_chinese_chars': False, 'strip_accents': False, 'lowercase': False}


def normalized(**steps: bool) -> Callable[[str], str]:
    return BertNormalizer(**{**NOTHING, **steps}).normalize_str  # type: ignore[no-any-return]


def words(text: str) -> list[str]:
    return [word for word, _ in BertPreTokenizer().pre_tokenize_str(text)]


CLEANED, STRIPPED, SPACED = normalized(clean_text=True), normalized(strip_accents=True), normalized(
    handle_chinese_chars=True)
SETS: dict[str, Callable[[str], bool]] = {
    'CONTROL': lambda c: ord(c) in SURROGATES or CLEANED(c) == '',
    'NONSPACING_MARKS': lambda c: ord(c) not in SURROGATES and STRIPPED(c) == '',
    'WHITESPACE': lambda c: ord(c) not in SURROGATES and words(f'a{c}b') == ['a', 'b'],
    'PUNCTUATION': lambda c: ord(c) not in SURROGATES and words(f'a{c}b') == ['a', c, 'b'],
    'CHINESE': lambda c: ord(c) not in SURROGATES and SPACED(c) == f' {c} ',
}


def runs(members: Iterable[bool]) -> str:
    """The lengths of runs, of non-members first; the last run, of non-members, is left out."""
    lengths = [(inside, sum(1 for _ in run)) for inside, run in groupby(members)]
    if lengths[0][0]:
        lengths.insert(0, (False, 0))
    return ''.join(base26(length) for _, length in lengths[: len(lengths) // 2 * 2])


def base26(number: int) -> str:
    digits = string.ascii_lowercase[number % 26]
    while number >= 26:
        number //= 26
        digits = string.ascii_uppercase[number % 26] + digits
    return digits


def literal(name: str, text: str) -> str:
    """An assignment in lines of at most 120 characters."""
    lines = textwrap.wrap(text, 114)
    if len(lines) == 1:
        return f"{name} = '{lines[0]}'\n"
    return f'{name} = (\n' + ''.join(f"    '{line}'\n" for line in lines) + ')\n'


def main() -> None:
    everything = [chr(code) for code in range(0x110000)]
    texts = {name: runs(map(member, everything)) for name, member in SETS.items()}
    TARGET.write_text(HEAD + ''.join(literal(name, text) for name, text in texts.items()), encoding='utf-8')


if __name__ == '__main__':
    main()
