"""Transcrypt's own compiler, loaded so that its `org` package is found, and the one version that this build knows."""
from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

VERSION = '3.9.5'


def _as_it_is(error: Exception, **_: object) -> None:
    """Errors carry their own place; Transcrypt would wrap them in one that often says nothing."""
    raise error


def load():
    spec = find_spec('transcrypt')
    found = version('transcrypt') if spec is not None else 'none'
    if spec is None or not spec.submodule_search_locations or found != VERSION:
        raise ImportError(f'the transpiler is built on Transcrypt {VERSION}; this environment has {found}')
    modules = Path(spec.submodule_search_locations[0]) / 'modules'
    sys.path.append(str(modules))
    from org.transcrypt import compiler, sourcemaps, utils  # noqa: E402 (found only now)
    utils.commandArgs.__dict__.update(dict.fromkeys(
        'source kwargs opov iconv tconv keycheck anno docat xglobs jscall jskeys jsmod fcall ecom dextex dcheck dassert'
        ' verbose xreex esv'.split(), False), map=True)
    utils.extraLines, utils.nrOfExtraLines = '', 0
    utils.enhanceException = _as_it_is
    return compiler, sourcemaps, SimpleNamespace(transpiler_name='transcrypt', interpreter_name='python')


compiler, sourcemaps, environment = load()
