"""A part of a model that is kernels alone: planned per shapes of its inputs, and run as one Program."""

from __future__ import annotations

from typing import Any, Generator  # noqa: UP035 - JS has no collections.abc

from alula.engine import Engine
from alula.errors import DataDependentShapeError, UnsupportedFeatureError, ValueCheckError
from alula.graph.graph import Graph
from alula.host.arrays import TypedArray
from alula.host.clock import now_ms
from alula.host.table import Table
from alula.kernels.view import numel
from alula.plan.planner import planned
from alula.plans import KNOWN_MOST, PLANS_KEPT, Plan, key_of
from alula.routine.call import Call
from alula.tensor import Tensor, wrapped
from alula.texts import Texts


class Part:
    """A graph of kernels (`title` is '': it is of many nodes). `asked`: the inputs whose values planning asks for, as
    a shape or axes: another value is another plan."""

    def __init__(self, engine: Engine, graph: Graph) -> None:
        self.engine = engine
        self.graph = graph
        self.title = ''
        self.feeds = graph.feeds()
        self.asked: list[str] = []
        self.plans: list[Plan] = []
        engine.parts.append(self)

    def run(self, env: Table[str, Any]) -> Generator[Call, None, None]:
        """Put the outputs into `env`, which has the inputs. ValueCheckError, DataDependentShapeError."""
        shapes: Table[str, list[int]] = Table()
        arrays: Table[str, Any] = Table()
        for info in self.feeds:
            tensor = env.find(info.name)
            if not isinstance(tensor, Tensor):
                raise UnsupportedFeatureError(f"kernels that read '{info.name}', which is no tensor")
            if info.dtype == '':
                info.dtype = tensor.dtype
            shapes.put(info.name, tensor.dims)
            arrays.put(info.name, tensor.array)
        plan = self.planned(shapes, arrays)
        texts = Texts(self.engine.constants.texts)
        for info in self.feeds:
            if info.dtype == 'string':
                arrays.put(info.name, texts.numbers(arrays.at(info.name)))
        call = Call(self, plan, arrays)
        yield call
        program = call.plan.program
        for name in program.checks.keys_list():
            if call.results.at(name)[0] != 0:
                raise ValueCheckError(program.checks.at(name))
        for info in self.graph.outputs:
            view = program.outputs.at(info.name)
            array: Any = call.results.at(info.name)
            if view.dtype == 'string':
                array = texts.texts(array)
            env.put(info.name, wrapped(view.dtype, array, view.shape[:]))

    def planned(self, shapes: Table[str, list[int]], arrays: Table[str, TypedArray]) -> Plan:
        """The plan for these shapes, and the values among `arrays` that it depends on; made if need be.
        DataDependentShapeError for a value that few elements of `arrays` don't explain."""
        known: Table[str, TypedArray] = Table()
        for name in self.asked:
            if arrays.has(name):
                values: Any = arrays.at(name)
                # What is part of the plan has a constant's number.
                known.put(name, self.engine.constants.texts.numbers(values) if isinstance(values, list) else values)
        key = key_of(shapes, known)
        for plan in self.plans:
            if plan.key == key:
                self.plans.remove(plan)
                self.plans.append(plan)
                return plan
        start = now_ms()
        engine = self.engine
        try:
            program = planned(engine.model, self.graph, shapes, known, engine.constants, engine.backend)
            return Plan(key, program, now_ms() - start)
        except DataDependentShapeError as error:
            if arrays.count() == 0 or not self.could_ask(error.inputs, shapes):
                raise
            self.asked.extend([name for name in error.inputs if name not in self.asked])
        return self.planned(shapes, arrays)

    def could_ask(self, names: list[str], shapes: Table[str, list[int]]) -> bool:
        """Whether planning gets further with the values of these inputs: they are few, and not yet known."""
        fresh = [name for name in names if name not in self.asked]
        return len(fresh) > 0 and sum([numel(shapes.at(name)) for name in fresh]) <= KNOWN_MOST

    def keep(self, plan: Plan) -> None:
        """Keep a compiled plan, and PLANS_KEPT in all."""
        self.plans.append(plan)
        if len(self.plans) > PLANS_KEPT:
            _release(self.plans.pop(0))

    def release(self) -> None:
        """Let go of all plans."""
        for plan in self.plans:
            _release(plan)
        self.plans = []


def _release(plan: Plan) -> None:
    if plan.executable is not None:
        plan.executable.release()
