"""A package that offers names of its modules as its own."""
# ruff: noqa: F401
from package.first import twice
from package.second import FACTOR
