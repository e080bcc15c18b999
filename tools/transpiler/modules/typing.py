"""What stands for the module `typing` in JavaScript: names that annotations mention, and nothing behind them."""
TYPE_CHECKING = False
Any = Awaitable = Callable = ClassVar = Final = Generic = Iterable = Iterator = Literal = Mapping = None
NamedTuple = NoReturn = Optional = Protocol = Self = Sequence = Type = TypeAlias = TypeGuard = Union = None
Annotated = Coroutine = Generator = Hashable = Never = NotRequired = Required = Sized = TypedDict = None
Buffer = Collection = Container = Dict = FrozenSet = List = MutableMapping = MutableSequence = Set = Text = Tuple = None


def TypeVar(name):
    return None


def cast(kind, value):
    return value


def overload(function):
    return function


def final(target):
    return target
