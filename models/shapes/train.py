"""Trains `shapes.onnx`, a small detector of drawn shapes, on the scenes of `scenes.py`, and prints its accuracy.

Everything is seeded: the same versions of the libraries give the same file. In an environment of its own:

    pip install torch==2.13.0 numpy==2.4.6 pillow==13.0.0 onnx==1.23.2 onnxruntime==1.32.0
    python -m models.shapes.train
"""

from pathlib import Path

import onnxruntime
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.layers import Convolution, Separable, doubled
from models.shapes import accuracy
from models.shapes.scenes import CLASSES, MOST, SIDE, scene
from models.training import answer, exported, save, trained

HERE = Path(__file__).parent
SCENES, HELD_OUT, FIRST = 16_000, 1000, 1_000_000  # held out: 0 to 999; trained on: from FIRST
EPOCHS, BATCH, RATE = 10, 32, 4e-3
STRIDES = (8, 16, 32)
ASSIGNED = 8  # anchors to a shape, at most
BOX_GAIN, CLASS_GAIN = 5.0, 1.0


# --- the network ------------------------------------------------------------------------------------------------------


def flat(x: Tensor) -> Tensor:
    """[batch, channels, height, width] → [batch, channels, anchors]."""
    c, h, w = map(int, x.shape[1:])
    return x.reshape(-1, c, h * w)


class Head(nn.Module):
    """What one level says: [batch, 4, anchors] logarithms of distances, [batch, classes, anchors] logits."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.box = nn.Sequential(Separable(channels, channels), nn.Conv2d(channels, 4, 1))
        self.label = nn.Sequential(Separable(channels, channels), nn.Conv2d(channels, len(CLASSES), 1))
        nn.init.constant_(self.label[1].bias, -4.0)  # most anchors see nothing
        nn.init.constant_(self.box[1].bias, 0.7)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return flat(self.box(x)), flat(self.label(x))


class Detector(nn.Module):
    """[batch, 3, 160, 160] of RGB between 0 and 1 → [batch, 4 + classes, anchors].

    An anchor is a cell of one of three levels. Its rows are cx, cy, w, h in pixels and a probability per class.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(
            Convolution(3, 16, 3, 2), Convolution(16, 32, 3, 2), Separable(32, 32),
            Separable(32, 64, 2), Separable(64, 64), Separable(64, 64))
        self.middle = nn.Sequential(Separable(64, 80, 2), Separable(80, 80), Separable(80, 80))
        self.coarse = nn.Sequential(Separable(80, 80, 2), Separable(80, 80))
        self.narrow = nn.ModuleList([Convolution(c, 64, 1) for c in (64, 80, 80)])
        self.merge = nn.ModuleList([Separable(64, 64) for _ in STRIDES[1:]])
        self.heads = nn.ModuleList([Head(64) for _ in STRIDES])
        cells = [torch.stack(torch.meshgrid([torch.arange(SIDE // s) * s + s / 2] * 2, indexing='xy')).flatten(1)
                 for s in STRIDES]
        self.register_buffer('centres', torch.cat(cells, 1))  # [2, anchors]
        self.register_buffer('strides', torch.cat(
            [torch.full((c.shape[1],), float(s)) for c, s in zip(cells, STRIDES)]))
        self.register_buffer('origin', torch.cat([self.centres, torch.zeros_like(self.centres)]))
        # from distances of the left, top, right, bottom edge to the offset of the middle, and the size
        self.register_buffer('to_box', torch.tensor(
            [[-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5], [1, 0, 1, 0], [0, 1, 0, 1.0]]))

    def raw(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Distances [batch, 4, anchors] in pixels and logits [batch, classes, anchors]."""
        fine = self.fine(image)
        middle = self.middle(fine)
        coarse = self.narrow[2](self.coarse(middle))
        middle = self.merge[1](self.narrow[1](middle) + doubled(coarse))
        fine = self.merge[0](self.narrow[0](fine) + doubled(middle))
        levels = [head(x) for head, x in zip(self.heads, (fine, middle, coarse))]
        distances = torch.cat([box for box, _ in levels], 2).exp() * self.strides
        return distances, torch.cat([label for _, label in levels], 2)

    def forward(self, image: Tensor) -> Tensor:
        distances, logits = self.raw(image)
        return torch.cat([torch.matmul(self.to_box, distances) + self.origin, logits.sigmoid()], 1)


# --- the loss ---------------------------------------------------------------------------------------------------------


def overlap(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalized IoU (Rezatofighi et al. 2019) of boxes x0 y0 x1 y1 in the last dim."""
    def area(low: Tensor, high: Tensor) -> Tensor:
        return (high - low).clamp(min=0).prod(-1)

    shared = area(torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:]))
    union = area(a[..., :2], a[..., 2:]) + area(b[..., :2], b[..., 2:]) - shared + 1e-6
    hull = area(torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])) + 1e-6
    return shared / union, shared / union - (hull - union) / hull


@torch.no_grad()
def assigned(boxes: Tensor, logits: Tensor, centres: Tensor, truths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Which shape each anchor answers for [batch, anchors] and how well it does, 0 to 1; 0 where for none.

    Task-aligned assignment (Feng et al. 2021): of the anchors inside a shape, those answer that are best at its class
    and box together. A label below 0 is no shape.
    """
    inside = ((centres.T - truths[:, :, None, :2] > 0) & (truths[:, :, None, 2:] - centres.T > 0)).all(-1)
    inside &= (labels >= 0)[:, :, None]
    iou = overlap(boxes[:, None], truths[:, :, None])[0] * inside
    index = labels.clamp(min=0)[:, :, None].expand(-1, -1, logits.shape[2])
    quality = logits.sigmoid().gather(1, index).sqrt() * iou ** 6  # [batch, shapes, anchors]
    least = quality.topk(ASSIGNED, dim=2).values[..., -1:].clamp(min=1e-12)
    quality = quality * (quality >= least)
    quality = quality * (iou >= iou.amax(1, keepdim=True))  # an anchor answers for one shape
    best = quality.amax(2, keepdim=True).clamp(min=1e-12)
    target, owner = (quality / best * iou.amax(2, keepdim=True)).max(1)
    return owner, target


def loss(model: Detector, image: Tensor, truths: Tensor, labels: Tensor) -> Tensor:
    distances, logits = model.raw(image)
    centres = model.centres
    boxes = torch.cat([centres - distances[:, :2], centres + distances[:, 2:]], 1).transpose(1, 2)
    owner, target = assigned(boxes, logits, centres, truths, labels)
    classes = functional.one_hot(labels.gather(1, owner).clamp(min=0), len(CLASSES)) * target[..., None]
    total = target.sum().clamp(min=1.0)
    giou = overlap(boxes, truths.gather(1, owner[..., None].expand(-1, -1, 4)))[1]
    label_loss = functional.binary_cross_entropy_with_logits(logits.transpose(1, 2), classes, reduction='sum')
    return (CLASS_GAIN * label_loss + BOX_GAIN * ((1.0 - giou) * target).sum()) / total


# --- data, training, export -------------------------------------------------------------------------------------------


def collected(first: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """uint8 images [n, 3, 160, 160], boxes [n, 6, 4] and labels [n, 6], filled up with labels of -1."""
    images = torch.empty(count, 3, SIDE, SIDE, dtype=torch.uint8)
    boxes, labels = torch.zeros(count, MOST, 4), torch.full((count, MOST), -1)
    for i in range(count):
        drawn = scene(first + i)
        images[i] = torch.from_numpy(drawn.image).permute(2, 0, 1)
        boxes[i, :len(drawn.boxes)] = torch.from_numpy(drawn.boxes)
        labels[i, :len(drawn.labels)] = torch.from_numpy(drawn.labels)
    return images, boxes, labels


def varied(image: Tensor, boxes: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The batch mirrored, transposed and with its colours swapped: shapes stay what they are."""
    flip_x, flip_y, swap = torch.rand(3, generator=generator) < 0.5
    x0, y0, x1, y1 = boxes.unbind(-1)
    if flip_x:
        image, x0, x1 = image.flip(3), SIDE - x1, SIDE - x0
    if flip_y:
        image, y0, y1 = image.flip(2), SIDE - y1, SIDE - y0
    if swap:
        image, x0, y0, x1, y1 = image.transpose(2, 3), y0, x0, y1, x1
    image = image[:, torch.randperm(3, generator=generator)].float() / 255
    return image.contiguous(memory_format=torch.channels_last), torch.stack([x0, y0, x1, y1], -1)


def mean_precisions(content: bytes) -> tuple[float, float]:
    """mAP@0.5 and mAP@0.5:0.95 of the model on the held-out scenes."""
    session = onnxruntime.InferenceSession(content, providers=['CPUExecutionProvider'])
    scenes = [scene(i) for i in range(HELD_OUT)]
    found = [accuracy.Detections(answer(session, drawn.image)) for drawn in scenes]
    table = accuracy.average_precisions(found, [s.boxes for s in scenes], [s.labels for s in scenes], len(CLASSES))
    return float(table[:, 0].mean()), float(table.mean())


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    images, boxes, labels = collected(FIRST, SCENES)

    def batch_loss(model: Detector, batch: Tensor, generator: torch.Generator) -> Tensor:
        return loss(model, *varied(images[batch], boxes[batch], generator), labels[batch])

    model = trained(Detector, batch_loss, SCENES, epochs=EPOCHS, batch=BATCH, rate=RATE)
    made = exported(model, 'shapes', SIDE, 'detections', [4 + len(CLASSES), model.centres.shape[1]])
    half, all_levels = mean_precisions(made.SerializeToString())
    save(made, HERE / 'shapes.onnx', 'object-detection', {'labels': CLASSES},
         f'mAP@0.5 {half:.3f}, mAP@0.5:0.95 {all_levels:.3f} on {HELD_OUT} held-out scenes')


if __name__ == '__main__':
    main()
