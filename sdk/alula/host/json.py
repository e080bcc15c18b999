"""JSON (CPython body)."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str) -> Any:
    """The value that JSON text stands for: dicts, lists, texts, numbers; None for null and for what is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def json_value(value: Any) -> Any:
    """What a caller's own JSON parser gave, as `parse_json` gives it (in JS its objects become dicts)."""
    return value
