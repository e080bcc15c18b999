"""Messages for the developer (CPython body: the logger 'alula')."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger('alula')
LEVELS = {
    'verbose': logging.DEBUG,
    'info': logging.INFO,
    'warning': logging.WARNING,
    'error': logging.ERROR,
    'fatal': logging.CRITICAL,
}


def log(level: str, text: str) -> None:
    """Write one line at a level of `env.log_level`: 'verbose', 'info', 'warning', 'error' or 'fatal'."""
    LOGGER.log(LEVELS[level], text)
