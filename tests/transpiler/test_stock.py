"""The compiler underneath: another version of it stops the build at once, and says which one is wanted."""
import importlib.metadata

import pytest

from tools.transpiler import stock


def test_another_version_of_transcrypt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, 'version', lambda name: '3.9.6')
    monkeypatch.setattr(stock, 'version', importlib.metadata.version)
    with pytest.raises(ImportError, match=f'Transcrypt {stock.VERSION}; this environment has 3.9.6'):
        stock.load()
