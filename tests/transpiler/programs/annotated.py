"""What annotations let the compiler write shorter: loops by index, lengths, membership and texts."""
from __future__ import annotations
# ruff: noqa


class Row:
    def __init__(self, items: list[int], label: str) -> None:
        self.items_ = items
        self.label = label
        self.counts: dict[str, int] = {'a': 1}

    def total(self) -> int:
        total = 0
        for item in self.items_:
            total += item
        return total


def grown(items: list[int]) -> list[int]:
    """A list that grows while it is walked."""
    for item in items:
        if item < 3:
            items.append(item + 1)
    return items


def shrunk(items: list[int]) -> list[int]:
    seen: list[int] = []
    for item in items:
        seen.append(item)
        items.pop()
    return seen


def numbered(items: list[str]) -> list[str]:
    found: list[str] = []
    for i, item in enumerate(items):
        i += 10
        if item == 'skip':
            continue
        if item == 'stop':
            break
        found.append(f'{i}{item}')
    else:
        found.append('all')
    return found


def rebound(items: list[int]) -> list[int]:
    """The name of the list means another one within the loop."""
    found: list[int] = []
    for item in items:
        items = [9]
        found.append(item + len(items))
    return found


def late(items: list[int]) -> list[int]:
    makers = []
    for item in items:
        makers.append(lambda: item)
    return [make() for make in makers]


def pairs(rows: list[tuple[str, int]]) -> str:
    text = ''
    for name, number in rows:
        text += f'{name}={number};'
    for i, (name, number) in enumerate(rows, 1):
        text += f'{i}{name}{number}'
    return text


def nested(rows: list[list[int]]) -> int:
    total = 0
    for row in rows:
        for item in row:
            total += item * len(row)
    return total


def asked(texts: list[str], numbers: list[int], given: dict[str, int], text: str, n: int) -> list[bool]:
    return [text in texts, n in numbers, text in given, text in 'xaby', text not in texts, n not in numbers, 'k' in given]


def told(n: int, m: int, text: str, flag: bool, x: float, maybe: str | None) -> list[str]:
    return [f'{n}', f'{n}{m}', f'{n}{m}{text}', f'{text}{n + m}', f'{n - m}|{n if n > m else m}', f'{flag}{n}', f'{x}', f'{maybe}', f'a{flag}']


row = Row([1, 2, 3], 'row')
print(row.total(), len(row.items_), len(row.label), len('abc'), len(row.counts), 'a' in row.counts, 'toString' in row.counts)
print(grown([0, 5]), shrunk([1, 2, 3, 4]), rebound([1, 2]), late([1, 2, 3]))
print(numbered(['a', 'b']), numbered(['a', 'skip', 'b', 'stop', 'c']), numbered([]))
print(pairs([('a', 1), ('b', 2)]), nested([[1, 2], [3], []]))
print(asked(['ab', 'c'], [1, 2], {'ab': 1}, 'ab', 2), asked([], [], {}, 'z', 0))
print(told(1, 2, 't', True, 0.5, None), told(-3, 4, '', False, 1e-7, 'm'))


def indexed(items: list[str], pairs: list[tuple[int, int]]) -> list:
    made = [f'{i}{item}' for i, item in enumerate(items)]
    some = [i for i, item in enumerate(items) if item != 'b' or i > 5]
    both = [i + a * b for i, (a, b) in enumerate(pairs)]
    late = [f'{i}{item}' for i, item in enumerate(items, 3)]
    texts = [i for i, c in enumerate('xyz') if c > 'x']
    kept = [i for i, k in enumerate({'k': 1, 'l': 2}.keys())]
    return [made, some, both, late, texts, kept, any(i == 2 for i, _ in enumerate(items)), all(i < 2 for i, _ in enumerate('ab'))]


print(indexed(['a', 'b', 'c'], [(1, 2), (3, 4)]), indexed([], []))
