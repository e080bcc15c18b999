"""Programs for S18."""

PROGRAMS = {
    'long_integer': (
        """
def main():
    n = 9007199254740993
    print(n % 10)
""",
        """
def main():
    n = 9007199254740991
    print(n % 10)
""",
    ),
    'wide_bits': (
        """
def main():
    x = 3000000000
    print(x & 0xFFFFFFFF)
""",
        """
def main():
    x = 3000000000
    print(x % 4294967296)
""",
    ),
}
