"""Which properties get short names: the package's own, and none that anything but transpiled Python may say."""

from pathlib import Path

from tools.bundle.annotations import Type
from tools.bundle.mangle import mangled, properties_in
from tools.bundle.surface import Attribute, Class, Function, Parameter, Surface

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


def names(tmp_path: Path, surface: Surface, foreign: str, by_text: bool = False) -> list[str]:
    source = tmp_path / 'shape.py'
    source.write_text(SOURCE)
    return mangled([source], surface, [foreign], [source] if by_text else [])


def test_fields_methods_and_constants_of_our_own(tmp_path: Path) -> None:
    foreign = '/* label */ export const length = (sides) => sides.length;     // area'
    # left out: what is looked up by name, special and runtime methods, and JavaScript's own property
    assert names(tmp_path, Surface(), foreign) == ['LIMIT', '_drawn', 'al_name', 'area', 'label', 'scale', 'sides']


def test_keywords_that_come_as_text(tmp_path: Path) -> None:
    assert 'scale' not in names(tmp_path, Surface(), '', by_text=True)


def test_what_javascript_may_say() -> None:
    code = "a.b; f?.g; ({c, d: 1, e () {}}); const {h = 1} = i;\n    get j () {}\n    async k (l) {}\n'm n' + `o` // p"
    assert properties_in(code) >= set('bgcdhjkmno')
    assert not properties_in(code) & set('afilp')


def test_the_public_surface_keeps_its_names(tmp_path: Path) -> None:
    shape = Class('Shape', 'shape', 'Shape', None, False, '')
    shape.attributes['sides'] = Attribute('sides', Type('number'), '', writable=False, own=True)
    shape.renamed['area'] = 'LIMIT'
    scale = Parameter('scale', Type('number'), required=False)
    shape.methods['area'] = Function('area', (), (scale,), Type('number'), False, '')
    assert names(tmp_path, Surface(classes={'Shape': shape}), 'x.length') == ['_drawn', 'al_name', 'label']
