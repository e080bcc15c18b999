"""The words that a Layout can be."""

from typing import Literal

Layout = Literal['NCHW', 'NHWC']
