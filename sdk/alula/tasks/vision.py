"""What tasks on pictures have in common: pictures in, a batch where the model takes one, an answer for each."""

from __future__ import annotations

from typing import Any

from alula.errors import ArgumentTypeError, SettingError
from alula.host.clock import now_ms
from alula.media.fit import Fitted
from alula.media.image import Image
from alula.session import InferenceSession
from alula.tasks.image_input import ImageInput
from alula.tasks.task import Task
from alula.tensor import Tensor

# What the setting `input` may say; a model's metadata may also say what later versions know.
INPUT_KEYS = ['layout', 'channels', 'order', 'scale', 'mean', 'std', 'fit', 'resize', 'pad', 'box', 'width', 'height']


class VisionTask(Task):
    """A task on pictures. `input`: what the caller says of the model's input, over what its metadata says; `fit`: how
    pictures are made to fit where neither says it."""

    def __init__(self, session: InferenceSession, input: dict[str, Any] | None, fit: str) -> None:
        super().__init__(session)
        spec: dict[str, Any] = {'fit': fit}
        described = self._described.get('input')
        if isinstance(described, dict):
            spec.update(described)
        if input is not None:
            for key in input:
                if key not in INPUT_KEYS:
                    raise SettingError('input', f"'{key}' is unknown; known are {', '.join(INPUT_KEYS)}")
            spec.update(input)
        self._input = ImageInput(session.input_metadata[0], spec)

    async def see(self, source: Any) -> Image:
        """A picture as the model will see it: made to fit, before its bytes become the model's numbers."""
        return (await self._fitted(source)).image

    async def _answers(self, source: Any) -> Any:
        """The answer for a picture, or for each of a list of pictures, which goes through a model with a free batch
        size at once and through others one by one."""
        is_list = isinstance(source, list)
        sources: list[Any] = source if is_list else [source]
        if len(sources) == 0:
            raise ArgumentTypeError('source', 'must be a picture or pictures, not an empty list')
        at_once = len(sources) if self._input.is_free else 1
        answers: list[Any] = []
        spent = [0.0, 0.0, 0.0]
        for first in range(0, len(sources), at_once):
            moments = [now_ms()]
            pictures = [await self._fitted(each) for each in sources[first : first + at_once]]
            feeds = {self._input.label: self._input.tensor(pictures)}
            moments.append(now_ms())
            outputs = await self.session.run(feeds)
            moments.append(now_ms())
            output = outputs[self.session.output_names[0]]
            answers.extend([self._answer(output, i, picture) for i, picture in enumerate(pictures)])
            moments.append(now_ms())
            spent = [spent[i] + moments[i + 1] - moments[i] for i in range(3)]
        self.timings.preprocessing, self.timings.inference, self.timings.postprocessing = spent
        return answers if is_list else answers[0]

    async def _fitted(self, source: Any) -> Fitted:
        return self._input.fitted(await Image.read(source))

    def _answer(self, output: Tensor, index: int, picture: Fitted) -> Any:
        """What the model's output says of one picture of the batch."""
        raise NotImplementedError
