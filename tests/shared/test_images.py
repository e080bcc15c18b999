"""Images on both hosts: their pixels, how they fit a model, and the tensors they become."""

from alula.errors import AlulaError, ArgumentRangeError, ImageError, SettingError
from alula.host.arrays import array_from_list, to_list
from alula.host.pixels import bounds_of, grey_of_rgb, rgb_of_grey, rgb_over_white
from alula.media.fit import fit_image
from alula.media.image import Image
from alula.media.image_tensor import PixelFormat
from alula.media.ink import Ink
from alula.tensor import Tensor
from alula_checks import eq, near, raises, raises_async


def octets(values):
    return array_from_list('uint8', values)


def ramp(width, height):
    """Pixel (x, y) is [x, y, 10 x]."""
    values = []
    for y in range(height):
        for x in range(width):
            values.extend([x, y, 10 * x])
    return Image(width, height, octets(values))


def level(width, height, grey):
    return Image(width, height, octets([grey for _ in range(3 * width * height)]))


def no_image(width, height, count):
    error = raises(ImageError, lambda: Image(width, height, octets([0 for _ in range(count)])))
    eq(error.code, 'IMAGE')


def test_an_image_has_pixels():
    eq(to_list(Image(2, 1, octets([1, 2, 3, 4, 5, 6])).data), [1, 2, 3, 4, 5, 6])
    for width, height, count in [(0, 1, 0), (1, 0, 0), (-1, -1, 3), (1, 1, 4), (2, 2, 4), (1.5, 2, 9)]:
        no_image(width, height, count)


def no_crop(image, x, y, width, height):
    eq(raises(ArgumentRangeError, lambda: image.crop(x, y, width, height)).argument, 'x')


def test_crop_and_pad():
    image = ramp(4, 3)
    eq(to_list(image.crop(1, 1, 2, 1).data), [1, 1, 10, 2, 1, 20])
    eq(to_list(image.crop(0, 0, 4, 3).data), to_list(image.data))
    padded = image.crop(3, 2, 1, 1).pad(1, 1, 3, 2, 7)
    eq(to_list(padded.data), [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 3, 2, 30, 7, 7, 7])
    for x, y, width, height in [(-1, 0, 2, 2), (0, -1, 2, 2), (3, 0, 2, 1), (0, 3, 1, 1), (0, 0, 0, 1)]:
        no_crop(image, x, y, width, height)
    raises(ArgumentRangeError, lambda: image.pad(0, 0, 3, 3))
    raises(ArgumentRangeError, lambda: image.pad(1, 0, 4, 3))
    raises(ArgumentRangeError, lambda: image.resize(0, 2))
    raises(ArgumentRangeError, lambda: image.resize(2, 1.5))


def test_resizing_has_the_numbers_of_pillow():
    # Image.fromarray(…).resize(…, BILINEAR) of Pillow 13, whose every size tests/unit/test_resize.py goes through
    row = Image(4, 1, octets([0, 10, 255, 100, 0, 0, 30, 200, 90, 255, 255, 7]))
    eq(to_list(row.resize(2, 1).data), [47, 33, 122, 136, 195, 42])
    eq(to_list(row.resize(3, 1).data), [30, 7, 179, 65, 100, 45, 188, 239, 32])
    eq(to_list(row.resize(1, 2).data), [91, 114, 81, 91, 114, 81])
    eq(to_list(ramp(2, 2).resize(3, 3).data), [
        0, 0, 0, 1, 0, 5, 1, 0, 10,
        0, 1, 0, 1, 1, 5, 1, 1, 10,
        0, 1, 0, 1, 1, 5, 1, 1, 10,
    ])  # fmt: skip


def test_grey_transparent_and_bounds():
    eq(to_list(rgb_of_grey(octets([5, 250]))), [5, 5, 5, 250, 250, 250])
    eq(to_list(grey_of_rgb(octets([255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77]))), [76, 150, 29, 77])
    eq(to_list(rgb_over_white(octets([10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 128]))),
       [10, 20, 30, 255, 255, 255, 127, 177, 227])  # fmt: skip
    plane = octets([0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 8, 0])
    eq(bounds_of(plane, 4, 8), [1, 1, 3, 3])
    eq(bounds_of(plane, 4, 9), [1, 1, 2, 2])
    eq(bounds_of(plane, 4, 10), [])
    eq(bounds_of(octets([1, 0, 0, 1]), 2, 1), [0, 0, 2, 2])


def test_letterbox_and_back():
    picture = fit_image(level(200, 100, 50), 64, 64, {'fit': 'letterbox'})
    eq([picture.image.width, picture.image.height], [64, 64])
    column = [picture.image.data[3 * (64 * y + 10)] for y in range(64)]
    eq(column, [*[114 for _ in range(16)], *[50 for _ in range(32)], *[114 for _ in range(16)]])
    near([picture.source_x(0), picture.source_x(32), picture.source_x(64)], [0, 100, 200])
    near([picture.source_y(0), picture.source_y(16), picture.source_y(32), picture.source_y(48)], [0, 0, 50, 100])
    eq(fit_image(level(1, 1000, 9), 4, 8, {'fit': 'letterbox', 'pad': 3}).image.data[3], 9)


def test_crop_and_back():
    picture = fit_image(ramp(8, 4), 4, 4, {'fit': 'crop'})
    eq([picture.image.data[3 * x] for x in range(4)], [2, 3, 4, 5])
    near([picture.source_x(0), picture.source_x(4), picture.source_y(4)], [2, 6, 4])
    tall = fit_image(ramp(4, 9), 4, 4, {'fit': 'crop'})
    eq([tall.image.data[12 * y + 1] for y in range(4)], [2, 3, 4, 5])
    # torchvision: Resize(256) of 640 × 480 is 341 × 256, CenterCrop(224) of that begins at (58, 16)
    photo = fit_image(level(640, 480, 1), 224, 224, {'fit': 'crop', 'resize': 256})
    near([photo.left, photo.top, photo.scale_x, photo.scale_y], [-58, -16, 341 / 640, 256 / 480])
    error = raises(SettingError, lambda: fit_image(level(9, 9, 0), 224, 224, {'fit': 'crop', 'resize': 200}))
    eq([error.code, error.setting], ['SETTING', 'input'])


def test_stretch_and_an_unknown_fit():
    picture = fit_image(ramp(8, 4), 4, 4, {'fit': 'stretch'})
    near([picture.source_x(2), picture.source_y(2)], [4, 2])
    raises(SettingError, lambda: fit_image(ramp(8, 4), 4, 4, {'fit': 'squeeze'}))


def written(paper, pen):
    """A bar of 4 × 12 pixels at (10, 5) on paper of 40 × 30."""
    values = [paper for _ in range(3 * 40 * 30)]
    for y in range(5, 17):
        for x in range(10, 14):
            for c in range(3):
                values[3 * (40 * y + x) + c] = pen
    return Image(40, 30, octets(values))


def test_ink_is_found_on_any_paper():
    for paper, pen in [(255, 0), (0, 255), (200, 90), (100, 130)]:
        ink = Ink(written(paper, pen))
        eq([ink.left, ink.top, ink.width, ink.height], [10, 5, 4, 12])
        eq(to_list(ink.image.data), [255 for _ in range(3 * 4 * 12)])
        picture = fit_image(written(paper, pen), 32, 32, {'fit': 'ink', 'box': 24})
        eq(bounds_of(grey_of_rgb(picture.image.data), 32, 128), [12, 4, 20, 28])
        near([picture.source_x(12), picture.source_x(20), picture.source_y(4), picture.source_y(28)], [10, 14, 5, 17])
    raises(ImageError, lambda: Ink(written(255, 255)))
    raises(ImageError, lambda: Ink(written(100, 110)))


def numbers(tensor):
    return to_list(tensor.array)


def test_tensors():
    a = Image(2, 1, octets([0, 51, 255, 102, 204, 153]))
    b = Image(2, 1, octets([255, 255, 255, 0, 0, 0]))
    planar = PixelFormat('nchw', 3, 'rgb', 'float32', None, None, None).tensor([a, b])
    eq(planar.dims, [2, 3, 1, 2])
    near(numbers(planar), [0, 0.4, 0.2, 0.8, 1, 0.6, 1, 0, 1, 0, 1, 0])
    last = PixelFormat('nhwc', 3, 'bgr', 'uint8', None, None, None).tensor([a])
    eq([last.dims, numbers(last)], [[1, 1, 2, 3], [255, 51, 0, 153, 204, 102]])
    scaled = PixelFormat('nchw', 3, 'rgb', 'float32', 1, [0, 1, 2], 2).tensor([a])
    near(numbers(scaled), [0, 51, 25, 101.5, 126.5, 75.5])
    grey = PixelFormat('nhwc', 1, 'rgb', 'float32', None, 0.5, [0.5]).tensor([b])
    eq([grey.dims, numbers(grey)], [[1, 1, 2, 1], [1, -1]])
    half = PixelFormat('nchw', 1, 'rgb', 'float16', None, None, None).tensor([b])
    eq([half.dtype, numbers(half)], ['float16', [0x3C00, 0]])
    eq(Tensor('float16', half.data, half.dims).dims, [1, 1, 1, 2])


def no_format(layout, channels, order, dtype, mean):
    eq(raises(SettingError, lambda: PixelFormat(layout, channels, order, dtype, 1, mean, 1)).setting, 'input')


def test_formats_that_are_none():
    no_format('chw', 3, 'rgb', 'float32', 0)
    no_format('nchw', 4, 'rgb', 'float32', 0)
    no_format('nchw', 3, 'rbg', 'float32', 0)
    no_format('nchw', 3, 'rgb', 'int64', 0)
    no_format('nchw', 3, 'rgb', 'float32', [0, 0])


async def test_reading_pixels():
    image = ramp(2, 2)
    eq(await Image.read(image) is image, True)
    await raises_async(AlulaError, lambda: Image.read(octets([1, 2, 3])))    # what Node does not even try to decode
