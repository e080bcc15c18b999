"""The kernel functions of one backend, by what they compute."""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.assembler import Assembler
from alula.backends.wasm.kernel import KERNEL_PARAMS, Features, KernelPlan
from alula.backends.wasm.module_cache import MODULES
from alula.backends.wasm.regions import Regions
from alula.errors import BackendError, HostFeatureError
from alula.host.table import Table
from alula.host.wasm import compile_module, function_of, instantiate


class Functions:
    """Functions over one memory: those that an earlier program needed are there for the next."""

    def __init__(self, features: Features, regions: Regions) -> None:
        self.features = features
        self.regions = regions
        self.by_key: Table[str, Any] = Table()

    def at(self, plan: KernelPlan) -> Any:
        return self.by_key.at(plan.key)

    async def make(self, plans: list[KernelPlan]) -> None:
        """Have the functions of all `plans`: those that are missing come from one module."""
        missing: Table[str, KernelPlan] = Table()
        for plan in plans:
            if not self.by_key.has(plan.key):
                missing.put(plan.key, plan)
        if missing.count() == 0:
            return
        keys = missing.keys_list()
        try:
            instance = await instantiate(await self._module(keys, missing), self.regions.memory)
        except HostFeatureError as error:
            raise BackendError('wasm', error.message) from error
        MODULES.pool.write(self.regions.bytes())
        for i in range(len(keys)):
            self.by_key.put(keys[i], function_of(instance, f'k{i}'))

    async def _module(self, keys: list[str], plans: Table[str, KernelPlan]) -> Any:
        """The module that exports the functions of these keys as k0, k1, …"""
        wanted = self.features.key() + '\n' + '\n'.join(keys)
        module = MODULES.find(wanted)
        if module is None:
            assembler = Assembler(self.features.relaxed, MODULES.pool)
            for i in range(len(keys)):
                f = assembler.function(KERNEL_PARAMS, [])
                plans.at(keys[i]).emit(f)
                assembler.export(f'k{i}', f)
            module = await compile_module(assembler.to_bytes())
            MODULES.keep(wanted, module)
        return module
