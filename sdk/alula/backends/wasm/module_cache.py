"""The compiled modules that sessions share: the one exception to their having nothing in common.

Nobody can tell but by the clock: a module holds code and nothing of any model's data, is never changed once compiled,
and only a few are kept. So a session that is created again, or a second one of the same model, emits and compiles
nothing, and begins with the code that the engine has optimised meanwhile.
"""

from __future__ import annotations

from typing import Any

from alula.backends.wasm.constant_pool import ConstantPool
from alula.backends.wasm.regions import POOL_ADDRESS, POOL_WORDS
from alula.host.table import Table

MODULES_KEPT = 16


class ModuleCache:
    """Modules by the keys of the functions in them, and the constants that they expect in memory."""

    def __init__(self) -> None:
        self.pool = ConstantPool(POOL_ADDRESS, POOL_WORDS)
        self.modules: Table[str, Any] = Table()

    def find(self, key: str) -> Any:
        """The module, which is now the one used last; None if there is none."""
        found = self.modules.find(key)
        if found is not None:
            self.modules.drop(key)
            self.modules.put(key, found)
        return found

    def keep(self, key: str, module: Any) -> None:
        self.modules.put(key, module)
        if self.modules.count() > MODULES_KEPT:
            self.modules.drop(self.modules.keys_list()[0])


MODULES = ModuleCache()
