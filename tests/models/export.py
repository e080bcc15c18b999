"""Exports the architectures of `architectures.py` from PyTorch and commits them without their weights.

Not part of any test run: it needs `torch==2.13.0 onnx onnxscript numpy`, which nothing else here does. From the root of
the repository:

    python -m tests.models.export            # writes tests/models/*.onnx
"""

import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import onnx
import torch
from torch import nn

from tests.models import architectures as a
from tests.models.weights import strip

HERE = Path(__file__).parent


class Recipe(NamedTuple):
    """How an opset was exported."""

    exporter: str  # 'torchscript' (traces, the exporter until PyTorch 2.8) or 'dynamo' (the one since)
    keep_norm: bool  # BatchNormalization stays a node instead of being folded into the convolution before it
    fused: bool  # the model calls the fused attention operator instead of spelling it out


# Each opset is met with the exporter and the model code of its time, so that the graphs differ as those in the wild do.
RECIPES = {
    11: Recipe('torchscript', keep_norm=True, fused=False),
    13: Recipe('torchscript', keep_norm=False, fused=False),
    17: Recipe('torchscript', keep_norm=False, fused=True),
    18: Recipe('dynamo', keep_norm=False, fused=True),
    21: Recipe('dynamo', keep_norm=False, fused=True),
    25: Recipe('dynamo', keep_norm=False, fused=True),
}

MODELS: dict[str, Callable[[Recipe], nn.Module]] = {
    'mobilenet_v2': lambda recipe: a.MobileNetV2(),
    'resnet18': lambda recipe: a.ResNet18(),
    'squeezenet1_1': lambda recipe: a.SqueezeNet(),
    'efficientnet_b0': lambda recipe: a.EfficientNetB0(),
    'vit_tiny': lambda recipe: a.ViTTiny(recipe.fused),
    'minilm_l6': lambda recipe: a.MiniLM(recipe.fused),
}


class Signature(NamedTuple):
    """Example arguments by name, the output's name, and the dynamic dimensions of each of them."""

    arguments: dict[str, torch.Tensor]
    output: str
    dynamic: dict[int, str]


IDS = ('input_ids', 'attention_mask', 'token_type_ids')
TEXT = Signature({name: torch.ones(2, 7, dtype=torch.int64) for name in IDS},  # one tensor for all would be one input
                 'last_hidden_state', {0: 'batch', 1: 'sequence'})
VISION = Signature({'image': torch.zeros(2, 3, 224, 224)}, 'logits', {0: 'batch'})


def export(model: nn.Module, signature: Signature, opset: int, recipe: Recipe) -> onnx.ModelProto:
    """Runs the recipe's exporter; the model's weights are in the result."""
    arguments = tuple(signature.arguments.values())
    names = {'input_names': list(signature.arguments), 'output_names': [signature.output], 'opset_version': opset}
    if recipe.exporter == 'dynamo':
        dims = {axis: torch.export.Dim(name) for axis, name in signature.dynamic.items()}
        shapes = tuple(dims for _ in arguments)
        program = torch.onnx.export(model, arguments, dynamo=True, verbose=False, dynamic_shapes=shapes, **names)
        return program.model_proto
    training = torch.onnx.TrainingMode.PRESERVE if recipe.keep_norm else torch.onnx.TrainingMode.EVAL
    buffer = io.BytesIO()
    axes = dict.fromkeys([*signature.arguments, signature.output], signature.dynamic)
    torch.onnx.export(model, arguments, buffer, dynamo=False, dynamic_axes=axes, training=training, **names)
    return onnx.load_from_string(buffer.getvalue())


def distinct_weights(model: nn.Module) -> None:
    """Gives every parameter its own values: the exporter shares equal ones, which only a fresh model has."""
    for tensor in [*model.parameters(), *model.buffers()]:
        if tensor.is_floating_point():
            nn.init.uniform_(tensor, 0.5, 1.5)


def main() -> None:
    warnings.filterwarnings('ignore')
    logging.disable(logging.WARNING)
    torch.manual_seed(0)
    for name, build in MODELS.items():
        for opset, recipe in RECIPES.items():
            model = build(recipe).eval()
            with torch.no_grad():
                distinct_weights(model)
            exported = export(model, TEXT if name == 'minilm_l6' else VISION, opset, recipe)
            strip(exported)
            exported.graph.name = name
            path = HERE / f'{name}.opset{opset}.onnx'
            path.write_bytes(exported.SerializeToString(deterministic=True))
            print(f'{path.name:32} {path.stat().st_size / 1024:6.1f} KB  {len(exported.graph.node)} nodes')


if __name__ == '__main__':
    main()
