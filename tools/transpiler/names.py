"""Python identifiers that get another name in JavaScript, and the reasons. The compiler, the runtime and the facade
share this table; strings and dict keys are never renamed."""
from __future__ import annotations

PREFIX = 'al_'

# Methods that the runtime adds to Array.prototype and String.prototype. The prefix keeps them apart from the methods
# of the host page, of other libraries and of JavaScript itself (`sort`, `split`, `replace` mean something else there).
ADDED_METHODS = frozenset('''
    append clear copy count extend index insert pop remove sort
    capitalize endswith find format isalnum isalpha isdecimal isdigit islower isnumeric isspace isupper join ljust lower
    lstrip partition removeprefix removesuffix replace rfind rjust rpartition rsplit rstrip split splitlines startswith
    strip upper zfill
'''.split())

# Methods of our dict and set, which are a null-prototype object and a subclass of JavaScript's Set.
CONTAINER_METHODS = frozenset('''
    add clear copy difference discard fromkeys get intersection isdisjoint issubset issuperset items keys pop popitem
    remove setdefault symmetric_difference union update values
'''.split())

# Python builtins whose name JavaScript gives another meaning.
BUILTINS = frozenset('enumerate iter next reversed type TypeError deepcopy'.split())

# Names that are read-only on functions, or globals and keywords of JavaScript: no class constant or no variable can
# bear them. `js_name` and its like reach the JavaScript member.
TAKEN = frozenset('''
    arguments case default del false Infinity is isNaN name NaN new selector switch true undefined
'''.split())

ALIASED = ADDED_METHODS | CONTAINER_METHODS | BUILTINS | TAKEN

# Reserved words of JavaScript that Python allows as a variable. Only variables are renamed: `m.delete(k)` stays.
RESERVED = frozenset('''
    catch const debugger delete do enum eval export extends function implements instanceof interface let null package
    private protected public static super this throw typeof var void
'''.split())


def attribute_name(name: str) -> str:
    """The JavaScript property for a Python attribute; `js_x` reaches the plain JavaScript member `x`."""
    if name in ALIASED:
        return PREFIX + name
    return name[3:] if name.startswith('js_') else name


def variable_name(name: str) -> str:
    """The JavaScript variable for a Python variable, parameter, function or class."""
    return PREFIX + name if name in RESERVED else attribute_name(name)
