"""All operators: importing this module fills the table of `registry`."""

from __future__ import annotations

import alula.ops.attention as attention
import alula.ops.elementwise as elementwise
import alula.ops.legacy as legacy
import alula.ops.linear_attention as linear_attention
import alula.ops.loss as loss
import alula.ops.matmul as matmul
import alula.ops.microsoft as microsoft
import alula.ops.normalize as normalize
import alula.ops.quantize as quantize
import alula.ops.reduce as reduce
import alula.ops.rotary as rotary
import alula.ops.shape as shape
import alula.ops.spectrum as spectrum
import alula.ops.trigonometry as trigonometry
import alula.ops.window as window

FAMILIES = [
    attention,
    elementwise,
    legacy,
    linear_attention,
    loss,
    matmul,
    microsoft,
    normalize,
    quantize,
    reduce,
    rotary,
    shape,
    spectrum,
    trigonometry,
    window,
]
