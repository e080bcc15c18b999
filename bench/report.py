"""Results as a page that stands alone: report.html with the results written into it."""
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PLACE = '{"results": "here"}'


def page(found: Mapping[str, Any]) -> str:
    template = (Path(__file__).parent / 'report.html').read_text(encoding='utf-8')
    # In a script element, '</' could end it.
    return template.replace(PLACE, json.dumps(found).replace('</', '<\\/'))
