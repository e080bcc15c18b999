"""Pose estimation: where the joints of a figure are."""

from __future__ import annotations

from typing import Any

from alula.decode.heatmaps import peak
from alula.decode.labels import checked_labels
from alula.decode.scores import checked_output
from alula.media.fit import Fitted
from alula.session import InferenceSession
from alula.tasks.vision import VisionTask
from alula.tensor import Tensor


class Keypoint:
    """A joint: its `name`, where it is in pixels of the picture (`x`, `y`, with fractions), a `score` from 0 to 1."""

    def __init__(self, name: str, x: float, y: float, score: float) -> None:
        self.name: str = name
        self.x: float = x
        self.y: float = y
        self.score: float = score

    def __repr__(self) -> str:
        return f'Keypoint({self.name!r}, {self.x:.1f}, {self.y:.1f}, {self.score:.3f})'


class Pose:
    """A figure: its `keypoints` in the model's order, and the mean of their scores."""

    def __init__(self, keypoints: list[Keypoint]) -> None:
        self.keypoints: list[Keypoint] = keypoints
        self.score: float = sum([keypoint.score for keypoint in keypoints]) / len(keypoints)

    def __repr__(self) -> str:
        return f'Pose({self.keypoints})'


class PoseEstimation(VisionTask):
    """Finds the joints of the figure on a picture: `run` gives poses, of which there is one. The model writes heatmaps,
    float32 [n, keypoints, height, width], that cover the input.

    `keypoints`: their names (their numbers). `skeleton`: pairs of keypoints (by index) that a line connects. `input`:
    see README, "A model of your own"; fit is 'letterbox' by default. What is not given here is taken from the model's
    metadata.
    """

    def __init__(
        self,
        session: InferenceSession,
        *,
        input: dict[str, Any] | None = None,
        keypoints: list[str] | None = None,
        skeleton: list[list[int]] | None = None,
    ) -> None:
        super().__init__(session, input, 'letterbox')
        self.keypoints: list[str] | None = self._setting('keypoints', keypoints, None)
        self.skeleton: list[list[int]] = self._setting('skeleton', skeleton, [])

    async def run(self, source: Any) -> Any:
        """The poses on a picture, or on each of a list of pictures.

        `source`: see `Image.read`. A list goes through a model with a free batch size at once, through others one by
        one. Raises what `Image.read` and `InferenceSession.run` raise, SettingError, and OutputError where the model
        writes what the task can't read.
        """
        return await self._answers(source)

    def _answer(self, output: Tensor, index: int, picture: Fitted) -> list[Pose]:
        checked_output(output, self.session.output_names[0], 4, 'n,keypoints,height,width')
        count, height, width = output.dims[1:]
        names = checked_labels('keypoints', self.keypoints, count)
        scale_x = picture.image.width / width
        scale_y = picture.image.height / height
        found: list[Keypoint] = []
        for k in range(count):
            top = peak(output.array, (index * count + k) * width * height, width, height)
            x = picture.source_x(top.x * scale_x)
            y = picture.source_y(top.y * scale_y)
            found.append(Keypoint(names[k], x, y, min(max(top.score, 0.0), 1.0)))
        return [Pose(found)]
