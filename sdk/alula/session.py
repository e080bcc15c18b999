"""InferenceSession: a model ready to run."""

from __future__ import annotations

from typing import Any

import alula.ops.catalogue as catalogue
from alula.backends.base import Backend, Executable
from alula.backends.reference import run_step
from alula.backends.select import Selection
from alula.errors import (
    ArgumentRangeError,
    ArgumentTypeError,
    BackendError,
    DataDependentShapeError,
    DisposedError,
    InputError,
    PlacementError,
    ValueCheckError,
)
from alula.graph.graph import Model
from alula.host.arrays import TypedArray
from alula.host.clock import now_ms
from alula.host.data import is_record, native
from alula.host.signals import check_signal
from alula.host.table import Table
from alula.host.tasks import run_sync
from alula.loading import check_operators, load_model
from alula.metadata import ValueMetadata, described, fed, fix_sizes, is_complete
from alula.plan.constants import Constants
from alula.plan.planner import planned
from alula.plan.symbolic import output_shapes
from alula.plans import KNOWN_MOST, PLANS_KEPT, Plan, key_of, zeros
from alula.profile import KernelProfile, profiled
from alula.report import Report, report_of
from alula.store.cache import model_cache
from alula.store.files import Files
from alula.tensor import Tensor, put_into, wrapped


class InferenceSession:
    """Runs one model on one backend. Made by `create`; `release` gives its memory back.

    Sessions are independent of each other and may run at the same time.
    """

    def __init__(self, model: Model, selection: Selection, backend: Backend, notes: list[str]) -> None:
        self.model = model
        self.selection = selection
        self.backend = backend
        self.feeds_info = model.graph.feeds()
        self.constants = Constants(run_step)
        self._plans: list[Plan] = []
        # The names of the inputs whose values planning asks for, as a shape or axes: another value is another plan.
        self._asked: list[str] = []
        self._inferred: Table[str, list[Any]] | None = None
        self.created_ms = 0.0
        self.notes = notes
        self._strict = False
        self.is_released: bool = False

    @staticmethod
    async def create(
        model: Any,
        byte_offset: int = 0,
        byte_length: int | None = None,
        *,
        execution_providers: list[Any] | None = None,
        free_dimension_overrides: dict[str, int] | None = None,
        external_data: list[Any] | None = None,
        strict: bool = False,
        cache: bool = False,
        integrity: str | None = None,
        on_progress: Any = None,
        signal: Any = None,
    ) -> InferenceSession:
        """Read a model and make it ready.

        `model`: bytes of an ONNX file (of which `byte_length` from `byte_offset` on), or its path or URL.
        `execution_providers`: names of backends in the order to try them. `free_dimension_overrides`: sizes for
        symbolic dims. `external_data`: [{'path': …, 'data': bytes or path, 'integrity': …}] for weights in other files.
        `strict`: nodes that the backend would leave to another are an error rather than lines of `report()`.
        `cache`: keep downloaded files for later sessions, which then need no network; one that breaks off is resumed by
        the next `create`. See `model_cache`. `integrity`: 'sha256-…', the hash that the model's bytes must have.
        `on_progress(loaded, total)`: bytes of all files so far, while fetching. `signal`: an AbortSignal.
        When every input size is known the model is compiled here, else at the first run of each shape.
        Raises ModelFormatError, ModelValidationError, UnsupportedOperatorError (all of them at once),
        BackendUnavailableError, PlacementError, FetchError, IntegrityError, AbortedError.
        """
        assert len(catalogue.FAMILIES) > 0
        start = now_ms()
        files = Files(model_cache.location if cache else None, on_progress, signal)
        try:
            read = await load_model(model, byte_offset, byte_length, external_data, integrity, files)
        finally:
            files.close()
        check_operators(read)
        if free_dimension_overrides is not None:
            fix_sizes(read.graph, free_dimension_overrides)
        selection = Selection(execution_providers)
        session = InferenceSession(read, selection, await selection.next(), files.notes)
        session._strict = strict
        await session._before_runs(_plan_alone)
        check_signal(signal, 'Creating the session')
        session.created_ms = now_ms() - start
        return session

    @staticmethod
    def create_sync(
        model: Any,
        *,
        execution_providers: list[Any] | None = None,
        free_dimension_overrides: dict[str, int] | None = None,
        external_data: list[Any] | None = None,
        strict: bool = False,
        cache: bool = False,
        integrity: str | None = None,
    ) -> InferenceSession:
        """`create` for synchronous Python. In JS it raises HostFeatureError."""
        session: InferenceSession = run_sync(
            InferenceSession.create(
                model,
                execution_providers=execution_providers,
                free_dimension_overrides=free_dimension_overrides,
                external_data=external_data,
                strict=strict,
                cache=cache,
                integrity=integrity,
            )
        )
        return session

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs that must be fed."""
        return [info.name for info in self.feeds_info]

    @property
    def output_names(self) -> list[str]:
        return [info.name for info in self.model.graph.outputs]

    @property
    def input_metadata(self) -> list[ValueMetadata]:
        """Name, type and shape of each input."""
        return [described(info, None) for info in self.feeds_info]

    @property
    def output_metadata(self) -> list[ValueMetadata]:
        """Name, type and shape of each output: as the model declares it, else as far as planning can tell."""
        outputs = self.model.graph.outputs
        if self._inferred is None:
            is_declared = all(is_complete(info) for info in outputs)
            self._inferred = Table() if is_declared else output_shapes(self.model, run_step)
        inferred = self._inferred
        return [described(info, None if is_complete(info) else inferred.find(info.name)) for info in outputs]

    @property
    def metadata(self) -> dict[str, str]:
        """What the model's file says of itself, by key: `metadata_props` of ONNX."""
        return self.model.described()

    async def run(self, feeds: dict[str, Tensor], fetches: Any = None, *, signal: Any = None) -> dict[str, Tensor]:
        """Run the model once.

        `feeds`: a tensor (or an array of the input's type) per input. `fetches`: the names of the outputs wanted, or a
        dict from names to tensors to be filled (or None); all outputs by default.
        Raises InputError for a feed that is missing, unknown or does not fit; ArgumentRangeError for an unknown fetch.
        """
        check_signal(signal, 'The run')
        shapes: Table[str, list[int]] = Table()
        arrays = self._taken(feeds, shapes)
        names = self._fetched(fetches)
        results: dict[str, Tensor] = await self._with_plan(
            shapes, arrays, lambda plan: self._ran(plan, arrays, names, fetches)
        )
        check_signal(signal, 'The run')
        return results

    def run_sync(self, feeds: dict[str, Any], fetches: Any = None) -> dict[str, Any]:
        """`run` for synchronous callers, on a backend that computes in this thread. In Python, NumPy arrays come back.

        In JS the session must have a plan for the shapes already: all input sizes known at `create`, or a run before.
        """
        shapes: Table[str, list[int]] = Table()
        arrays = self._taken(feeds, shapes)
        names = self._fetched(fetches)
        plan = self._kept(key_of(shapes, self._known(arrays)))
        if plan is None:
            plan = run_sync(self._with_plan(shapes, arrays, _plan_alone))
        start = now_ms()
        return native(self._given(plan, start, plan.executable.run(arrays), names, fetches))

    async def warmup(self) -> None:
        """Compile now, where input sizes are known, and run once on zeros, so that the first real run is a fast one."""
        await self._before_runs(lambda plan: plan.executable.run_async(zeros(plan.executable.program.inputs)))

    async def profile(self, feeds: dict[str, Tensor], *, runs: int = 10) -> list[KernelProfile]:
        """How long each kernel takes, in the order of execution: medians of `runs` runs, after one that is not counted.

        Pages that are not cross-origin isolated have a clock of 0.1 ms, under which most kernels read as 0.
        Raises InputError as `run`, ArgumentRangeError for `runs` below 1.
        """
        if runs < 1:
            raise ArgumentRangeError('runs', f'must be at least 1, not {runs}')
        shapes: Table[str, list[int]] = Table()
        arrays = self._taken(feeds, shapes)
        rows: list[KernelProfile] = await self._with_plan(
            shapes, arrays, lambda plan: profiled(plan.executable, arrays, runs)
        )
        return rows

    def report(self) -> Report:
        """Which backend runs, which were tried before and why they don't, where each node went, memory and timings."""
        return report_of(self, self._plans)

    def explain(self) -> str:
        """The programs of the shapes seen so far, one line per kernel."""
        return '\n'.join([str(plan.executable.program) for plan in self._plans])

    async def release(self) -> None:
        """Give everything back. The session cannot be used any more."""
        self.is_released = True
        self._let_go()
        self.constants = Constants(run_step)

    # Feeds and results

    def _taken(self, feeds: Any, shapes: Table[str, list[int]]) -> Table[str, TypedArray]:
        """The arrays of the feeds by name, each of the right type; `shapes` learns their dims."""
        if self.is_released:
            raise DisposedError('The session')
        if not is_record(feeds):
            raise ArgumentTypeError('feeds', 'must map input names to tensors')
        arrays: Table[str, TypedArray] = Table()
        sizes: Table[str, int] = Table()
        for info in self.feeds_info:
            if info.name not in feeds:
                raise InputError(info.name, 'it is missing from the feeds')
            tensor = fed(info, feeds[info.name], sizes)
            arrays.put(info.name, tensor.array)
            shapes.put(info.name, tensor.dims)
        for name in feeds.keys():
            if not arrays.has(name):
                raise InputError(name, f'the model has no such input; it has {", ".join(self.input_names)}')
        return arrays

    def _fetched(self, fetches: Any) -> list[str]:
        """The names of the outputs wanted."""
        known = self.output_names
        if fetches is None:
            return known
        names: list[str] = [] if isinstance(fetches, Tensor) else list(fetches)
        if len(names) == 0:
            raise ArgumentTypeError('fetches', 'must be names of outputs')
        for name in names:
            if name not in known:
                raise ArgumentRangeError('fetches', f"names '{name}', which is no output; there are {', '.join(known)}")
        return names

    async def _ran(
        self, plan: Plan, arrays: Table[str, TypedArray], names: list[str], fetches: Any
    ) -> dict[str, Tensor]:
        start = now_ms()
        return self._given(plan, start, await plan.executable.run_async(arrays), names, fetches)

    def _given(
        self, plan: Plan, start: float, arrays: Table[str, TypedArray], names: list[str], fetches: Any
    ) -> dict[str, Tensor]:
        """The outputs wanted of a run that began at `start` (milliseconds)."""
        plan.runs += 1
        plan.last_ms = now_ms() - start
        program = plan.executable.program
        for name in program.checks.keys_list():
            if arrays.at(name)[0] != 0:
                raise ValueCheckError(program.checks.at(name))
        results: dict[str, Tensor] = {}
        for name in names:
            view = program.outputs.at(name)
            result = wrapped(view.dtype, arrays.at(name), view.shape[:])
            target = fetches[name] if is_record(fetches) else None
            results[name] = result if target is None else put_into(target, result)
        return results

    # Shapes and plans

    def _known_shapes(self) -> Table[str, list[int]] | None:
        """The shapes of all inputs if the model and the overrides fix them, else None."""
        shapes: Table[str, list[int]] = Table()
        for info in self.feeds_info:
            if info.shape is None or any(d is None or isinstance(d, str) for d in info.shape):
                return None
            shapes.put(info.name, info.shape)
        return shapes

    def _kept(self, key: str) -> Plan | None:
        """The plan for the shapes of that key, which is now the one used last."""
        for plan in self._plans:
            if plan.key == key:
                self._plans.remove(plan)
                self._plans.append(plan)
                return plan
        return None

    def _known(self, arrays: Table[str, TypedArray]) -> Table[str, TypedArray]:
        """The values that planning asks for."""
        known: Table[str, TypedArray] = Table()
        for name in self._asked:
            if arrays.has(name):
                known.put(name, arrays.at(name))
        return known

    def _learns(self, names: list[str], arrays: Table[str, TypedArray]) -> bool:
        """Whether planning gets further with the values of these inputs: they are given, few, and not yet known."""
        fresh = [name for name in names if arrays.has(name) and name not in self._asked]
        if len(fresh) == 0 or sum([len(arrays.at(name)) for name in fresh]) > KNOWN_MOST:
            return False
        self._asked.extend(fresh)
        return True

    async def _before_runs(self, use: Any) -> None:
        """`use(plan)` where the model and the overrides fix all input sizes and planning asks for no input's value."""
        shapes = self._known_shapes()
        if shapes is not None:
            try:
                await self._with_plan(shapes, Table(), use)
            except DataDependentShapeError as error:
                if len(error.inputs) == 0:
                    raise

    async def _with_plan(self, shapes: Table[str, list[int]], arrays: Table[str, TypedArray], use: Any) -> Any:
        """What `use(plan)` comes to with the plan for these shapes, and values of `arrays` that it depends on; it is
        made if need be. Where the backend gives up while compiling or running, the next one takes the session over."""
        known = self._known(arrays)
        key = key_of(shapes, known)
        try:
            plan = self._kept(key)
            if plan is None:
                start = now_ms()
                program = planned(self.model, shapes, known, self.constants, self.backend)
                middle = now_ms()
                executable = await self.backend.compile(program)
                if self._strict:
                    self._check_placement(executable)
                plan = Plan(key, executable, middle - start, now_ms() - middle)
                self._plans.append(plan)
                if len(self._plans) > PLANS_KEPT:
                    self._plans.pop(0).executable.release()
            return await use(plan)
        except DataDependentShapeError as error:
            if not self._learns(error.inputs, arrays):
                raise
        except BackendError as error:
            self.selection.tried.append(f'{self.backend.label}: {error.message}')
            self._let_go()
            self.backend = await self.selection.next()
        return await self._with_plan(shapes, arrays, use)

    def _check_placement(self, executable: Executable) -> None:
        label = self.backend.label
        if any(executable.place_of(i) != label for i in range(len(executable.program.steps))):
            executable.release()
            raise PlacementError(label, executable.notes())

    def _let_go(self) -> None:
        for plan in self._plans:
            plan.executable.release()
        self._plans = []
        self.backend.release()


async def _plan_alone(plan: Plan) -> Plan:
    return plan
