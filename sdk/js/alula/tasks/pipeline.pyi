"""What JS users give `pipeline`, and which task they get of it. All overloads take the options of the first."""

from collections.abc import Callable
from typing import Literal, overload

from alula.media.tokenizer import TokenizerSource
from alula.session import ExecutionProviderOptions, ExternalData, InferenceSession
from alula.tasks.image_classification import ImageClassification
from alula.tasks.object_detection import ObjectDetection
from alula.tasks.pose_estimation import PoseEstimation
from alula.tasks.text_classification import TextClassification
from alula.tasks.text_embedding import Pooling, TextEmbedding
from alula.tasks.vision import Activation, ImageInputSettings

@overload
async def pipeline(
    task: Literal['image-classification'],
    model: str | bytes | InferenceSession,
    *,
    input: ImageInputSettings | None = None,
    labels: list[str] | dict[str, list[str]] | None = None,
    activation: Activation | None = None,
    top_k: int | None = None,
    threshold: float | None = None,
    iou_threshold: float | None = None,
    class_agnostic: bool | None = None,
    max_detections: int | None = None,
    keypoints: list[str] | None = None,
    skeleton: list[tuple[int, int]] | None = None,
    tokenizer: TokenizerSource | None = None,
    pooling: Pooling | None = None,
    normalize: bool | None = None,
    max_length: int | None = None,
    execution_providers: list[str | ExecutionProviderOptions] | None = None,
    free_dimension_overrides: dict[str, int] | None = None,
    external_data: list[ExternalData] | None = None,
    cache: bool = False,
    integrity: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    signal: AbortSignal | None = None,
) -> ImageClassification: ...
@overload
async def pipeline(
    task: Literal['object-detection'],
    model: str | bytes | InferenceSession,
) -> ObjectDetection: ...
@overload
async def pipeline(
    task: Literal['pose-estimation'],
    model: str | bytes | InferenceSession,
) -> PoseEstimation: ...
@overload
async def pipeline(
    task: Literal['text-embedding'],
    model: str | bytes | InferenceSession,
) -> TextEmbedding: ...
@overload
async def pipeline(
    task: Literal['text-classification'],
    model: str | bytes | InferenceSession,
) -> TextClassification: ...

pipeline_sync = None
