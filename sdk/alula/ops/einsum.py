"""Einsum: diagonals and sums of each operand, then products of two."""

from __future__ import annotations

from alula.dtypes import is_float
from alula.errors import AttributeValueError, ShapeError
from alula.kernels.expr import mul
from alula.kernels.view import View, broadcast, transposed, with_axis, without_axis
from alula.ops.attributes import required
from alula.ops.registry import operator
from alula.plan.lower import Lowering


class Term:
    """A view with a letter for each of its dims; those of an ellipsis are called '0', '1', … from the last one on."""

    def __init__(self, view: View, letters: list[str]) -> None:
        self.view = view
        self.letters = letters


@operator('Einsum', 12)
def einsum(g: Lowering, *inputs: View, equation: str | None = None) -> View:
    """Sums of products over named dims, as numpy.einsum."""
    text = required('equation', equation).replace(' ', '')
    parts = text.split('->')
    names = parts[0].split(',')
    if len(parts) > 2 or len(names) != len(inputs):
        raise AttributeValueError('equation', f"'{text}' has not the form of {len(inputs)} terms -> result")
    terms = [Term(view, _letters(names[i], len(view.shape), text)) for i, view in enumerate(inputs)]
    every = [letter for term in terms for letter in term.letters]
    dots = sorted([letter for letter in set_of(every) if letter.isdigit()], reverse=True)
    if len(parts) == 2:
        head, found, tail = parts[1].partition('...')
        result = [*head, *(dots if found != '' else []), *tail]
    else:
        # Without an arrow what stands there once, in the order of the alphabet.
        result = [*dots, *sorted([letter for letter in every if not letter.isdigit() and every.count(letter) == 1])]
    if len(set_of(result)) != len(result) or any(letter not in every for letter in result):
        raise AttributeValueError('equation', f"'{text}' asks for a dim twice, or for one that no operand has")
    terms = _stretched([_diagonal(term, text) for term in terms])
    total = terms.pop(0)
    while len(terms) > 0:
        later = [*result, *[letter for term in terms[1:] for letter in term.letters]]
        other = terms.pop(0)
        left = _summed(g, total, [*other.letters, *later])
        total = _product(g, left, _summed(g, other, [*total.letters, *later]), later)
    total = _summed(g, total, result)
    return transposed(total.view, [total.letters.index(letter) for letter in result])


def set_of(letters: list[str]) -> list[str]:
    """Each letter once, in the order of first use."""
    return [letter for i, letter in enumerate(letters) if letter not in letters[:i]]


def _letters(name: str, rank: int, text: str) -> list[str]:
    head, found, tail = name.partition('...')
    dots = rank - len(head) - len(tail)
    if dots < 0 or (dots > 0 and found == ''):
        raise AttributeValueError('equation', f"'{text}' does not name the {rank} dims of an operand")
    return [*head, *[str(dots - 1 - i) for i in range(dots)], *tail]


def _diagonal(term: Term, text: str) -> Term:
    """A letter that stands there twice runs along the diagonal of both dims."""
    view = term.view
    letters: list[str] = []
    d = 0
    for letter in term.letters:
        if letter not in letters:
            letters.append(letter)
            d += 1
            continue
        first = letters.index(letter)
        if view.shape[first] != view.shape[d]:
            raise ShapeError(f"'{letter}' of '{text}' is both {view.shape[first]} and {view.shape[d]}")
        strides = view.strides[:]
        strides[first] += strides[d]
        view = without_axis(View(view.buffer, view.shape, strides, view.offset), d)
    return Term(view, letters)


def _stretched(terms: list[Term]) -> list[Term]:
    """Dims of size 1 repeated to the size that the letter has elsewhere."""
    sizes: list[str] = []
    found: list[int] = []
    for term in terms:
        for d, letter in enumerate(term.letters):
            size = term.view.shape[d]
            if letter not in sizes:
                sizes.append(letter)
                found.append(size)
            elif found[sizes.index(letter)] == 1:
                found[sizes.index(letter)] = size
    return [
        Term(broadcast(term.view, [found[sizes.index(letter)] for letter in term.letters]), term.letters)
        for term in terms
    ]


def _summed(g: Lowering, term: Term, kept: list[str]) -> Term:
    """The term summed over all letters but those `kept`."""
    gone = [d for d, letter in enumerate(term.letters) if letter not in kept]
    if len(gone) == 0:
        return term
    return Term(g.reduce('sum', term.view, gone, False), [letter for letter in term.letters if letter in kept])


def _product(g: Lowering, a: Term, b: Term, later: list[str]) -> Term:
    """Their product, summed over the letters of both that nothing later asks for."""
    depth = [letter for letter in a.letters if letter in b.letters and letter not in later]
    batch = [letter for letter in a.letters if letter in b.letters and letter in later]
    rows = [letter for letter in a.letters if letter not in b.letters]
    cols = [letter for letter in b.letters if letter not in a.letters]
    letters = [*batch, *rows, *cols]
    left = _in_order(a, [*batch, *rows, *depth])
    if len(depth) > 0 and is_float(left.dtype):
        view = g.contract(left, _in_order(b, [*batch, *depth, *cols]), len(batch), len(rows), len(depth), None)
        return Term(view, letters)
    # Over batch, rows, cols and depth
    right = _in_order(b, [*batch, *cols, *depth])
    for _ in cols:
        left = with_axis(left, len(batch) + len(rows), 1)
    for _ in rows:
        right = with_axis(right, len(batch), 1)
    terms = g.map(mul(left, right))
    reduced = list(range(len(letters), len(letters) + len(depth)))
    return Term(g.reduce('sum', terms, reduced, False) if len(reduced) > 0 else terms, letters)


def _in_order(term: Term, letters: list[str]) -> View:
    return transposed(term.view, [term.letters.index(letter) for letter in letters])
