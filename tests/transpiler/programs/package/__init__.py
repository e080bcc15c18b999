"""A package that offers names of its modules as its own."""
from package.first import twice
from package.second import FACTOR
