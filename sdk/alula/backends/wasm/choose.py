"""The one place where a step's kernel is chosen: the first planner of its kind that takes it."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.contract import product_kernel
from alula.backends.wasm.contract_scalar import scalar_product_kernel
from alula.backends.wasm.copy import copy_kernel
from alula.backends.wasm.kernel import KernelPlan
from alula.backends.wasm.map import map_kernel
from alula.backends.wasm.order import order_kernel
from alula.backends.wasm.reduce import reduce_kernel
from alula.backends.wasm.scatter import scatter_kernel
from alula.backends.wasm.windowed import window_kernel
from alula.kernels.kernel import Step

# By the kind of a step's kernel the functions `planner(step) -> KernelPlan | None`.
PLANNERS: dict[str, list[Any]] = {
    'contract': [product_kernel, scalar_product_kernel],
    'map': [copy_kernel, map_kernel],
    'reduce': [window_kernel, reduce_kernel],
    'scatter': [scatter_kernel],
    'order': [order_kernel],
}


def plan_of(step: Step) -> KernelPlan | None:
    """How the step is computed, None if WebAssembly doesn't compute it here."""
    for planner in PLANNERS[step.kernel.kind]:
        plan: KernelPlan | None = planner(step)
        if plan is not None:
            return plan
    return None
