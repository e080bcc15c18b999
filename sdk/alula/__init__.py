"""Alula runs ONNX models on the user's own device. These are the public names."""

from __future__ import annotations

from alula.env import Env, Versions, WasmSettings, env
from alula.errors import (
    AbortedError,
    AlulaError,
    ArgumentRangeError,
    ArgumentTypeError,
    AttributeValueError,
    BackendError,
    BackendUnavailableError,
    DataDependentShapeError,
    DisposedError,
    ExternalDataError,
    FetchError,
    HostFeatureError,
    InexactIntegerError,
    InputError,
    MissingPackageError,
    ModelFormatError,
    ModelValidationError,
    OutOfMemoryError,
    PlacementError,
    ShapeError,
    TensorError,
    UnsupportedFeatureError,
    UnsupportedOperatorError,
    UnsupportedTypeError,
    ValueCheckError,
)
from alula.metadata import ValueMetadata
from alula.model_info import ModelInfo
from alula.profile import KernelProfile
from alula.report import Placement, ProgramReport, Report
from alula.session import InferenceSession
from alula.tensor import Tensor

__all__ = [
    'AbortedError',
    'AlulaError',
    'ArgumentRangeError',
    'ArgumentTypeError',
    'AttributeValueError',
    'BackendError',
    'BackendUnavailableError',
    'DataDependentShapeError',
    'DisposedError',
    'Env',
    'ExternalDataError',
    'FetchError',
    'HostFeatureError',
    'InexactIntegerError',
    'InferenceSession',
    'InputError',
    'KernelProfile',
    'MissingPackageError',
    'ModelFormatError',
    'ModelInfo',
    'ModelValidationError',
    'OutOfMemoryError',
    'PlacementError',
    'Placement',
    'ProgramReport',
    'Report',
    'ShapeError',
    'Tensor',
    'TensorError',
    'UnsupportedFeatureError',
    'UnsupportedOperatorError',
    'UnsupportedTypeError',
    'ValueCheckError',
    'ValueMetadata',
    'Versions',
    'WasmSettings',
    'env',
]
