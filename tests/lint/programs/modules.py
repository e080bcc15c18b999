"""Programs for S02 and S22. All programs lie in one folder, so every further file has a name of its own."""

PROGRAMS = {
    'relative_import': (
        """
from relative_import_room.user import whole


def main():
    print(whole())
# file: relative_import_room/__init__.py
# file: relative_import_room/part.py
def part():
    return 1
# file: relative_import_room/user.py
from .part import part


def whole():
    return part() + 1
""",
        """
from relative_import_house.user import whole


def main():
    print(whole())
# file: relative_import_house/__init__.py
# file: relative_import_house/part.py
def part():
    return 1
# file: relative_import_house/user.py
from relative_import_house.part import part


def whole():
    return part() + 1
""",
    ),
    'passed_on_name': (
        """
from passed_on_name_room import part


def main():
    print(part())
# file: passed_on_name_room.py
from passed_on_name_source import part
# file: passed_on_name_source.py
def part():
    return 1
""",
        """
from passed_on_name_origin import part


def main():
    print(part())
# file: passed_on_name_origin.py
def part():
    return 1
""",
    ),
    'dotted_import': (
        """
import dotted_import_room.state
import dotted_import_room.state as state


def main():
    state.grow()
    print(dotted_import_room.state.size)
# file: dotted_import_room/__init__.py
# file: dotted_import_room/state.py
size = 0


def grow():
    global size
    size = size + 1
""",
        """
import dotted_import_house.state as state


def main():
    state.grow()
    print(state.size)
# file: dotted_import_house/__init__.py
# file: dotted_import_house/state.py
size = 0


def grow():
    global size
    size = size + 1
""",
    ),
    'star_import': (
        """
from star_import_parts import *


def main():
    print(part())
# file: star_import_parts.py
_hidden = 0


def part():
    return 1
""",
        """
from star_import_pieces import part


def main():
    print(part())
# file: star_import_pieces.py
def part():
    return 1
""",
    ),
    'nested_import': (
        """
def main():
    print('first')
    import nested_import_parts
# file: nested_import_parts.py
print('loaded')
""",
        """
from nested_import_pieces import load


def main():
    print('first')
    load()
# file: nested_import_pieces.py
def load():
    print('loaded')
""",
    ),
    'unknown_module': (
        """
import bisect


def main():
    print(bisect.bisect_left([1, 2, 4], 3))
""",
        """
def bisect_left(xs, x):
    low = 0
    high = len(xs)
    while low < high:
        middle = (low + high) // 2
        if xs[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


def main():
    print(bisect_left([1, 2, 4], 3))
""",
    ),
    'missing_member': (
        """
import math


def main():
    print(math.erf(0.0) < 1)
""",
        """
import math


def main():
    print(math.sqrt(4.0) < 3)
""",
    ),
    'module_assignment': (
        """
import module_assignment_state as state


def main():
    state.size = 5
    print(state.read())
# file: module_assignment_state.py
size = 0


def read():
    return size
""",
        """
import module_assignment_room as room


def main():
    room.resize(5)
    print(room.read())
# file: module_assignment_room.py
size = 0


def read():
    return size


def resize(n):
    global size
    size = n
""",
    ),
    'rebound_import': (
        """
from rebound_import_state import size, grow


def main():
    grow()
    print(size)
# file: rebound_import_state.py
size = 0


def grow():
    global size
    size = size + 1
""",
        """
from rebound_import_room import grow, read


def main():
    grow()
    print(read())
# file: rebound_import_room.py
size = 0


def grow():
    global size
    size = size + 1


def read():
    return size
""",
    ),
    'class_assignment': (
        """
class Base:
    limit = 1


class Derived(Base):
    pass


def main():
    Base.limit = 2
    print(Derived().limit)
""",
        """
class Base:
    def __init__(self):
        self.limit = 1


class Derived(Base):
    pass


def main():
    thing = Derived()
    thing.limit = 2
    print(thing.limit)
""",
    ),
}
