"""Which operators the models under test use, at which versions: the table of `README.md`, written by

    python -m tests.models.operators
"""

from collections import Counter, defaultdict
from pathlib import Path

from onnx import ModelProto, defs

from tests.models.weights import light_names, names, weightless

README = Path(__file__).with_name('README.md')
MARK = '<!-- from here on written by `python -m tests.models.operators` -->\n'


def opset(model: ModelProto) -> int:
    """The version of the standard operator set that the model is written in."""
    return next(entry.version for entry in model.opset_import if entry.domain in ('', 'ai.onnx'))


def used_operators() -> dict[tuple[str, int], dict[str, list[int]]]:
    """By operator and the version of it that applies (its since-version): the models, each with its opsets."""
    used: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for name in [*names(), *light_names()]:
        model = weightless(name)
        version = opset(model)
        for op_type in sorted({node.op_type for node in model.graph.node}):
            since = defs.get_schema(op_type, version).since_version
            used[op_type, since][name.split('.')[0]].append(version)
    return used


def tables() -> str:
    """Two tables in Markdown: the models with their operators, and the operators with their models."""
    lines = ['## Models\n', '| model | opset | size | nodes | operators, with how often |', '|---|--:|--:|--:|---|']
    for name in [*names(), *light_names()]:
        model = weightless(name)
        counts = Counter(node.op_type for node in model.graph.node)
        operators = ', '.join(f'{op_type} {count}' for op_type, count in sorted(counts.items()))
        size = f'{model.ByteSize() / 1024:.0f} KB'
        lines.append(f'| {name.split(".")[0]} | {opset(model)} | {size} | {counts.total()} | {operators} |')
    lines += ['', '## Operators\n', '| operator | since | models, with their opsets |', '|---|--:|---|']
    for (op_type, since), models in sorted(used_operators().items()):
        where = ', '.join(f'{name} ({" ".join(map(str, sorted(opsets)))})' for name, opsets in sorted(models.items()))
        lines.append(f'| {op_type} | {since} | {where} |')
    return '\n'.join(lines) + '\n'


def written(readme: str) -> str:
    """The README with its tables made anew."""
    return readme[:readme.index(MARK) + len(MARK)] + '\n' + tables()


if __name__ == '__main__':
    README.write_text(written(README.read_text(encoding='utf-8')), encoding='utf-8')
