"""Reading a model file for the commands, with Alula's own reader; what is wrong with it becomes a BuildError."""
import json
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


def labels(model: Any) -> list[str]:
    """The names of the classes that a classifier's metadata gives as JSON under `labels`; none where it does not."""
    try:
        found = json.loads(model.metadata.find('labels') or '[]')
    except ValueError:
        return []
    return [str(label) for label in found] if isinstance(found, list) else []
