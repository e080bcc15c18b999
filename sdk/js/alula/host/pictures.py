"""The pixels of what users call a picture (JS body). Docstrings are at the CPython body."""

from alula.errors import HostFeatureError, ImageError
from alula.fetching import fetch_bytes
from alula.host.data import is_bytes


async def pixels_of(source, signal):
    if is_plain(source):
        pixels = source.width * source.height
        return [source.width, source.height, source.data.length / pixels if pixels > 0 else 0, source.data]
    if is_address(source):
        return await pixels_of(await fetch_bytes(source, None, signal), signal)
    if is_bytes(source):
        return await decoded(__new__(Blob([source])))
    if is_a(source, 'Blob'):
        return await decoded(source)
    if is_a(source, 'HTMLImageElement'):
        await loaded(source)
    size = size_of(source)
    if size is None:
        raise ImageError('it is nothing that can be drawn')
    return drawn(source, size[0], size[1])


async def decoded(blob):
    if __typeof__(createImageBitmap) == 'undefined':
        raise HostFeatureError('Decoding a picture', 'give an object with width, height and data')
    try:
        bitmap = await createImageBitmap(blob)
    except Exception as error:
        raise ImageError('its bytes are no picture that can be read here') from error
    try:
        return drawn(bitmap, bitmap.width, bitmap.height)
    finally:
        bitmap.js_close()


def is_plain(source) -> bool:
    """ImageData, or what looks like it."""
    __pragma__('js', '{}', 'return source?.data?.length >= 0 && source.width >= 0 && source.height >= 0;')


def is_address(source) -> bool:
    return __typeof__(source) == 'string' or is_a(source, 'URL')


def is_a(source, kind) -> bool:
    """Whether it is an object of the host's class of that name, which this host may lack."""
    __pragma__('js', '{}', '''
    const known = globalThis [kind];
    return known !== undefined && source instanceof known;
    ''')


async def loaded(element):
    """Wait until an img element has its picture."""
    try:
        await element.decode()
    except Exception as error:
        raise ImageError("the img element's source cannot be loaded or decoded") from error


def size_of(source):
    """The size in pixels of what a canvas can draw; None of anything else."""
    __pragma__('js', '{}', '''
    const width = source?.naturalWidth ?? source?.videoWidth ?? source?.displayWidth ?? source?.width;
    const height = source?.naturalHeight ?? source?.videoHeight ?? source?.displayHeight ?? source?.height;
    return width >= 0 && height >= 0 ? [width, height] : null;
    ''')


def drawn(source, width, height):
    """What the host draws of it on white, in sRGB."""
    if width == 0 or height == 0:
        raise ImageError('it has no pixels (yet): a video needs a first frame')
    try:
        pixels = read_back(source, width, height)
    except Exception as error:
        raise ImageError(reason(error)) from error
    return [width, height, 4, pixels]


def reason(error) -> str:
    if error.js_name == 'SecurityError':
        return 'its pixels come from another origin, which must allow it by CORS (crossOrigin on the element)'
    return 'it cannot be drawn (' + error.message + ')'


def read_back(source, width, height):
    __pragma__('js', '{}', '''
    const canvas = typeof OffscreenCanvas === 'undefined'
        ? Object.assign (document.createElement ('canvas'), {width, height}) : new OffscreenCanvas (width, height);
    // the CPU will read it: no round trip through the GPU
    const context = canvas.getContext ('2d', {willReadFrequently: true, colorSpace: 'srgb'});
    context.fillStyle = '#fff';
    context.fillRect (0, 0, width, height);
    context.drawImage (source, 0, 0, width, height);
    return context.getImageData (0, 0, width, height).data;
    ''')
