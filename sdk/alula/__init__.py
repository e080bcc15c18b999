"""Alula runs ONNX models on the user's own device. These are the public names."""

from __future__ import annotations

from alula.decode.classification import Classification
from alula.decode.embeddings import similarity
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
    ImageError,
    InexactIntegerError,
    InputError,
    IntegrityError,
    MissingPackageError,
    ModelFormatError,
    ModelValidationError,
    OutOfMemoryError,
    OutputError,
    PlacementError,
    SettingError,
    ShapeError,
    StorageError,
    TensorError,
    TokenizerError,
    UnsupportedFeatureError,
    UnsupportedOperatorError,
    UnsupportedTypeError,
    ValueCheckError,
)
from alula.media.image import Image
from alula.media.tokenizer import Encoding, Tokenizer
from alula.metadata import ValueMetadata
from alula.model_info import ModelInfo
from alula.profile import KernelProfile
from alula.report import Placement, ProgramReport, Report
from alula.session import InferenceSession
from alula.store.cache import CachedFile, CacheUsage, ModelCache, model_cache
from alula.tasks.image_classification import ImageClassification
from alula.tasks.object_detection import Box, Detection, ObjectDetection
from alula.tasks.pipeline import pipeline, pipeline_sync
from alula.tasks.pose_estimation import Keypoint, Pose, PoseEstimation
from alula.tasks.task import Task, Timings
from alula.tasks.text_classification import TextClassification
from alula.tasks.text_embedding import TextEmbedding, TextMatch
from alula.tensor import Tensor

__all__ = [
    'AbortedError',
    'AlulaError',
    'ArgumentRangeError',
    'ArgumentTypeError',
    'AttributeValueError',
    'BackendError',
    'BackendUnavailableError',
    'Box',
    'CacheUsage',
    'CachedFile',
    'Classification',
    'DataDependentShapeError',
    'Detection',
    'DisposedError',
    'Encoding',
    'Env',
    'ExternalDataError',
    'FetchError',
    'HostFeatureError',
    'Image',
    'ImageClassification',
    'ImageError',
    'InexactIntegerError',
    'InferenceSession',
    'InputError',
    'IntegrityError',
    'KernelProfile',
    'Keypoint',
    'MissingPackageError',
    'ModelCache',
    'ModelFormatError',
    'ModelInfo',
    'ModelValidationError',
    'ObjectDetection',
    'OutOfMemoryError',
    'OutputError',
    'Placement',
    'PlacementError',
    'Pose',
    'PoseEstimation',
    'ProgramReport',
    'Report',
    'SettingError',
    'ShapeError',
    'StorageError',
    'Task',
    'Tensor',
    'TensorError',
    'TextClassification',
    'TextEmbedding',
    'TextMatch',
    'Timings',
    'Tokenizer',
    'TokenizerError',
    'UnsupportedFeatureError',
    'UnsupportedOperatorError',
    'UnsupportedTypeError',
    'ValueCheckError',
    'ValueMetadata',
    'Versions',
    'WasmSettings',
    'env',
    'model_cache',
    'pipeline',
    'pipeline_sync',
    'similarity',
]
