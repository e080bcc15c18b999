"""InferenceSession: a model ready to run."""

from __future__ import annotations

from typing import Any

import alula.ops.catalogue as catalogue
from alula.backends.reference import run_step
from alula.backends.select import Selection
from alula.engine import Engine
from alula.errors import ArgumentRangeError, ArgumentTypeError, BackendError, DisposedError, InputError
from alula.host.clock import now_ms
from alula.host.data import is_record, native
from alula.host.signals import check_signal
from alula.host.table import Table
from alula.host.tasks import CAN_WAIT, run_sync
from alula.loading import check_operators, load_model
from alula.metadata import ValueMetadata, described, fed, fix_sizes, is_complete
from alula.plan.symbolic import output_shapes
from alula.profile import KernelProfile
from alula.report import Report, report_of
from alula.routine.routine import Routine
from alula.store.cache import model_cache
from alula.store.files import Files
from alula.tensor import Tensor, owned, put_into


class InferenceSession:
    """Runs one model on one backend. Made by `create`; `release` gives its memory back.

    Sessions are independent of each other and may run at the same time.
    """

    def __init__(self, engine: Engine, notes: list[str]) -> None:
        self.engine = engine
        self.model = engine.model
        self.feeds_info = self.model.graph.feeds()
        self.routine = Routine(engine, self.model.graph, None)
        self._inferred: Table[str, list[Any]] | None = None
        self.created_ms = 0.0
        self.notes = notes
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
        engine = Engine(read, selection, await selection.next(), strict)
        session = InferenceSession(engine, files.notes)
        await session._before_runs(lambda call: call.compiled())
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
            is_known = is_declared or not self.routine.is_one_part
            self._inferred = Table() if is_known else output_shapes(self.model, run_step)
        inferred = self._inferred
        return [described(info, None if is_complete(info) else inferred.find(info.name)) for info in outputs]

    @property
    def metadata(self) -> dict[str, str]:
        """What the model's file says of itself, by key: `metadata_props` of ONNX."""
        return self.model.described()

    async def run(self, feeds: dict[str, Any], fetches: Any = None, *, signal: Any = None) -> dict[str, Any]:
        """Run the model once.

        `feeds`: a tensor (or an array of the input's type) per input; a list of such for a sequence, None for an
        optional that is absent, a map as results have it. `fetches`: the names of the outputs wanted, or a dict from
        names to tensors to be filled (or None); all outputs by default. An output that is a sequence is a list of
        tensors, an optional that is absent is None, a map is a dict, in JS an object or, if its keys are integers, a
        Map: few models have such, so declarations for TypeScript speak of tensors alone.
        Raises InputError for a feed that is missing, unknown or does not fit; ArgumentRangeError for an unknown fetch.
        """
        check_signal(signal, 'The run')
        env = self._taken(feeds)
        names = self._fetched(fetches)
        await self._driven(lambda: self.routine.run(env), lambda call: call.run())
        results = self._given(env, names, fetches)
        check_signal(signal, 'The run')
        return results

    def run_sync(self, feeds: dict[str, Any], fetches: Any = None) -> dict[str, Any]:
        """`run` for synchronous callers, on a backend that computes in this thread. In Python, NumPy arrays come back.

        In JS the session must have plans for the shapes already (all input sizes known at `create`, or a run before),
        and a backend that fails is an error: only `run` can go on with the next one.
        """
        env = self._taken(feeds)
        names = self._fetched(fetches)
        while True:
            try:
                for call in self.routine.run(env):
                    call.run_sync()
                return native(self._given(env, names, fetches))
            except BackendError as error:
                if not CAN_WAIT:
                    raise
                run_sync(self.engine.fall_back(error))

    async def warmup(self) -> None:
        """Compile now, where input sizes are known, and run once on zeros, so that the first real run is a fast one.
        Of a model in several parts the first: what the others run on is known when it has run."""
        await self._before_runs(lambda call: call.run_on_zeros())

    async def profile(self, feeds: dict[str, Any], *, runs: int = 10) -> list[KernelProfile]:
        """How long each kernel takes, in the order of execution: medians of `runs` runs, after one that is not counted.

        Pages that are not cross-origin isolated have a clock of 0.1 ms, under which most kernels read as 0.
        Raises InputError as `run`, ArgumentRangeError for `runs` below 1.
        """
        if runs < 1:
            raise ArgumentRangeError('runs', f'must be at least 1, not {runs}')
        env = self._taken(feeds)
        rows: list[KernelProfile] = []

        def begin() -> Any:
            while len(rows) > 0:
                rows.pop()
            return self.routine.run(env)

        await self._driven(begin, lambda call: call.profile(runs, rows))
        return rows

    def report(self) -> Report:
        """Which backend runs, which were tried before and why they don't, where each node went, memory and timings."""
        return report_of(self)

    def explain(self) -> str:
        """The programs of the shapes seen so far, one line per kernel, and the operators that run on the host."""
        lines: list[str] = []
        for part in self.engine.parts:
            if part.title != '':
                lines.append(f'host: {part.title}')
            lines.extend([str(plan.program) for plan in part.plans])
        return '\n'.join(lines)

    async def release(self) -> None:
        """Give everything back. The session cannot be used any more."""
        self.is_released = True
        self.engine.release()

    # Feeds and results

    def _taken(self, feeds: Any) -> Table[str, Any]:
        """The feeds by name, each of the right type."""
        if self.is_released:
            raise DisposedError('The session')
        if not is_record(feeds):
            raise ArgumentTypeError('feeds', 'must map input names to tensors')
        given: Table[str, Any] = Table()
        sizes: Table[str, int] = Table()
        for info in self.feeds_info:
            if info.name not in feeds:
                raise InputError(info.name, 'it is missing from the feeds')
            value = fed(info, feeds[info.name], sizes)
            if value is not None:
                given.put(info.name, value)
        for name in feeds.keys():
            if name not in self.input_names:
                raise InputError(name, f'the model has no such input; it has {", ".join(self.input_names)}')
        return given

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

    def _given(self, env: Table[str, Any], names: list[str], fetches: Any) -> dict[str, Any]:
        """The outputs wanted, out of the values of a run."""
        results: dict[str, Any] = {}
        for name in names:
            value = self.routine.value(env, name)
            target = fetches[name] if is_record(fetches) else None
            if target is not None:
                value = put_into(target, value)
            elif not self.routine.is_one_part:
                value = owned(value)
            results[name] = value
        return results

    # Driving

    async def _driven(self, begin: Any, use: Any) -> None:
        """`use(call)` for each call of the generator that `begin()` gives. Where the backend gives up, the next one
        takes the session over, and it begins anew."""
        while True:
            try:
                for call in begin():
                    await use(call)
                return
            except BackendError as error:
                await self.engine.fall_back(error)

    async def _before_runs(self, use: Any) -> None:
        """`use(call)` for the first part, if it can be planned for the sizes that the model and the overrides fix."""
        shapes: Table[str, list[int]] = Table()
        for info in self.feeds_info:
            if info.kind == 'tensor' and info.shape is not None and all(_is_size(d) for d in info.shape):
                shapes.put(info.name, info.shape)
        await self._driven(lambda: self.routine.first(shapes), use)


def _is_size(dim: Any) -> bool:
    return dim is not None and not isinstance(dim, str)
