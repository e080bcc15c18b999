"""Text embedding: one vector a text, near where the meanings are near; and search by it."""

from __future__ import annotations

from typing import Any

from alula.decode.embeddings import first_of_each, mean_pooled, normalized, similarity, stacked_rows
from alula.decode.scores import top
from alula.errors import ArgumentRangeError, OutputError, SettingError
from alula.host.arrays import to_list
from alula.host.clock import now_ms
from alula.host.tasks import run_sync
from alula.media.tokenizer import Encoding, Tokenizer, listed
from alula.session import InferenceSession
from alula.tasks.task import Task
from alula.tensor import Tensor

# Sessions keep a program per input shape. Texts are padded to multiples of so many tokens, so that those of all lengths
# share a few; the mask keeps padding out of every result.
LENGTH_STEP = 16


class TextMatch:
    """A text that a search found. `index`: its place among those searched; `score`: cosine similarity, -1 to 1."""

    def __init__(self, index: int, score: float, text: str) -> None:
        self.index: int = index
        self.score: float = score
        self.text: str = text

    def __repr__(self) -> str:
        return f'{self.score:.3f} {self.text}'


class TextEmbedding(Task):
    """Embeds texts with an encoder as sentence-transformers has them (BERT and its descendants).

    `tokenizer`: its tokenizer.json, as path or URL, bytes or object, or a Tokenizer. `pooling`: 'mean' of the tokens or
    'cls', the first; what the model has pooled itself (an output [texts, d]) is taken as it is. `normalize`: whether to
    bring the vectors to length 1 (true). `max_length`: after how many tokens a text is cut off (tokenizer.json).
    What is not given here is taken from the model's metadata.
    """

    def __init__(
        self,
        session: InferenceSession,
        *,
        tokenizer: Any = None,
        pooling: str | None = None,
        normalize: bool | None = None,
        max_length: int | None = None,
    ) -> None:
        super().__init__(session)
        if tokenizer is None:
            raise SettingError('tokenizer', 'give the tokenizer.json of the model')
        self._source = tokenizer
        self._tokenizer: Tokenizer | None = None
        self._pooling: str = self._setting('pooling', pooling, 'mean')
        if self._pooling not in ['mean', 'cls']:
            raise SettingError('pooling', f"must be 'mean' or 'cls', not '{self._pooling}'")
        self._normalize: bool = self._setting('normalize', normalize, True)
        self._max_length: int | None = self._setting('max_length', max_length, None)
        self._length = fixed_length(session)
        if self._length > 0:
            self._max_length = self._length if self._max_length is None else min(self._max_length, self._length)
        self._step = LENGTH_STEP if self._length == 0 and 'attention_mask' in session.input_names else 1

    async def load(self) -> None:
        """Get and read the tokenizer."""
        await self._ready()

    async def run(self, source: str | list[str]) -> Tensor:
        """The embeddings of one text or several: float32 [texts, d]."""
        texts = listed('texts', source)
        if len(texts) == 0:
            raise ArgumentRangeError('texts', 'must not be empty')
        self.timings.preprocessing = 0.0
        self.timings.inference = 0.0
        self.timings.postprocessing = 0.0
        return stacked_rows([await self._embedded(text) for text in texts])

    async def search(
        self, query: str, texts: list[str] | Tensor, *, top_k: int | None = None
    ) -> list[TextMatch]:
        """The texts that are nearest to the query, best first: all of them, or `top_k`.

        `texts` may also be their embeddings, which `run` gave once for all searches; the matches then have no text.
        """
        known: list[str] = [] if isinstance(texts, Tensor) else texts
        embeddings = texts if isinstance(texts, Tensor) else await self.run(texts)
        scores = to_list(similarity(await self.run(query), embeddings).array)
        best = top(scores, len(scores) if top_k is None else top_k)
        return [TextMatch(i, scores[i], known[i] if i < len(known) else '') for i in best]

    def search_sync(self, query: str, texts: list[str] | Tensor, *, top_k: int | None = None) -> list[TextMatch]:
        """`search` for synchronous Python."""
        return run_sync(self.search(query, texts, top_k=top_k))

    async def _ready(self) -> Tokenizer:
        if self._tokenizer is None:
            self._tokenizer = await Tokenizer.load(self._source)
        return self._tokenizer

    async def _embedded(self, text: str) -> Tensor:
        """float32 [1, d]."""
        tokenizer = await self._ready()
        start = now_ms()
        encoding = tokenizer.encode(text, max_length=self._max_length, padding=self._length, multiple=self._step)
        encoded = now_ms()
        names = self.session.output_names
        name = 'sentence_embedding' if 'sentence_embedding' in names else names[0]
        outputs = await self.session.run(self._feeds(encoding), [name])
        ran = now_ms()
        pooled = self._pooled(name, outputs[name], encoding)
        embedding = normalized(pooled) if self._normalize else pooled
        self.timings.preprocessing += encoded - start
        self.timings.inference += ran - encoded
        self.timings.postprocessing += now_ms() - ran
        return embedding

    def _feeds(self, encoding: Encoding) -> dict[str, Tensor]:
        """What of the encoding the model takes: some have no token types."""
        known = {
            'input_ids': encoding.input_ids,
            'attention_mask': encoding.attention_mask,
            'token_type_ids': encoding.token_type_ids,
        }
        return {name: known[name] for name in self.session.input_names if name in known}

    def _pooled(self, name: str, output: Tensor, encoding: Encoding) -> Tensor:
        rank = len(output.dims)
        if output.dtype != 'float32' or (rank != 2 and rank != 3):
            raise OutputError(name, f'it is {output}, and float32 [texts, tokens, d] or [texts, d] is expected')
        if rank == 2:
            return output
        if self._pooling == 'cls':
            return first_of_each(output)
        return mean_pooled(output, encoding.attention_mask.array)


def fixed_length(session: InferenceSession) -> int:
    """How many tokens the model takes, where that is fixed; else 0."""
    for info in session.input_metadata:
        if info.label == 'input_ids' and len(info.shape) == 2:
            size: Any = info.shape[1]
            return 0 if isinstance(size, str) else size
    return 0
