"""How the nets for pictures are trained, exported and saved: what their scripts have in common."""

import io
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from models.layers import fold

Net = TypeVar('Net', bound=nn.Module)
# RGB between 0 and 1, of whatever fits into the square.
PICTURE = {'layout': 'nchw', 'channels': 3, 'scale': 1 / 255, 'mean': [0, 0, 0], 'std': [1, 1, 1], 'fit': 'letterbox'}


def trained(make: Callable[[], Net], loss: Callable[[Net, Tensor, torch.Generator], Tensor], count: int, *,
            epochs: int, batch: int, rate: float) -> Net:
    """The net after AdamW with one cycle of learning rates (Smith and Topin 2018), its normalizations folded.

    `loss(net, indices, generator)`: of those of the `count` examples. Everything is drawn from seeds."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    model = make().to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-2)
    steps = math.ceil(count / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * steps, pct_start=0.15)
    start = time.monotonic()
    for epoch in range(epochs):
        total = 0.0
        for i, indices in enumerate(torch.randperm(count, generator=generator).split(batch)):
            value = loss(model, indices, generator)
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            schedule.step()
            total += value.item()
            if i % 100 == 99:
                print(f'epoch {epoch}, step {i + 1} of {steps}: loss {total / 100:.3f}, '
                      f'{time.monotonic() - start:.0f} s', flush=True)
                total = 0.0
    fold(model.eval())
    return model.to(memory_format=torch.contiguous_format)


def exported(model: nn.Module, name: str, side: int, output: str, shape: list[int]) -> onnx.ModelProto:
    """The net as ONNX: `image` [batch, 3, side, side] → `output` [batch, *shape]."""
    buffer = io.BytesIO()
    torch.onnx.export(model, (torch.zeros(1, 3, side, side),), buffer, dynamo=False, opset_version=17,
                      input_names=['image'], output_names=[output],
                      dynamic_axes={'image': {0: 'batch'}, output: {0: 'batch'}})
    made = onnx.load_from_string(buffer.getvalue())
    made.graph.name = name
    for dim, size in zip(made.graph.output[0].type.tensor_type.shape.dim[1:], shape, strict=True):
        dim.dim_value = size
    return made


def answer(session: onnxruntime.InferenceSession, pixels: np.ndarray) -> np.ndarray:
    """What the net says of one picture, uint8 [height, width, 3]."""
    image = (pixels.astype(np.float32) / 255).transpose(2, 0, 1)[None]
    return session.run(None, {'image': image})[0][0]


def save(model: onnx.ModelProto, path: Path, task: str, settings: dict[str, Any], accuracy: str) -> None:
    """Write the file, which says what `pipeline` must know of it."""
    onnx.helper.set_model_props(model, {
        'alula': json.dumps({'task': task, **settings, 'input': PICTURE}),
        'accuracy': accuracy,
    })
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString(deterministic=True)
    path.write_bytes(content)
    print(f'{accuracy}; {path.name}: {len(content) / 1024:.0f} KB')
