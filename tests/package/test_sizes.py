"""The shares of sources in a bundle: all of its text, each piece counted for the module it came from."""

import zlib
from pathlib import Path

from tools.bundle.sizes import pieces, shares, table


def test_the_pieces_are_the_bundle(sample: Path) -> None:
    bundle = sample / 'node_modules' / 'sample' / 'index.min.js'
    assert ''.join(text for _, text in pieces(bundle)).strip() == bundle.read_text().strip()
    assert any('Hello' in text for source, text in pieces(bundle) if source.endswith('sample/text.py'))


def test_shares_add_up(sample: Path) -> None:
    bundle = sample / 'node_modules' / 'sample' / 'index.min.js'
    found = shares(bundle)
    assert abs(sum(share.raw for share in found.values()) - bundle.stat().st_size) < 2
    printed = table(bundle).splitlines()
    rooms = [int(line.split()[-1].replace(',', '')) for line in printed if not line.startswith(' ')]
    assert abs(sum(rooms) - len(zlib.compress(bundle.read_bytes(), 9))) < len(rooms)
    assert any(line.split()[0] == 'worker.py' for line in printed)
