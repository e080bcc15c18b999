"""The build's own code: how Alula is made, checked and tried out. Nothing here is part of the product."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class BuildError(Exception):
    """Something the person at the keyboard can act on: printed as one message, without a traceback."""
