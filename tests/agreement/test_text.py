"""The real all-MiniLM-L6-v2 through the text tasks: the numbers of onnxruntime and `tokenizers`, on every host."""

from __future__ import annotations

import asyncio
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import alula
import numpy as np
import onnxruntime
import pytest
import tokenizers

from tests.models import minilm
from tools import ROOT, bundle
from tools.browser import Chromium
from tools.node import node_path
from tools.server import serving

TEXTS = [
    'A man is playing a guitar.', 'Someone plays an instrument on stage.',
    'The cat sits on the mat.', 'A kitten is lying on the carpet.',
    'Stock markets fell sharply today.', 'Share prices dropped on Tuesday.',
    'naïve CAFÉ 😀', 'a naive cafe', '北京是中国的首都。', 'Beijing is the capital of China.', '', 'word ' * 300,
]
# What SentenceTransformer.encode gives for these pairs (sentence-transformers 6.2.0, PyTorch 2.13.0, the same weights).
PUBLISHED = {(0, 1): 0.543066, (2, 3): 0.545601, (4, 5): 0.640368, (0, 5): -0.075813, (6, 7): 0.870736,
             (8, 9): 0.476954}
LABELS = {
    'positive': ['I love it.', 'What a wonderful experience!', 'This works great, thank you.'],
    'negative': ['I hate it.', 'What a terrible experience!', 'This is broken and useless.'],
}
REVIEWS = {
    'The film was a joy from beginning to end.': 'positive',
    'The food was cold and the waiter was rude.': 'negative',
    'Best purchase I have made this year!': 'positive',
    'It stopped working after two days.': 'negative',
    'The staff were friendly and helpful.': 'positive',
    'A complete waste of money.': 'negative',
}
# Greatest difference of an element of an embedding, which is a vector of length 1.
TOLERANCE = 2e-6


@cache
def expected(texts: tuple[str, ...], opset: int = 17) -> np.ndarray:
    """As the model's card says: mean of the tokens that the mask leaves, brought to length 1."""
    tokenizer = tokenizers.Tokenizer.from_file(str(minilm.tokenizer_path()))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    encodings = tokenizer.encode_batch(list(texts))
    feeds = {
        'input_ids': np.array([each.ids for each in encodings]),
        'attention_mask': np.array([each.attention_mask for each in encodings]),
        'token_type_ids': np.array([each.type_ids for each in encodings]),
    }
    (states,) = onnxruntime.InferenceSession(str(minilm.path(opset))).run(None, feeds)
    mask = feeds['attention_mask'][:, :, None]
    means = (states * mask).sum(1) / mask.sum(1)
    return means / np.linalg.norm(means, axis=1, keepdims=True)


async def in_cpython(opset: int = 17, provider: str = 'numpy') -> dict[str, Any]:
    """What the tasks make of the texts."""
    tokenizer = str(minilm.tokenizer_path())
    embedding = await alula.pipeline('text-embedding', str(minilm.path(opset)), execution_providers=[provider])
    assert isinstance(embedding, alula.TextEmbedding)
    embeddings = await embedding.run(TEXTS)
    ranking = await embedding.search(TEXTS[0], embeddings)
    classification = await alula.pipeline('text-classification', embedding.session, tokenizer=tokenizer, labels=LABELS)
    answers = await classification.run(list(REVIEWS))
    return {
        'backend': embedding.session.report().backend,
        'embeddings': embeddings.data,
        'ranking': [(match.index, match.score) for match in ranking],
        'labels': [[(each.label, each.score) for each in answer] for answer in answers],
    }


# The same in JavaScript.
JOBS = '''async (alula, {model, tokenizer, texts, labels, reviews}) => {
    const embedding = await alula.pipeline('text-embedding', model, {executionProviders: ['wasm']});
    const embeddings = await embedding.run(texts);
    const ranking = await embedding.search(texts[0], embeddings);
    const classification = await alula.pipeline('text-classification', embedding.session, {tokenizer, labels});
    const answers = await classification.run(reviews);
    const {backend} = embedding.session.report();
    await embedding.release();
    return {
        backend,
        embeddings: texts.map((_, i) => Array.from(embeddings.data.subarray(i * 384, (i + 1) * 384))),
        ranking: ranking.map(({index, score}) => [index, score]),
        labels: answers.map(answer => answer.map(({label, score}) => [label, score])),
    };
}'''


def request(model: str, tokenizer: str) -> dict[str, Any]:
    return {'model': model, 'tokenizer': tokenizer, 'texts': TEXTS, 'labels': LABELS, 'reviews': list(REVIEWS)}


def in_node(folder: Path) -> dict[str, Any]:
    bundle.build()
    program = folder / 'text.mjs'
    asked = json.dumps(request(str(minilm.path()), str(minilm.tokenizer_path())))
    module = json.dumps((ROOT / 'transpiled' / 'index.min.js').as_uri())
    program.write_text(f'import * as alula from {module};\n'
                       f'process.stdout.write(JSON.stringify(await ({JOBS})(alula, {asked})));\n', encoding='utf-8')
    done = subprocess.run([node_path(), program], capture_output=True, text=True, encoding='utf-8', check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def in_chromium(folder: Path, browser: Chromium) -> dict[str, Any]:
    """In a page, with the model and its tokenizer from a server."""
    bundle.build()
    (folder / 'index.html').write_text('<!doctype html><title>page</title>')
    asked = request(f'/models/{minilm.path().name}', f'/models/{minilm.tokenizer_path().name}')
    roots = {'/': folder, '/alula/': ROOT / 'transpiled', '/models/': minilm.BUILT}
    with serving(roots) as server, browser.page(f'{server.address}/index.html') as page:
        answers = page.evaluate(f"async asked => ({JOBS})(await import('/alula/index.min.js'), asked)", asked)
        assert page.errors == []
    return answers  # type: ignore[no-any-return]


def check(answers: dict[str, Any], backend: str) -> None:
    wanted = expected(tuple(TEXTS))
    assert answers['backend'] == backend
    found = np.asarray(answers['embeddings'])
    assert found.shape == (len(TEXTS), 384)
    assert np.abs(found - wanted).max() < TOLERANCE
    for (i, j), cosine in PUBLISHED.items():
        assert found[i] @ found[j] == pytest.approx(cosine, abs=5e-6)
    cosines = wanted @ wanted[0]
    assert [index for index, _ in answers['ranking']] == np.argsort(-cosines, kind='stable').tolist()
    assert [score for _, score in answers['ranking']] == pytest.approx(np.sort(cosines)[::-1].tolist(), abs=TOLERANCE)
    check_labels(answers['labels'])


def check_labels(answers: list[list[tuple[str, float]]]) -> None:
    """The reviews' moods, and the probabilities that a softmax over cosines times 20 gives."""
    prototypes = np.stack([expected(tuple(examples)).mean(0) for examples in LABELS.values()])
    prototypes /= np.linalg.norm(prototypes, axis=1, keepdims=True)
    powers = np.exp(20.0 * expected(tuple(REVIEWS)) @ prototypes.T)
    wanted = powers / powers.sum(1, keepdims=True)
    for answer, probabilities, mood in zip(answers, wanted, REVIEWS.values(), strict=True):
        assert answer[0][0] == mood
        assert dict(map(tuple, answer)) == pytest.approx(dict(zip(LABELS, probabilities, strict=True)), abs=5e-5)


@pytest.mark.parametrize('opset', [11, 13, 17, 21, 25])
def test_in_cpython(opset: int) -> None:
    check(asyncio.run(in_cpython(opset)), 'numpy')


def test_in_node(tmp_path: Path) -> None:
    check(in_node(tmp_path), 'wasm')


def test_in_chromium(tmp_path: Path, chromium: Chromium) -> None:
    check(in_chromium(tmp_path, chromium), 'wasm')
