"""Programs for S09, S10, S11, S12, S15 and S24."""

PROGRAMS = {
    'truth_of_value': (
        """
def main():
    xs = []
    if xs:
        print('full')
    else:
        print('empty')
""",
        """
def main():
    xs = []
    if len(xs) > 0:
        print('full')
    else:
        print('empty')
""",
    ),
    'container_equality': (
        """
def main():
    xs = [1, 2]
    ys = [1, 2]
    print(xs == ys)
""",
        """
def same(a, b):
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return len(a) == len(b)


def main():
    xs = [1, 2]
    ys = [1, 2]
    print(same(xs, ys), xs == [1, 2])
""",
    ),
    'container_order': (
        """
def main():
    xs = [9]
    ys = [10]
    print(xs < ys)
""",
        """
def main():
    xs = [[10], [9]]
    xs.sort()
    print(xs[0][0], xs[0][0] < xs[1][0])
""",
    ),
    'identity_of_literal': (
        """
def main():
    n = int('100000')
    print(n is 100000)
""",
        """
def main():
    n = int('100000')
    print(n == 100000)
""",
    ),
    'list_operator': (
        """
def main():
    xs = [10]
    ys = [2, 3]
    zs = xs + ys
    print(zs[0])
    xs += ys
    print(xs[0])
""",
        """
def main():
    xs = [10]
    ys = [2, 3]
    zs = [*xs, *ys] + xs
    print(zs[0], len(zs + [4]), len([0] * 3))
    xs.extend(ys)
    xs += [4]
    print(xs[0])
""",
    ),
    'text_repeated': (
        """
def main():
    dash = '-'
    print(dash * 3)
""",
        """
def main():
    dash = '-'
    print('-' * 3, ''.join([dash for _ in range(3)]))
""",
    ),
    'text_percent': (
        """
def main():
    print('%d items' % 5)
""",
        """
def main():
    print(f'{5:d} items')
""",
    ),
    'container_bit_operator': (
        """
def main():
    both = {'a', 'b'} & {'b', 'c'}
    print(len(both))
""",
        """
def main():
    both = {'a', 'b'}.intersection({'b', 'c'})
    print(len(both))
""",
    ),
    'bool_index': (
        """
def main():
    flag = 2 > 1
    print(['no', 'yes'][flag])
""",
        """
def main():
    flag = 2 > 1
    print(['no', 'yes'][1 if flag else 0])
""",
    ),
    'tuple_index': (
        """
class Grid:
    def __getitem__(self, at):
        return at[0] * 10 + at[1]


def main():
    print(Grid()[1, 2])
""",
        """
class Grid:
    def value(self, row, column):
        return row * 10 + column


def main():
    print(Grid().value(1, 2))
""",
    ),
    'dict_key': (
        """
def main():
    table = {2: 'b', 1: 'a'}
    for key in table.keys():
        print(key + 1)
    digits = {'2': 'b', '1': 'a'}
    for key in digits.keys():
        print(key)
""",
        """
def main():
    table = {'two': 'b', 'one': 'a'}
    for key in table.keys():
        print(key)
""",
    ),
    'dict_type': (
        """
def main():
    table: dict[int, str] = {}
    table[2] = 'b'
    for key in table.keys():
        print(key + 1)
""",
        """
def main():
    table: dict[str, str] = {}
    table['two'] = 'b'
    for key in table.keys():
        print(key)
""",
    ),
    'float_text': (
        """
def main():
    x = 4 / 2
    print(f'{x} and ' + str(x))
""",
        """
def main():
    x = 4 / 2
    print(f'{x:.1f} and {x:g}')
""",
    ),
}
