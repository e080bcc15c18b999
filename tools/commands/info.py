"""`build.py info`: what a model is made of, and which backend would run which part of it."""
import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tools import BuildError

# The backend that each host prefers; both can be asked under CPython, where wasmtime stands in for the browser.
PREFERRED = {'browser, Node': 'wasm', 'CPython': 'numpy'}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('model', type=Path, metavar='MODEL.onnx')
    parser.add_argument('--dim', action='append', default=[], metavar='SYMBOL=SIZE', help='size of a free dimension')
    parser.add_argument('--json', action='store_true', help='print the same as JSON')


def execute(options: argparse.Namespace) -> int:
    from alula import ModelInfo

    from tools import feeds, model_file
    model = model_file.read(options.model)
    info = ModelInfo(options.model.stat().st_size, model)
    sizes = feeds.sizes_of(options.dim)
    found = {
        'file': options.model.name,
        'bytes': info.size,
        'producer': info.producer,
        'ir_version': info.ir_version,
        'opsets': info.opsets,
        'parameters': info.parameters,
        'external_data': info.external_data,
        'inputs': [_value(value) for value in model.graph.feeds()],
        'outputs': [_value(value) for value in model.graph.outputs],
        'operators': [{'name': name, 'count': count, 'supported': name not in info.unsupported}
                      for name, count in info.operators.items()],
    }
    found['placement'] = _placement(options.model, model.graph.feeds(), sizes)
    print(json.dumps(found, indent=1) if options.json else _as_text(found))
    return 0


def _value(info: Any) -> dict[str, Any]:
    return {'name': info.name, 'kind': info.kind, 'type': info.dtype, 'shape': info.shape}


def _placement(path: Path, inputs: list[Any], sizes: dict[str, int]) -> list[dict[str, Any]]:
    """For each preferred backend: how many kernels run on which one, and which nodes run elsewhere; or why it can't."""
    import alula

    from tools import feeds
    free = {dim: sizes.get(dim, 1) for info in inputs for dim in info.shape or [] if isinstance(dim, str)}
    found = []
    for hosts, backend in PREFERRED.items():
        row: dict[str, Any] = {'hosts': hosts, 'backend': backend}
        try:
            session = alula.InferenceSession.create_sync(str(path), execution_providers=[backend],
                                                         free_dimension_overrides=free)
            report = session.report()
            if not report.programs:
                values, _ = feeds.feeds(inputs, {}, free, 0, None)
                session.run_sync(values)
                report = session.report()
        except (alula.AlulaError, BuildError) as error:
            row['error'] = str(error)
        else:
            row['kernels'] = dict(Counter(kernel.backend for kernel in report.placement))
            row['elsewhere'] = sorted({kernel.node for kernel in report.placement if kernel.backend != backend})
            row['memory'] = report.memory
            row['notes'] = report.notes
        found.append(row)
    return found


def _as_text(found: dict[str, Any]) -> str:
    opsets = ', '.join(f'{domain} {version}' for domain, version in found['opsets'].items())
    lines = [f'{found["file"]}: {_size(found["bytes"])}, {found["parameters"]:,} parameters, opset {opsets}, '
             f'IR {found["ir_version"]}{", by " + found["producer"] if found["producer"] else ""}']
    if found['external_data']:
        lines.append(f'weights in {", ".join(found["external_data"])}')
    for title in ('inputs', 'outputs'):
        lines.append(title)
        lines += [f'  {value["name"]}: {_type(value)}' for value in found[title]]
    lines.append('operators')
    width = max((len(operator['name']) for operator in found['operators']), default=0)
    lines += [f'  {operator["name"]:<{width}} {operator["count"]:5}{"" if operator["supported"] else "  not supported"}'
              for operator in found['operators']]
    lines.append('placement, with 1 for each free dimension that --dim does not give')
    for row in found['placement']:
        lines.append(f'  {row["hosts"]}: {_kernels(row)}')
        lines += [f'    elsewhere: {node}' for node in row.get('elsewhere', [])]
        lines += [f'    note: {note}' for note in row.get('notes', [])]
    return '\n'.join(lines)


def _kernels(row: dict[str, Any]) -> str:
    if 'error' in row:
        return f'{row["backend"]} cannot: {row["error"]}'
    kernels = ', '.join(f'{count} kernels on {backend}' for backend, count in row['kernels'].items())
    return f'{kernels or "no kernels: all is constant"}; {_size(row["memory"])} of memory'


def _type(value: dict[str, Any]) -> str:
    shape = 'of any shape' if value['shape'] is None else \
        '[' + ', '.join('?' if dim is None else str(dim) for dim in value['shape']) + ']'
    return f'{"" if value["kind"] == "tensor" else value["kind"] + " of "}{value["type"]} {shape}'


def _size(count: int) -> str:
    return f'{count / 1e6:.1f} MB' if count >= 1e6 else f'{count / 1e3:.1f} KB'
