"""Trains `figures.onnx`, a small net for the joints of a figure, on the pictures of `figures.py`; prints its accuracy.

Everything is seeded: the same versions of the libraries give the same file. In an environment of its own:

    pip install torch==2.13.0 numpy==2.4.6 pillow==13.0.0 onnx==1.23.2 onnxruntime==1.32.0
    python -m models.figures.train
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.figures import accuracy
from models.figures.figures import KEYPOINTS, SIDE, SKELETON, figure
from models.layers import Convolution, Separable, doubled
from models.training import answer, exported, save, trained

HERE = Path(__file__).parent
FIGURES, HELD_OUT, FIRST = 14_000, 1000, 1_000_000  # held out: 0 to 999; trained on: from FIRST
EPOCHS, BATCH, RATE = 7, 32, 4e-3
STRIDE = 4  # pixels of a heatmap's cell
SPREAD = 1.6  # cells: the deviation of the Gaussian around a joint
WEIGHT = 8.0  # of what is near a joint over what is not
# The figure in a mirror: what was left is right.
MIRRORED = [KEYPOINTS.index(name.replace('left', '?').replace('right', 'left').replace('?', 'right'))
            for name in KEYPOINTS]


class PoseNet(nn.Module):
    """[batch, 3, 128, 128] of RGB between 0 and 1 → heatmaps [batch, keypoints, 32, 32] between 0 and 1.

    Down to 4 × 4 cells that see all of the figure, and up again with what each level saw on the way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList([
            nn.Sequential(Convolution(3, 16, 3, 2), Convolution(16, 32, 3, 2), Separable(32, 32), Separable(32, 32)),
            nn.Sequential(Separable(32, 64, 2), Separable(64, 64), Separable(64, 64)),
            nn.Sequential(Separable(64, 80, 2), Separable(80, 80), Separable(80, 80)),
            nn.Sequential(Separable(80, 96, 2), Separable(96, 96), Separable(96, 96)),
        ])
        self.narrow = nn.ModuleList([Convolution(c, 64, 1) for c in (32, 64, 80, 96)])
        self.merge = nn.ModuleList([nn.Sequential(Separable(64, 64), Separable(64, 64)) for _ in range(3)])
        self.head = nn.Sequential(Separable(64, 64), nn.Conv2d(64, len(KEYPOINTS), 1))
        nn.init.constant_(self.head[1].bias, -4.0)  # a joint is in few cells

    def raw(self, image: Tensor) -> Tensor:
        """Logits of the heatmaps."""
        levels = []
        x = image
        for stage in self.down:
            x = stage(x)
            levels.append(x)
        x = self.narrow[3](levels[3])
        for level in (2, 1, 0):
            x = self.merge[level](self.narrow[level](levels[level]) + doubled(x))
        return self.head(x)

    def forward(self, image: Tensor) -> Tensor:
        return self.raw(image).sigmoid()


def targets(joints: Tensor) -> Tensor:
    """Gaussians around joints [batch, keypoints, 2] in pixels; cell i is around pixel (i + 0.5) · STRIDE."""
    centres = (torch.arange(SIDE // STRIDE) + 0.5) * STRIDE
    apart = (centres - joints[..., None]) / (STRIDE * SPREAD)  # [batch, keypoints, 2, cells]
    near = torch.exp(-0.5 * apart ** 2)
    return near[:, :, 1, :, None] * near[:, :, 0, None, :]


def loss(model: PoseNet, image: Tensor, joints: Tensor) -> Tensor:
    wanted = targets(joints)
    each = functional.binary_cross_entropy_with_logits(model.raw(image), wanted, reduction='none')
    return (each * (1.0 + WEIGHT * wanted)).sum() / (len(image) * len(KEYPOINTS))


def collected(first: int, count: int) -> tuple[Tensor, Tensor]:
    """uint8 images [n, 3, 128, 128] and joints [n, keypoints, 2]."""
    images = torch.empty(count, 3, SIDE, SIDE, dtype=torch.uint8)
    joints = torch.empty(count, len(KEYPOINTS), 2)
    for i in range(count):
        drawn = figure(first + i)
        images[i] = torch.from_numpy(drawn.image).permute(2, 0, 1)
        joints[i] = torch.from_numpy(drawn.joints)
    return images, joints


def varied(image: Tensor, joints: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The batch perhaps mirrored, with its colours swapped."""
    if torch.rand(1, generator=generator) < 0.5:
        image = image.flip(3)
        joints = (torch.tensor([SIDE, 0.0]) - joints * torch.tensor([1.0, -1.0]))[:, MIRRORED]
    image = image[:, torch.randperm(3, generator=generator)].float() / 255
    return image.contiguous(memory_format=torch.channels_last), joints


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The weights of two dims and more as float16, cast when the model is loaded: half the bytes, the same net."""
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim > 1:
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f'{name}.half'))
            casts.append(onnx.helper.make_node('Cast', [tensor.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def errors(content: bytes) -> np.ndarray:
    """The distance of each joint of the held-out figures [n, keypoints], relative to the figure."""
    session = onnxruntime.InferenceSession(content, providers=['CPUExecutionProvider'])
    drawn = [figure(i) for i in range(HELD_OUT)]
    return np.array([accuracy.errors(answer(session, each.image), each.joints) for each in drawn])


def main() -> None:
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    images, joints = collected(FIRST, FIGURES)

    def batch_loss(model: PoseNet, batch: Tensor, generator: torch.Generator) -> Tensor:
        return loss(model, *varied(images[batch], joints[batch], generator))

    model = trained(PoseNet, batch_loss, FIGURES, epochs=EPOCHS, batch=BATCH, rate=RATE)
    cells = SIDE // STRIDE
    made = halved(exported(model, 'figures', SIDE, 'heatmaps', [len(KEYPOINTS), cells, cells]))
    apart = errors(made.SerializeToString())
    save(made, HERE / 'figures.onnx', 'pose-estimation', {'keypoints': KEYPOINTS, 'skeleton': SKELETON},
         f'PCK@0.1 {(apart[..., 0] <= 0.1).mean():.3f}, mean error {apart[..., 1].mean():.2f} pixels '
         f'on {HELD_OUT} held-out figures')


if __name__ == '__main__':
    main()
