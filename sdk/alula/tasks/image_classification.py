"""Image classification: what a picture shows."""

from __future__ import annotations

from typing import Any

from alula.decode.classification import Classification, likeliest
from alula.decode.labels import checked_labels
from alula.decode.scores import activated, checked_output, missing_activation
from alula.host.arrays import sub, to_list
from alula.media.fit import Fitted
from alula.session import InferenceSession
from alula.tasks.vision import VisionTask
from alula.tensor import Tensor


class ImageClassification(VisionTask):
    """Says what pictures show: `run` gives the likeliest classes, likeliest first. The model: float32 [n, classes].

    `labels`: names of the classes (their numbers). `top_k`: how many are given (5). `activation`: 'softmax', 'sigmoid'
    or 'none'; by default 'none' if the model ends in Softmax or Sigmoid, else 'softmax'. `input`: see README, "A model
    of your own". What is not given here is taken from the model's metadata.
    """

    def __init__(
        self,
        session: InferenceSession,
        *,
        input: dict[str, Any] | None = None,
        labels: list[str] | None = None,
        activation: str | None = None,
        top_k: int | None = None,
    ) -> None:
        super().__init__(session, input, 'crop')
        self.labels: list[str] | None = self._setting('labels', labels, None)
        self._top_k: int = self._setting('top_k', top_k, 5)
        self._activation: str = self._setting('activation', activation, missing_activation(session.model.graph))

    async def run(self, source: Any) -> Any:
        """The likeliest classes of a picture, or of each of a list of pictures.

        `source`: see `Image.read`. A list goes through a model with a free batch size at once, through others one by
        one. Raises what `Image.read` and `InferenceSession.run` raise, SettingError, and OutputError where the model
        writes what the task can't read.
        """
        return await self._answers(source)

    def _answer(self, output: Tensor, index: int, picture: Fitted) -> list[Classification]:
        checked_output(output, self.session.output_names[0], 2, 'n,classes')
        classes = output.dims[1]
        labels = checked_labels('labels', self.labels, classes)
        scores = activated(to_list(sub(output.array, index * classes, (index + 1) * classes)), self._activation)
        return likeliest(labels, scores, self._top_k)
