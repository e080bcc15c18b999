"""All operators: importing this module fills the table of `registry`."""

from __future__ import annotations

import alula.ops.attention as attention
import alula.ops.elementwise as elementwise
import alula.ops.matmul as matmul
import alula.ops.normalize as normalize
import alula.ops.reduce as reduce
import alula.ops.shape as shape
import alula.ops.window as window

FAMILIES = [attention, elementwise, matmul, normalize, reduce, shape, window]
