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


def labels(model: Any) -> list[str]:
    """The names of the classes that a classifier's metadata gives as tasks read it; none where it does not."""
    from alula.host.json import parse_json
    described = parse_json(model.metadata.find('alula') or '')
    found = described.get('labels') if isinstance(described, dict) else None
    return [str(label) for label in found] if isinstance(found, list) else []
