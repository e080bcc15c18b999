"""`build.py run`: one run of a model, on any host, and what it gave."""
import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools import BuildError

if TYPE_CHECKING:
    import numpy as np

    from tools.inference import Run

TOP = 5
SHOWN = 8       # elements of an output, notes of a session


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('model', type=Path, metavar='MODEL.onnx')
    parser.add_argument('--input', action='append', default=[], metavar='[NAME=]FILE',
                        help='.npy, .pb (TensorProto) or a picture; inputs without one get seeded random values')
    parser.add_argument('--dim', action='append', default=[], metavar='SYMBOL=SIZE', help='size of a free dimension')
    parser.add_argument('--pixels', choices=('imagenet', 'unit', 'signed', 'bytes'),
                        help='how the pixels of a picture are scaled (imagenet for three channels, else unit: 0 to 1)')
    parser.add_argument('--labels', type=Path, metavar='FILE',
                        help="names of the classes, one a line (the model's own, if it has any)")
    parser.add_argument('--seed', type=int, default=0, help='of the random values (0)')
    parser.add_argument('--host', choices=('cpython', 'node', 'chromium'), default='cpython')
    parser.add_argument('--backend', action='append', default=[], metavar='NAME',
                        help='numpy, script, wasm, …; repeated: to be tried in this order (what the host prefers)')
    parser.add_argument('--json', action='store_true', help='print everything, all elements included, as JSON')


def execute(options: argparse.Namespace) -> int:
    from tools import feeds, inference, model_file
    model = model_file.read(options.model)
    inputs = model.graph.feeds()
    values, origins = feeds.feeds(inputs, _files(options.input, inputs), feeds.sizes_of(options.dim), options.seed,
                                  options.pixels)
    # With every size fixed the model is compiled by `create`, and `run` is timed for what it is.
    run = inference.run(options.host, options.model, values, feeds.fixed(inputs, values), options.backend)
    labels = options.labels.read_text().splitlines() if options.labels else model_file.labels(model)
    top = _top(run, any(feeds.is_picture(info) for info in inputs), labels)
    print(json.dumps(_as_json(run, origins, top)) if options.json else _as_text(run, origins, top))
    return 0


def _files(given: list[str], inputs: list[Any]) -> dict[str, Path]:
    files = {}
    for text in given:
        name, equals, file = text.partition('=')
        if not equals:
            if len(inputs) != 1:
                raise BuildError(f'--input {text}: the model has {len(inputs)} inputs, so name one: '
                                 f'--input {inputs[0].name if inputs else "NAME"}={text}')
            name, file = inputs[0].name, text
        if not Path(file).is_file():
            raise BuildError(f'--input {text}: there is no file {file}')
        files[name] = Path(file)
    return files


def _top(run: 'Run', picture: bool, labels: list[str]) -> list[tuple[str, float]]:
    """The likeliest classes with their probabilities, if the model classifies a picture; else nothing."""
    import numpy as np
    scores = next(iter(run.outputs.values()))
    if not picture or scores.dtype.kind != 'f' or scores.size < 2 or scores.size != max(scores.shape):
        return []
    values = scores.reshape(-1).astype(np.float64)
    if values.min() < 0 or abs(values.sum() - 1) > 1e-3:     # these are logits
        values = np.exp(values - values.max())
        values /= values.sum()
    best = np.argsort(-values, kind='stable')[:TOP]
    return [(labels[index] if index < len(labels) else str(index), float(values[index])) for index in best]


def _as_json(run: 'Run', origins: list[str], top: list[tuple[str, float]]) -> dict[str, Any]:
    outputs = {name: {'type': _type(array), 'dims': list(array.shape), 'data': array.reshape(-1).tolist()}
               for name, array in run.outputs.items()}
    return {'host': run.host, 'backend': run.backend, 'tried': run.tried, 'notes': run.notes,
            'create_ms': run.create_ms, 'run_ms': run.run_ms, 'inputs': origins, 'outputs': outputs,
            'top': [{'label': label, 'probability': probability} for label, probability in top]}


def _as_text(run: 'Run', origins: list[str], top: list[tuple[str, float]]) -> str:
    lines = [f'{run.host}, backend {run.backend}: created in {run.create_ms:.1f} ms, ran in {run.run_ms:.1f} ms']
    lines += [f'  not used: {reason}' for reason in run.tried]
    lines += [f'  note: {note}' for note in run.notes[:SHOWN]]
    if len(run.notes) > SHOWN:
        lines.append(f'  and {len(run.notes) - SHOWN} more notes, with --json')
    lines += [f'input  {origin}' for origin in origins]
    lines += [f'output {name}: {_type(array)}{list(array.shape)}{_summary(array)}'
              for name, array in run.outputs.items()]
    if top:
        width = max(len(label) for label, _ in top)
        lines += ['top classes'] + [f'  {label:<{width}}  {probability:7.2%}' for label, probability in top]
    return '\n'.join(lines)


def _type(array: 'np.ndarray') -> str:
    return 'string' if array.dtype.kind in 'OU' else array.dtype.name


def _summary(array: 'np.ndarray') -> str:
    values = array.reshape(-1)[:SHOWN].tolist()
    first = ', '.join(f'{value:.6g}' if array.dtype.kind == 'f' else str(value) for value in values)
    text = f'  {first}{", …" if array.size > SHOWN else ""}'
    if array.dtype.kind not in 'fiu' or array.size == 0:
        return text
    return f'{text}  (min {array.min():.6g}, max {array.max():.6g}, mean {array.mean():.6g})'
