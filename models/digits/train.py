"""Trains `digits.onnx`, a small convolutional classifier of handwritten digits, and writes it with its held-out images.

Everything is seeded: the same versions of the libraries give the same file. In an environment of its own:

    pip install torch==2.13.0 scikit-learn==1.9.1 onnx==1.23.2
    python models/digits/train.py
"""

import io
import json
import math
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as functional
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

HERE = Path(__file__).parent
CELLS, SIDE = 8, 32  # the data set counts the ink in 8 × 8 cells of a 32 × 32 bitmap
HEIGHT = 28  # of a digit there, where it is not the data set's
HELD_OUT = 450
EPOCHS, BATCH = 240, 64


class Classifier(nn.Module):
    """[batch, 1, 32, 32] of ink between 0 and 1 → [batch, 10]: logits in training, then probabilities.

    The first layer counts the ink in the cells.
    """

    def __init__(self) -> None:
        super().__init__()
        channels = (1, 24, 24, 48, 48)
        self.convolutions = nn.ModuleList(
            [nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in zip(channels, channels[1:])])
        self.norms = nn.ModuleList([nn.BatchNorm2d(b) for b in channels[1:]])
        self.classifier = nn.Linear(48 * 2 * 2, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = functional.avg_pool2d(image, SIDE // CELLS)
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms)):
            x = functional.relu(norm(convolution(x)))
            if i % 2 == 1:
                x = functional.max_pool2d(x, 2)
        logits = self.classifier(functional.dropout(torch.flatten(x, 1), 0.3, self.training))
        return logits if self.training else functional.softmax(logits, dim=1)

    def fold_norms(self) -> None:
        """Moves each trained normalization into the convolution before it."""
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms)):
            self.convolutions[i] = fuse_conv_bn_eval(convolution, norm)
            self.norms[i] = nn.Identity()


def bitmaps(cells: np.ndarray) -> Tensor:
    """[n, 8, 8] ink in sixteenths → [n, 1, 32, 32] whose cells have exactly that ink, evenly spread."""
    scale = SIDE // CELLS
    return torch.from_numpy(np.kron(cells / 16.0, np.ones((1, scale, scale))).astype(np.float32)[:, None])


def redrawn(image: Tensor, generator: torch.Generator) -> Tensor:
    """The images as other hands and pens might draw them: in other widths, turned, slanted, scaled, moved, pale.

    The data set has strokes about 4 pixels wide in a box as high as the bitmap; a person with a mouse keeps to neither.
    """
    n = len(image)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, generator=generator)

    smooth = functional.interpolate(functional.avg_pool2d(image, SIDE // CELLS), (SIDE, SIDE), mode='bicubic')
    threshold, softness = uniform(0.2, 0.8).view(-1, 1, 1, 1), uniform(0.03, 0.15).view(-1, 1, 1, 1)
    strokes = torch.sigmoid((smooth - threshold) / softness)
    turn, slant = uniform(-0.25, 0.25), uniform(-0.35, 0.35)
    width, height = uniform(0.75, 1.8), uniform(0.95, 1.35)  # of the window that the image shows: > 1 shrinks
    zero = torch.zeros(n)
    rotation = torch.stack([turn.cos(), -turn.sin(), turn.sin(), turn.cos()], 1).view(-1, 2, 2)
    stretch = torch.stack([width, slant, zero, height], 1).view(-1, 2, 2)
    move = torch.stack([uniform(-0.2, 0.2), uniform(-0.15, 0.15)], 1).view(-1, 2, 1)
    grid = functional.affine_grid(torch.cat([rotation @ stretch, move], 2), list(image.shape), align_corners=False)
    ink = uniform(0.35, 1.0).view(-1, 1, 1, 1)  # a thin stroke puts little ink into a cell
    drawn = ink * functional.grid_sample(strokes, grid, align_corners=False)
    untouched = (torch.rand(n, generator=generator) < 0.25).view(-1, 1, 1, 1)
    return torch.where(untouched, image, drawn)


def train(images: Tensor, labels: Tensor) -> Classifier:
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    model = Classifier()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = EPOCHS * math.ceil(len(images) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    model.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images), generator=generator).split(BATCH):
            logits = model(redrawn(images[batch], generator))
            loss = functional.cross_entropy(logits, labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval().fold_norms()
    return model


def export(model: Classifier, accuracy: float) -> bytes:
    buffer = io.BytesIO()
    torch.onnx.export(model, (torch.zeros(1, 1, SIDE, SIDE),), buffer, dynamo=False, opset_version=17,
                      input_names=['image'], output_names=['probabilities'],
                      dynamic_axes={'image': {0: 'batch'}, 'probabilities': {0: 'batch'}})
    exported = onnx.load_from_string(buffer.getvalue())
    exported.graph.name = 'digits'
    onnx.helper.set_model_props(exported, {
        'alula': json.dumps({
            'task': 'image-classification',
            'labels': [str(digit) for digit in range(10)],
            'input': {'channels': 1, 'fit': 'ink', 'box': HEIGHT},
        }),
        'accuracy': f'{accuracy:.4f} on {HELD_OUT} held-out images',
        'source': 'Optical Recognition of Handwritten Digits, UCI (Alpaydin and Kaynak 1998), CC BY 4.0',
    })
    onnx.checker.check_model(exported, full_check=True)
    return exported.SerializeToString(deterministic=True)


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    data = load_digits()
    images, digits = data.images.astype(np.uint8), data.target.astype(np.uint8)
    cells, held_out_cells, labels, held_out_labels = train_test_split(
        images, digits, test_size=HELD_OUT, stratify=digits, random_state=0)
    model = train(bitmaps(cells), torch.from_numpy(labels.astype(np.int64)))
    with torch.no_grad():
        predicted = model(bitmaps(held_out_cells)).argmax(1).numpy()
    accuracy = float((predicted == held_out_labels).mean())
    content = export(model, accuracy)
    (HERE / 'digits.onnx').write_bytes(content)
    np.savez_compressed(HERE / 'held_out.npz', cells=held_out_cells, labels=held_out_labels)
    print(f'accuracy on {HELD_OUT} held-out images: {accuracy:.2%}; digits.onnx: {len(content) / 1024:.0f} KB')


if __name__ == '__main__':
    main()
