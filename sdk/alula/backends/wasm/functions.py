"""The kernel functions of one backend, by what they compute, and the compiled modules that sessions share: the one
exception to their having nothing in common.

Nobody can tell but by the clock: a module holds code and nothing of any model's data, is never changed once compiled,
and only a few are kept. So a session that is created again, or a second one of the same model, emits and compiles
nothing, and begins with the code that the engine has optimised meanwhile.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.kernel import KERNEL_PARAMS, KernelPlan
from alula.backends.wasm.regions import POOL_ADDRESS, POOL_WORDS, Regions
from alula.errors import BackendError, HostFeatureError
from alula.host.table import Table
from alula.host.wasm import compile_module, function_of, instantiate

MODULES: Table[str, Any] = Table()  # by the keys of the functions in them, the one used last at the end
MODULES_KEPT = 16
POOL = ConstantPool(POOL_ADDRESS, POOL_WORDS)  # the constants that all of them expect in memory


class Functions:
    """Functions over one memory: those that an earlier program needed are there for the next. `relaxed`: whether they
    may use relaxed SIMD."""

    def __init__(self, relaxed: bool, regions: Regions) -> None:
        self.relaxed = relaxed
        self.regions = regions
        self.by_key: Table[str, Any] = Table()

    async def make(self, plans: list[Any]) -> None:
        """Have the functions of all `plans` (but None): those that are missing come from one module."""
        missing: Table[str, KernelPlan] = Table()
        for plan in plans:
            if plan is not None and not self.by_key.has(plan.key):
                missing.put(plan.key, plan)
        if missing.count() == 0:
            return
        try:
            module = await self._module(missing)
            instance = await instantiate(module, self.regions.memory)
        except HostFeatureError as error:
            raise BackendError('wasm', error.message) from error
        POOL.write(self.regions.bytes())
        for i, key in enumerate(missing.keys_list()):
            self.by_key.put(key, function_of(instance, f'k{i}'))

    async def _module(self, plans: Table[str, KernelPlan]) -> Any:
        """The module that exports the functions of these plans as k0, k1, …"""
        wanted = '\n'.join([f'{self.relaxed}', *plans.keys_list()])
        module = MODULES.find(wanted)
        if module is None:
            assembler = Assembler(self.relaxed, POOL)
            for i, plan in enumerate(plans.values_list()):
                f = assembler.function(KERNEL_PARAMS, [])
                plan.emit(f)
                assembler.export(f'k{i}', f)
            module = await compile_module(assembler.to_bytes())
        MODULES.drop(wanted)
        MODULES.put(wanted, module)
        if MODULES.count() > MODULES_KEPT:
            MODULES.drop(MODULES.keys_list()[0])
        return module
