"""All operators: importing this module fills the table of `registry`."""

from __future__ import annotations

import alula.ops.arrange as arrange
import alula.ops.attention as attention
import alula.ops.block_quantized as block_quantized
import alula.ops.cast as cast
import alula.ops.categories as categories
import alula.ops.control as control
import alula.ops.conv_transpose as conv_transpose
import alula.ops.coupling as coupling
import alula.ops.cumulative as cumulative
import alula.ops.deform as deform
import alula.ops.einsum as einsum
import alula.ops.elementwise as elementwise
import alula.ops.elimination as elimination
import alula.ops.experts as experts
import alula.ops.features as features
import alula.ops.flex_attention as flex_attention
import alula.ops.gather as gather
import alula.ops.legacy as legacy
import alula.ops.linear as linear
import alula.ops.linear_attention as linear_attention
import alula.ops.loss as loss
import alula.ops.maps as maps
import alula.ops.matmul as matmul
import alula.ops.microsoft as microsoft
import alula.ops.microsoft_attention as microsoft_attention
import alula.ops.microsoft_quantize as microsoft_quantize
import alula.ops.normalize as normalize
import alula.ops.order as order
import alula.ops.quantize as quantize
import alula.ops.random as random
import alula.ops.recurrent as recurrent
import alula.ops.reduce as reduce
import alula.ops.resize as resize
import alula.ops.roi_pool as roi_pool
import alula.ops.rotary as rotary
import alula.ops.sample as sample
import alula.ops.scatter as scatter
import alula.ops.selection as selection
import alula.ops.sequences as sequences
import alula.ops.shape as shape
import alula.ops.spectrum as spectrum
import alula.ops.strings as strings
import alula.ops.support_vectors as support_vectors
import alula.ops.suppression as suppression
import alula.ops.text_casts as text_casts
import alula.ops.trees as trees
import alula.ops.trigonometry as trigonometry
import alula.ops.window as window

FAMILIES = [
    arrange,
    attention,
    block_quantized,
    cast,
    categories,
    control,
    conv_transpose,
    coupling,
    cumulative,
    deform,
    einsum,
    elementwise,
    elimination,
    experts,
    features,
    flex_attention,
    gather,
    legacy,
    linear,
    linear_attention,
    loss,
    maps,
    matmul,
    microsoft,
    microsoft_attention,
    microsoft_quantize,
    normalize,
    order,
    quantize,
    random,
    recurrent,
    reduce,
    resize,
    roi_pool,
    rotary,
    sample,
    scatter,
    selection,
    sequences,
    shape,
    strings,
    spectrum,
    support_vectors,
    suppression,
    text_casts,
    trees,
    trigonometry,
    window,
]
