"""Object detection: what a picture shows, and where."""

from __future__ import annotations

from typing import Any

from alula.boxes import Candidate, suppressed
from alula.decode.boxes import candidates
from alula.decode.labels import checked_labels
from alula.decode.scores import checked_output
from alula.errors import OutputError
from alula.media.fit import Fitted
from alula.session import InferenceSession
from alula.tasks.vision import VisionTask
from alula.tensor import Tensor


class Box:
    """A rectangle in pixels of the picture: its upper left corner (`x`, `y`), `width` and `height`, with fractions."""

    def __init__(self, x: float, y: float, width: float, height: float) -> None:
        self.x: float = x
        self.y: float = y
        self.width: float = width
        self.height: float = height

    def __repr__(self) -> str:
        return f'Box({self.x:.1f}, {self.y:.1f}, {self.width:.1f} × {self.height:.1f})'


class Detection:
    """Something on a picture: the `label` of its class, a `score` from 0 to 1, and the `box` around it."""

    def __init__(self, label: str, score: float, box: Box) -> None:
        self.label: str = label
        self.score: float = score
        self.box: Box = box

    def __repr__(self) -> str:
        return f'Detection({self.label!r}, {self.score:.3f}, {self.box})'


class ObjectDetection(VisionTask):
    """Finds things on pictures: `run` gives detections, surest first.

    The model writes float32 [n, 4 + classes, anchors] as exports of YOLOv8 do: rows centre x, centre y, width, height
    in pixels of the input, then a score per class.
    `labels`: names of the classes (their numbers). `threshold`: the score that a detection must exceed (0.25).
    `iou_threshold`: of two that overlap by more (intersection over union) the surer one stays (0.45);
    `class_agnostic`: also where their classes differ (False). `max_detections`: at most so many (300). `input`: see
    README, "A model of your own"; fit is 'letterbox' by default. What is not given here is taken from the model's
    metadata.
    """

    def __init__(
        self,
        session: InferenceSession,
        *,
        input: dict[str, Any] | None = None,
        labels: list[str] | None = None,
        threshold: float | None = None,
        iou_threshold: float | None = None,
        class_agnostic: bool | None = None,
        max_detections: int | None = None,
    ) -> None:
        super().__init__(session, input, 'letterbox')
        self.labels: list[str] | None = self._setting('labels', labels, None)
        self._threshold: float = self._setting('threshold', threshold, 0.25)
        self._iou_threshold: float = self._setting('iou_threshold', iou_threshold, 0.45)
        self._class_agnostic: bool = self._setting('class_agnostic', class_agnostic, False)
        self._max_detections: int = self._setting('max_detections', max_detections, 300)

    async def run(self, source: Any) -> Any:
        """What is found on a picture, or on each of a list of pictures.

        `source`: see `Image.read`. A list goes through a model with a free batch size at once, through others one by
        one. Raises what `Image.read` and `InferenceSession.run` raise, SettingError, and OutputError where the model
        writes what the task can't read.
        """
        return await self._answers(source)

    def _answer(self, output: Tensor, index: int, picture: Fitted) -> list[Detection]:
        label = self.session.output_names[0]
        checked_output(output, label, 3, 'n,4 + classes,anchors')
        rows, anchors = output.dims[1], output.dims[2]
        if rows < 5:
            raise OutputError(label, f'it has {rows} rows, and 4 of a box and one a class are needed')
        labels = checked_labels('labels', self.labels, rows - 4)
        found = candidates(output.array, index * rows * anchors, rows - 4, anchors, self._threshold)
        kept = suppressed(found, self._iou_threshold, self._class_agnostic, self._max_detections)
        return [Detection(labels[each.label], each.score, box_of(each, picture)) for each in kept]


def box_of(found: Candidate, picture: Fitted) -> Box:
    """A box in pixels of the model's input as one of the picture that was made to fit it."""
    left = picture.source_x(found.left)
    top = picture.source_y(found.top)
    return Box(left, top, picture.source_x(found.right) - left, picture.source_y(found.bottom) - top)
