"""Text classification without training: by the nearest prototype (Snell et al. 2017), the mean of examples."""

from __future__ import annotations

from typing import Any

from alula.decode.classification import Classification, likeliest
from alula.decode.embeddings import mean_row, similarity, stacked_rows
from alula.decode.scores import activated
from alula.errors import SettingError
from alula.host.arrays import sub, to_list
from alula.session import InferenceSession
from alula.tasks.task import Task, Timings
from alula.tasks.text_embedding import TextEmbedding
from alula.tensor import Tensor

# What makes probabilities of cosines: the models learnt with a softmax over cosines times 20 (the default scale of
# sentence-transformers' MultipleNegativesRankingLoss).
SCALE = 20.0


class TextClassification(Task):
    """Says which label a text fits best: `run` gives the likeliest labels, likeliest first.

    `labels`: for each label a few texts that are typical of it. `top_k`: how many labels are given (5). The others are
    those of TextEmbedding, whose models it works with. What is not given here is taken from the model's metadata.
    """

    def __init__(
        self,
        session: InferenceSession,
        *,
        labels: dict[str, list[str]] | None = None,
        top_k: int | None = None,
        tokenizer: Any = None,
        pooling: str | None = None,
        max_length: int | None = None,
    ) -> None:
        super().__init__(session)
        examples: Any = self._setting('labels', labels, None)
        if not isinstance(examples, dict) or len(examples) == 0:
            raise SettingError('labels', 'give for each label a list of texts that are typical of it')
        self._examples: dict[str, list[str]] = examples
        self._top_k: int = self._setting('top_k', top_k, 5)
        self._embedding = TextEmbedding(session, tokenizer=tokenizer, pooling=pooling, max_length=max_length)
        self._prototypes: Tensor | None = None
        self.timings: Timings = self._embedding.timings

    async def load(self) -> None:
        """Get and read the tokenizer, and embed the examples."""
        await self._ready()

    async def run(self, source: str | list[str]) -> Any:
        """The likeliest labels of a text, or of each of a list of texts.

        Scores add up to 1 over all labels. Raises what `TextEmbedding.run` raises.
        """
        prototypes = await self._ready()
        cosines = similarity(await self._embedding.run(source), prototypes)
        n, labels = cosines.dims
        answers = [self._answer(to_list(sub(cosines.array, i * labels, (i + 1) * labels))) for i in range(n)]
        return answers[0] if isinstance(source, str) else answers

    async def _ready(self) -> Tensor:
        """The prototypes, float32 [labels, d]."""
        if self._prototypes is None:
            examples = self._examples.values()
            self._prototypes = stacked_rows([mean_row(await self._embedding.run(texts)) for texts in examples])
        return self._prototypes

    def _answer(self, cosines: list[float]) -> list[Classification]:
        scores = activated([SCALE * cosine for cosine in cosines], 'softmax')
        return likeliest(list(self._examples.keys()), scores, self._top_k)
