"""Programs for S18."""

PROGRAMS = {
    'long_integer': (
        """
def main():
    n = 2**53 + 1
    print(n % 10)
""",
        """
def main():
    n = 2**53 - 1
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
