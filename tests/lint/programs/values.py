"""Programs for S09, S10, S11, S12, S15 and S28."""

PROGRAMS = {
    'truth_of_value': (
        '''
def main():
    xs = []
    if xs:
        print('full')
    else:
        print('empty')
''',
        '''
def main():
    xs = []
    if len(xs) > 0:
        print('full')
    else:
        print('empty')
''',
    ),
    'container_equality': (
        '''
def main():
    print([1, 2] == [1, 2])
''',
        '''
def same(a, b):
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


def main():
    print(same([1, 2], [1, 2]))
''',
    ),
    'container_membership': (
        '''
def main():
    print((1, 2) in [(1, 2), (3, 4)])
''',
        '''
def main():
    print('1,2' in ['1,2', '3,4'])
''',
    ),
    'identity_of_literal': (
        '''
def main():
    n = int('100000')
    print(n is 100000)
''',
        '''
def main():
    n = int('100000')
    print(n == 100000)
''',
    ),
    'call_in_chain': (
        '''
def middle():
    print('called')
    return 2


def main():
    print(1 < middle() < 3)
''',
        '''
def middle():
    print('called')
    return 2


def main():
    m = middle()
    print(1 < m < 3)
''',
    ),
    'list_operator': (
        '''
def main():
    xs = [1] + [2, 3]
    print(len(xs), xs[1])
''',
        '''
def main():
    xs = [1]
    xs.extend([2, 3])
    print(len(xs), xs[1])
''',
    ),
    'text_operator': (
        '''
def main():
    print('-' * 3)
    print('%d%%' % 5)
''',
        '''
def main():
    print('---')
    print(f'{5}%')
''',
    ),
    'container_bit_operator': (
        '''
def main():
    both = {'a', 'b'} & {'b', 'c'}
    print(len(both))
''',
        '''
def main():
    both = [x for x in ['a', 'b'] if x in ['b', 'c']]
    print(len(both))
''',
    ),
    'negative_index': (
        '''
def main():
    xs = [1, 2, 3]
    print(xs[-1])
''',
        '''
def main():
    xs = [1, 2, 3]
    print(xs[len(xs) - 1])
''',
    ),
    'tuple_index': (
        '''
class Grid:
    def __getitem__(self, at):
        return at[0] * 10 + at[1]


def main():
    print(Grid()[1, 2])
''',
        '''
class Grid:
    def value(self, row, column):
        return row * 10 + column


def main():
    print(Grid().value(1, 2))
''',
    ),
    'raise_of_class': (
        '''
def main():
    try:
        raise ValueError
    except ValueError:
        print('caught')
''',
        '''
def main():
    try:
        raise ValueError('what is wrong')
    except ValueError:
        print('caught')
''',
    ),
    'exception_arguments': (
        '''
def main():
    try:
        raise ValueError('bad', 7)
    except ValueError as error:
        print(str(error))
''',
        '''
class SizeError(ValueError):
    def __init__(self, message, size):
        super().__init__(message)
        self.size = size


def main():
    try:
        raise SizeError('bad', 7)
    except SizeError as error:
        print(str(error), error.size)
''',
    ),
    'unknown_exception': (
        '''
def main():
    try:
        raise LookupError('bad')
    except LookupError:
        print('caught')
''',
        '''
class MissingError(Exception):
    pass


def main():
    try:
        raise MissingError('bad')
    except MissingError:
        print('caught')
''',
    ),
    'bare_except': (
        '''
class Stop(BaseException):
    pass


def main():
    try:
        raise Stop('now')
    except:
        print('caught')
''',
        '''
class Stop(Exception):
    pass


def main():
    try:
        raise Stop('now')
    except Exception:
        print('caught')
''',
    ),
    'dict_key': (
        '''
def main():
    table = {2: 'b', 1: 'a'}
    for key in table.keys():
        print(key + 1)
''',
        '''
def main():
    table = {'two': 'b', 'one': 'a'}
    for key in table.keys():
        print(key)
''',
    ),
    'dict_type': (
        '''
def main():
    table: dict[int, str] = {}
    table[2] = 'b'
    for key in table.keys():
        print(key + 1)
''',
        '''
def main():
    table: dict[str, str] = {}
    table['two'] = 'b'
    for key in table.keys():
        print(key)
''',
    ),
    'dict_iteration': (
        '''
def main():
    for key in {'a': 1, 'b': 2}:
        print(key)
''',
        '''
def main():
    for key in {'a': 1, 'b': 2}.keys():
        print(key)
''',
    ),
}
