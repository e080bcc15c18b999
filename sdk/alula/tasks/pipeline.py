"""`pipeline`: a task by its name."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentRangeError
from alula.host.tasks import run_sync
from alula.loading import beside
from alula.session import InferenceSession
from alula.store.cache import model_cache
from alula.store.files import Files
from alula.tasks.image_classification import ImageClassification
from alula.tasks.object_detection import ObjectDetection
from alula.tasks.pose_estimation import PoseEstimation
from alula.tasks.task import Task
from alula.tasks.text_classification import TextClassification
from alula.tasks.text_embedding import TextEmbedding


def task_rows() -> list[list[Any]]:
    """A row for each task: its name, the options that it takes, and what makes it of a session and options."""
    return [
        [
            'image-classification',
            ['input', 'labels', 'activation', 'top_k'],
            lambda session, options: ImageClassification(session, **options),
        ],
        [
            'object-detection',
            ['input', 'labels', 'threshold', 'iou_threshold', 'class_agnostic', 'max_detections'],
            lambda session, options: ObjectDetection(session, **options),
        ],
        [
            'pose-estimation',
            ['input', 'keypoints', 'skeleton'],
            lambda session, options: PoseEstimation(session, **options),
        ],
        [
            'text-embedding',
            ['tokenizer', 'pooling', 'normalize', 'max_length'],
            lambda session, options: TextEmbedding(session, **options),
        ],
        [
            'text-classification',
            ['labels', 'top_k', 'tokenizer', 'pooling', 'max_length'],
            lambda session, options: TextClassification(session, **options),
        ],
    ]


async def pipeline(
    task: str,
    model: Any,
    *,
    input: dict[str, Any] | None = None,
    labels: list[str] | dict[str, list[str]] | None = None,
    activation: str | None = None,
    top_k: int | None = None,
    threshold: float | None = None,
    iou_threshold: float | None = None,
    class_agnostic: bool | None = None,
    max_detections: int | None = None,
    keypoints: list[str] | None = None,
    skeleton: list[list[int]] | None = None,
    tokenizer: Any = None,
    pooling: str | None = None,
    normalize: bool | None = None,
    max_length: int | None = None,
    execution_providers: list[Any] | None = None,
    free_dimension_overrides: dict[str, int] | None = None,
    external_data: list[Any] | None = None,
    cache: bool = False,
    integrity: str | None = None,
    on_progress: Any = None,
    signal: Any = None,
) -> Task:
    """A task that is ready to run.

    `task`: 'image-classification', 'object-detection', 'pose-estimation', 'text-embedding' or 'text-classification'.
    `model`: bytes of an ONNX file, its path or URL, or a session. What the task must know of the model stands in the
    model's metadata under the key `alula`, as JSON; the task's options (see its class) override it. A tokenizer that is
    not given is `tokenizer.json` beside the model, and `cache` keeps it too. The other options are those of
    `InferenceSession.create`.
    Raises ArgumentRangeError for an unknown task, or an option that the task does not take, and what
    `InferenceSession.create` raises.
    """
    rows = [row for row in task_rows() if row[0] == task]
    if len(rows) == 0:
        raise ArgumentRangeError('task', f"must be one of {', '.join([row[0] for row in task_rows()])}, not '{task}'")
    options = {
        'input': input,
        'labels': labels,
        'activation': activation,
        'top_k': top_k,
        'threshold': threshold,
        'iou_threshold': iou_threshold,
        'class_agnostic': class_agnostic,
        'max_detections': max_detections,
        'keypoints': keypoints,
        'skeleton': skeleton,
        'tokenizer': tokenizer,
        'pooling': pooling,
        'normalize': normalize,
        'max_length': max_length,
    }
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if name not in rows[0][1]:
            raise ArgumentRangeError(name, f"is no option of '{task}', which takes {', '.join(rows[0][1])}")
    if 'tokenizer' in rows[0][1] and tokenizer is None and isinstance(model, str):
        given['tokenizer'] = beside(model, 'tokenizer.json')
    session = model
    if not isinstance(model, InferenceSession):
        session = await InferenceSession.create(
            model,
            execution_providers=execution_providers,
            free_dimension_overrides=free_dimension_overrides,
            external_data=external_data,
            cache=cache,
            integrity=integrity,
            on_progress=on_progress,
            signal=signal,
        )
    if cache and isinstance(given.get('tokenizer'), str):
        files = Files(model_cache.location, None, signal)
        try:
            given['tokenizer'] = await files.fetch(given['tokenizer'], None)
        finally:
            files.close()
    made: Task = rows[0][2](session, given)
    await made.load()
    return made


def pipeline_sync(task: str, model: Any, **options: Any) -> Task:
    """`pipeline` for synchronous Python; the task's `run_sync` is for it too."""
    return run_sync(pipeline(task, model, **options))
