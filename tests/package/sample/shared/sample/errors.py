"""The errors of the sample."""

from __future__ import annotations


class SampleError(Exception):
    """Base of the errors. `code`: a stable word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class MissingInputError(SampleError):
    """An input is missing. `input_name`: its name."""

    def __init__(self, input_name: str) -> None:
        super().__init__('MISSING_INPUT', 'missing input ' + input_name)
        self.input_name = input_name


class ArgumentTypeError(SampleError):
    """An argument is of the wrong type. `argument`: its name."""

    def __init__(self, argument: str, what: str) -> None:
        super().__init__('ARGUMENT_TYPE', argument + ' ' + what)
        self.argument = argument
