"""Every error that Alula raises: one class each, with a `code` and a sentence that names what the reader can act on.

`code` is stable and for programs; `message` (also `str(error)`) is for people. Errors of argument checks
(`ArgumentTypeError`, `ArgumentRangeError`) are native TypeError and RangeError in JS as well."""

from __future__ import annotations

from typing import Any

from alula.host.native import as_native_errors


class AlulaError(Exception):
    """Base of all errors. `code`: upper-case word of the class; `message`: what happened and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message

    def within(self, where: str) -> AlulaError:
        """Put the place where it happened before the message (a node, a backend); returns the error itself."""
        self.message = where + ': ' + self.message
        return self


class ModelFormatError(AlulaError):
    """The bytes are no ONNX model or are damaged. `position`: byte offset (-1 unknown); `path`: field path in the
    model."""

    def __init__(self, what: str, position: int, path: str) -> None:
        place = ' at byte ' + str(position) if position >= 0 else ''
        field = ' (' + path + ')' if path != '' else ''
        super().__init__('MODEL_FORMAT', 'The model cannot be read: ' + what + place + field + '.')
        self.position = position
        self.path = path


class ModelValidationError(AlulaError):
    """The model was read but its graph breaks the rules of ONNX. `where`: graph, node or value concerned."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__('MODEL_INVALID', 'The model is not valid: ' + what + ' (' + where + ').')
        self.where = where


class ExternalDataError(AlulaError):
    """Weights that the model keeps in another file are missing or do not fit. `location`: that file's name in the
    model."""

    def __init__(self, location: str, tensor: str, what: str) -> None:
        super().__init__('EXTERNAL_DATA', "External data '" + location + "' of tensor '" + tensor + "': " + what + '.')
        self.location = location
        self.tensor = tensor


class UnsupportedOperatorError(AlulaError):
    """No implementation of an operator of the model in this version of the operator set."""

    def __init__(self, op: str, domain: str, opset: int, node: str) -> None:
        full = op if domain == '' else domain + '.' + op
        super().__init__(
            'UNSUPPORTED_OPERATOR',
            "Operator '" + full + "' (opset " + str(opset) + ") of node '" + node + "' is not supported.",
        )
        self.op = op
        self.domain = domain
        self.opset = opset
        self.node = node


class UnsupportedTypeError(AlulaError):
    """An element type that does not exist or that the place it stands in cannot take."""

    def __init__(self, dtype: str, what: str) -> None:
        super().__init__('UNSUPPORTED_TYPE', "Element type '" + dtype + "': " + what + '.')
        self.dtype = dtype


class UnsupportedFeatureError(AlulaError):
    """A valid model asks for something that Alula does not do; `feature` says what."""

    def __init__(self, feature: str) -> None:
        super().__init__('UNSUPPORTED_FEATURE', 'Not supported: ' + feature + '.')
        self.feature = feature


class AttributeValueError(AlulaError):
    """An operator's attribute is missing, of the wrong kind or out of range."""

    def __init__(self, attribute: str, what: str) -> None:
        super().__init__('ATTRIBUTE', "Attribute '" + attribute + "': " + what + '.')
        self.attribute = attribute


class ShapeError(AlulaError):
    """Shapes, ranks or axes that do not go together."""

    def __init__(self, what: str) -> None:
        super().__init__('SHAPE', what + '.')


class DataDependentShapeError(AlulaError):
    """A value that is known only after a kernel has run stands where it must be known before. `value`: what it is of
    its node; `inputs`: the names of the model's inputs that it is computed from; `sources`: those of the node's."""

    def __init__(self, value: str, what: str, inputs: list[str], sources: list[str]) -> None:
        super().__init__('DATA_DEPENDENT_SHAPE', "A shape depends on the data of '" + value + "': " + what + '.')
        self.value = value
        self.inputs = inputs
        self.sources = sources
        # The node, if it is the host that must compute it.
        self.node: Any = None


class ValueCheckError(AlulaError):
    """A value that an operator computes with is out of its range, such as an index beyond its axis."""

    def __init__(self, what: str) -> None:
        super().__init__('VALUE', what + '.')


class InputError(AlulaError):
    """A feed does not fit the model: it is missing, unknown, or of another type, rank or size than the model says."""

    def __init__(self, input_name: str, what: str) -> None:
        super().__init__('INPUT', "Input '" + input_name + "': " + what + '.')
        self.input_name = input_name


class ImageError(AlulaError):
    """A picture cannot be read, or has nothing that a model could look at."""

    def __init__(self, what: str) -> None:
        super().__init__('IMAGE', 'The image cannot be used: ' + what + '.')


class SettingError(AlulaError):
    """What a task must know of its model, by option or from the model's metadata, is missing or does not fit.
    `setting`: its name in the metadata; options have the same."""

    def __init__(self, setting: str, what: str) -> None:
        super().__init__('SETTING', "Setting '" + setting + "' of the task: " + what + '.')
        self.setting = setting


class OutputError(AlulaError):
    """An output of the model is not what the task reads: another shape or type, or not a number."""

    def __init__(self, output_name: str, what: str) -> None:
        super().__init__('OUTPUT', "Output '" + output_name + "' cannot be read: " + what + '.')
        self.output_name = output_name


class TokenizerError(AlulaError):
    """A tokenizer.json is damaged, or asks for what Alula does not have."""

    def __init__(self, what: str) -> None:
        super().__init__('TOKENIZER', 'The tokenizer cannot be used: ' + what + '.')


class TensorError(AlulaError):
    """A tensor was made from data that does not fit its dims, or is read from a place where it is not."""

    def __init__(self, what: str) -> None:
        super().__init__('TENSOR', what + '.')


class InexactIntegerError(AlulaError):
    """A 64-bit integer that is not exact on this host (beyond ±2**53). `text`: the value in words."""

    def __init__(self, text: str) -> None:
        super().__init__('INEXACT_INTEGER', 'The integer ' + text + ' is beyond ±2^53 and would lose digits here.')
        self.text = text


class BackendError(AlulaError):
    """A backend failed while compiling or running. The session may go on with the next backend."""

    def __init__(self, backend: str, what: str) -> None:
        super().__init__('BACKEND', "Backend '" + backend + "': " + what + '.')
        self.backend = backend


class PlacementError(AlulaError):
    """A session was asked to be strict, and its backend leaves nodes to another. `nodes`: lines 'node: why'."""

    def __init__(self, backend: str, nodes: list[str]) -> None:
        what = f"Backend '{backend}' can't compute {len(nodes)} of the model's kernels, and the session is strict. "
        super().__init__('PLACEMENT', what + '; '.join(nodes) + '.')
        self.nodes = nodes


class BackendUnavailableError(AlulaError):
    """None of the asked backends can run here. `reasons`: one line per backend, 'name: why not'."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__('BACKEND_UNAVAILABLE', 'No backend is available. ' + '; '.join(reasons) + '.')
        self.reasons = reasons


class MissingPackageError(AlulaError):
    """An optional Python package is needed; `requirement` is what to install with pip."""

    def __init__(self, requirement: str, purpose: str) -> None:
        super().__init__(
            'MISSING_PACKAGE', purpose + ' needs the package ' + requirement + ': pip install ' + requirement
        )
        self.requirement = requirement


class HostFeatureError(AlulaError):
    """This host (browser, Node, CPython) lacks what was asked for; `feature` says what."""

    def __init__(self, feature: str, what: str) -> None:
        super().__init__('HOST_FEATURE', feature + ' is not available here: ' + what + '.')
        self.feature = feature


class OutOfMemoryError(AlulaError):
    """The host refused memory. `wanted`: bytes asked for."""

    def __init__(self, wanted: int) -> None:
        super().__init__('OUT_OF_MEMORY', 'This device does not give ' + str(wanted) + ' bytes of memory.')
        self.wanted = wanted


class FetchError(AlulaError):
    """A URL or a file could not be read. `status`: HTTP status, 0 if there was no answer or for a file."""

    def __init__(self, url: str, status: int, what: str) -> None:
        answer = ' (HTTP ' + str(status) + ')' if status > 0 else ''
        super().__init__('FETCH', "Cannot read '" + url + "'" + answer + ': ' + what + '.')
        self.url = url
        self.status = status


class IntegrityError(AlulaError):
    """A file's bytes are not those that `integrity` promises; they were not kept. `expected` and `actual`: as in
    Subresource Integrity, 'sha256-…'."""

    def __init__(self, url: str, expected: str, actual: str) -> None:
        what = "'" + url + "' has the hash " + actual + ', not ' + expected
        super().__init__('INTEGRITY', what + ': it was changed or damaged, or `integrity` is that of another version.')
        self.url = url
        self.expected = expected
        self.actual = actual


class StorageError(AlulaError):
    """The model cache can't be opened, read or written: no IndexedDB here, no space left. `create` goes on without it
    and says so in `report().notes`; `model_cache` raises it."""

    def __init__(self, what: str) -> None:
        super().__init__('STORAGE', 'The model cache cannot be used: ' + what + '.')


class AbortedError(AlulaError):
    """The caller's AbortSignal ended the operation."""

    def __init__(self, what: str) -> None:
        super().__init__('ABORTED', what + ' was aborted by its signal.')


class DisposedError(AlulaError):
    """A session or tensor is used after release() or dispose()."""

    def __init__(self, what: str) -> None:
        super().__init__('DISPOSED', what + ' was released.')


class ArgumentTypeError(AlulaError):
    """An argument is of the wrong type. In JS also a TypeError."""

    def __init__(self, argument: str, what: str) -> None:
        super().__init__('ARGUMENT_TYPE', "Argument '" + argument + "' " + what + '.')
        self.argument = argument


class ArgumentRangeError(AlulaError):
    """An argument is of the right type but outside what is allowed. In JS also a RangeError."""

    def __init__(self, argument: str, what: str) -> None:
        super().__init__('ARGUMENT_RANGE', "Argument '" + argument + "' " + what + '.')
        self.argument = argument


as_native_errors(AlulaError, ArgumentTypeError, ArgumentRangeError)
