"""Reading a model file for the commands, with Alula's own reader; what is wrong with it becomes a BuildError."""
from pathlib import Path
from typing import Any

from tools import BuildError


def read(path: Path) -> Any:
    """The `alula.graph.graph.Model` in a file, as it is written there: not validated, external data not fetched."""
    from alula.errors import AlulaError
    from alula.model.onnx_reader import read_model
    try:
        return read_model(path.read_bytes())
    except OSError as error:
        raise BuildError(f'{path}: {error.strerror}') from error
    except AlulaError as error:
        raise BuildError(f'{path}: {error.message}') from error
