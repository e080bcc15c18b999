"""Which properties get short names: the package's own, and none that anything but transpiled Python may say."""

from pathlib import Path

from tools.bundle.annotations import Type
from tools.bundle.mangle import mangled
from tools.bundle.surface import Attribute, Class, Surface

SOURCE = '''
class Shape:
    LIMIT = 3
    label: str = ''

    def __init__(self, sides, angles):
        self.sides = sides
        self.angles = angles
        self._drawn = False

    def __len__(self):
        return self.sides

    def area(self, *, scale=1):
        self.scale = scale
        return getattr(self, 'angles') * scale

    def copy(self):
        return Shape(self.sides, self.angles)

    @property
    def name(self):
        return self.label


def size_of(shape):
    shape.length = shape.area(scale=2)
'''


def names(tmp_path: Path, surface: Surface, foreign: str) -> list[str]:
    source = tmp_path / 'shape.py'
    source.write_text(SOURCE)
    return mangled([source], surface, [foreign])


def test_fields_methods_and_constants_of_our_own(tmp_path: Path) -> None:
    found = names(tmp_path, Surface(), 'export const length = (items) => items.length;')
    # left out: what is looked up by name or passed by keyword, special and runtime methods, and JavaScript's own word
    assert found == ['LIMIT', '_drawn', 'al_name', 'area', 'label', 'sides']


def test_the_public_surface_keeps_its_names(tmp_path: Path) -> None:
    shape = Class('Shape', 'shape', 'Shape', None, False, '')
    shape.attributes['sides'] = Attribute('sides', Type('number'), '', writable=False, own=True)
    shape.renamed['area'] = 'LIMIT'
    shape.methods['area'] = None
    found = names(tmp_path, Surface(classes={'Shape': shape}), 'length')
    assert found == ['_drawn', 'al_name', 'label']
