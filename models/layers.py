"""Layers of the nets that ship, for their training: normalized while they learn, plain convolutions once folded."""

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class Convolution(nn.Module):
    """A convolution with `same` padding, its normalization until `fold`, and ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(c_out)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.norm(self.convolution(x)))

    def fold(self) -> None:
        self.convolution, self.norm = fuse_conv_bn_eval(self.convolution, self.norm), nn.Identity()


class Separable(nn.Module):
    """A convolution per channel, then one across channels; added to what came in where the shapes allow it."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(Convolution(c_in, c_in, 3, stride, c_in), Convolution(c_in, c_out, 1))
        self.residual = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.residual else self.layers(x)


def doubled(x: Tensor) -> Tensor:
    """Each pixel as 2 × 2, as nearest-neighbour interpolation gives it; sizes are constants of the exported graph."""
    c, h, w = map(int, x.shape[1:])
    wide = x.reshape(-1, c, h, 1, w, 1)
    wide = torch.cat([wide, wide], 5)
    return torch.cat([wide, wide], 3).reshape(-1, c, 2 * h, 2 * w)


def fold(model: nn.Module) -> None:
    """Put the normalizations of a model in `eval` mode into its convolutions."""
    for module in model.modules():
        if isinstance(module, Convolution):
            module.fold()
