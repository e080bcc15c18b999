"""Exceptions: hierarchies, causes, order of clauses, else and finally."""
# ruff: noqa


class AlulaError(Exception):
    code = 'alula'

    def __init__(self, message, *, node=None):
        super().__init__(message)
        self.node = node


class ShapeError(AlulaError):
    code = 'shape'


class Custom(Exception):
    def __init__(self, a, b):
        super().__init__(f'{a} and {b}')
        self.a = a

    def __str__(self):
        return 'custom ' + str(self.a)


class Bare(ValueError):
    pass


def attempt(action):
    try:
        return action()
    except ShapeError as e:
        return ['shape', e.code, str(e), e.node]
    except AlulaError as e:
        return ['alula', e.code, str(e), e.node]
    except (KeyError, IndexError) as name:
        return ['lookup', str(name), repr(name)]
    except ValueError as e:
        return ['value', str(e), repr(e), list(e.args)]
    except Exception as e:
        return ['other', type(e).__name__, str(e)]


def throw(error):
    raise error


print(attempt(lambda: throw(ShapeError('bad', node='n'))))
print(attempt(lambda: throw(AlulaError('bad'))))
print(attempt(lambda: throw(KeyError('k'))))
print(attempt(lambda: throw(IndexError('i'))))
print(attempt(lambda: throw(ValueError('v', 2))))
print(attempt(lambda: throw(ValueError())))
print(attempt(lambda: throw(ValueError)))
print(attempt(lambda: throw(Bare('b'))))
print(attempt(lambda: throw(Custom(1, 2))))
print(attempt(lambda: throw(TypeError('t'))))
print(attempt(lambda: throw(RuntimeError('r'))), attempt(lambda: throw(NotImplementedError('n'))))
print(attempt(lambda: throw(OSError('o'))), attempt(lambda: throw(ZeroDivisionError('z'))))
print(attempt(lambda: {'a': 1}.pop('b')), attempt(lambda: [].pop()), attempt(lambda: int('12abc')))
print(attempt(lambda: [1].remove(2)), attempt(lambda: next(iter([]))), attempt(lambda: float('x')))
print(isinstance(ShapeError('x'), AlulaError), isinstance(Bare('b'), ValueError), issubclass(IndexError, LookupError))


def cause():
    try:
        try:
            raise KeyError('inner')
        except KeyError as e:
            raise ShapeError('outer') from e
    except AlulaError as e:
        return [str(e), str(e.__cause__), type(e.__cause__).__name__]


print(cause())


def again():
    seen = []
    try:
        try:
            raise ValueError('first')
        except ValueError:
            seen.append('caught')
            raise
        finally:
            seen.append('finally')
    except ValueError as e:
        seen.append(str(e))
    return seen


print(again())


def paths(x):
    seen = []
    try:
        if x == 0:
            raise ValueError('zero')
        if x == 1:
            return seen + ['returned']
        seen.append('body')
    except ValueError:
        seen.append('except')
    else:
        seen.append('else')
        if x == 3:
            seen.append('three')
    finally:
        seen.append('finally')
    return seen


print([paths(x) for x in range(4)])


def escaping():
    try:
        try:
            pass
        except ValueError:
            return 'wrong'
        else:
            raise ValueError('from else')
    except ValueError as e:
        return str(e)


print(escaping())


def loop():
    seen = []
    for x in [1, 2, 3, 4]:
        try:
            if x == 2:
                continue
            if x == 4:
                break
            seen.append(x)
        finally:
            seen.append(-x)
    return seen


print(loop())


def nested():
    try:
        raise ValueError('a')
    except ValueError as e:
        first = e
        try:
            raise KeyError('b')
        except KeyError:
            pass
        def inner():
            try:
                raise IndexError('c')
            except IndexError as e2:
                return str(e2)
        return [str(first), inner()]


print(nested())
error = AlulaError('kept', node=3)
try:
    raise error
except AlulaError as e:
    print(e is error, e.node, e.args[0])
try:
    print(undefined_function())
except NameError as e:
    print('name error')
except Exception:
    print('name error')
