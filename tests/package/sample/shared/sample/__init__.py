"""A little of everything that a public surface can have."""

from sample.errors import ArgumentTypeError, MissingInputError, SampleError
from sample.settings import Settings, ThreadSettings, settings
from sample.text import Layout, greeting, join_words, version
from sample.vector import Range, Vector
from sample.worker import Report, Worker

__all__ = [
    'ArgumentTypeError', 'Layout', 'MissingInputError', 'Range', 'Report', 'SampleError', 'Settings', 'ThreadSettings',
    'Vector', 'Worker', 'greeting', 'join_words', 'settings', 'version',
]
