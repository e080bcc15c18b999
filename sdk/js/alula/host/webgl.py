"""WebGL2: contexts, shaders, textures, drawing and reading back (JS body). Docstrings are at the CPython body."""

from alula.errors import HostFeatureError
from alula.host.software import is_software_name

ROW = 4096
FORMER = 15  # the unit of the output's former contents
# Milliseconds that compilers get before they are asked, where asking holds up the page until they are done.
HEAD_START = 20

OF_A_DEVICE = ' that a graphics device computes (name the backend to let the CPU do it)'

# One triangle over all of the viewport.
CORNERS = """#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
"""


class Shader:
    """A linked program. `numbers`: the place of its uniforms."""

    def __init__(self, linked, fragment):
        self.linked = linked
        self.fragment = fragment
        self.numbers = None
        self.is_ready = False


class Texture:
    """A texture and the framebuffer that draws into it."""

    def __init__(self, place, target, is_float, width, rows):
        self.place = place
        self.target = target
        self.is_float = is_float
        self.width = width
        self.rows = rows


def open_context(takes_slow):
    canvas = __new__(OffscreenCanvas(1, 1)) if __typeof__(OffscreenCanvas) != 'undefined' else None
    if canvas is None:
        if __typeof__(document) == 'undefined':
            raise HostFeatureError('WebGL2', 'this host has no canvas')
        canvas = document.createElement('canvas')
    gl = canvas.getContext('webgl2', {
        'antialias': False, 'depth': False, 'alpha': False, 'powerPreference': 'high-performance',
        'failIfMajorPerformanceCaveat': not takes_slow})
    if gl is None:
        raise HostFeatureError('WebGL2', 'the browser gives no context' + ('' if takes_slow else OF_A_DEVICE))
    if not takes_slow and is_software(gl):
        gl.getExtension('WEBGL_lose_context').loseContext()  # a page may have but few
        raise HostFeatureError('WebGL2', 'the browser gives no context' + OF_A_DEVICE)
    if gl.getExtension('EXT_color_buffer_float') is None:
        raise HostFeatureError('WebGL2', 'the device does not render to float textures (EXT_color_buffer_float)')
    if most_rows(gl) < ROW:
        raise HostFeatureError('WebGL2', f'the device has textures of {most_rows(gl)} texels a side, not {ROW}')
    gl.getExtension('KHR_parallel_shader_compile')
    gl.bindVertexArray(gl.createVertexArray())
    for capability in [gl.DITHER, gl.BLEND, gl.DEPTH_TEST, gl.SCISSOR_TEST]:
        gl.disable(capability)
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4)
    return gl


def is_software(gl):
    """Whether a CPU computes: browsers that were started so don't take it for a caveat."""
    extension = gl.getExtension('WEBGL_debug_renderer_info')
    return is_software_name(gl.getParameter(gl.RENDERER if extension is None else extension.UNMASKED_RENDERER_WEBGL))


def most_rows(gl):
    return gl.getParameter(gl.MAX_TEXTURE_SIZE)


def trouble(gl):
    if gl.isContextLost():
        return 'the context was lost'
    code = gl.getError()
    if code == gl.NO_ERROR:
        return ''
    is_full = code == gl.OUT_OF_MEMORY
    return 'the device ran out of memory' if is_full else 'WebGL refused a call (error ' + str(code) + ')'


def _compiled(gl, kind, text):
    made = gl.createShader(kind)
    gl.shaderSource(made, text)
    gl.compileShader(made)
    return made


def program(gl, text):
    linked = gl.createProgram()
    fragment = _compiled(gl, gl.FRAGMENT_SHADER, text)
    gl.attachShader(linked, _compiled(gl, gl.VERTEX_SHADER, CORNERS))
    gl.attachShader(linked, fragment)
    gl.linkProgram(linked)
    return __new__(Shader(linked, fragment))


async def finished(gl, programs):
    extension = gl.getExtension('KHR_parallel_shader_compile')
    if extension is None and not all(shader.is_ready for shader in programs):
        await _later(HEAD_START)
    for shader in programs:
        # Asking for the status itself would wait for it, here and now.
        while extension is not None and not gl.isContextLost() and not gl.getProgramParameter(
            shader.linked, extension.COMPLETION_STATUS_KHR
        ):
            await _later(1)
    for shader in programs:
        if not shader.is_ready:
            problem = _settle(gl, shader)
            if problem != '':
                return problem
    return ''


def _settle(gl, shader):
    """Ask what became of a program, and tell its samplers their textures."""
    linked = shader.linked
    if not gl.getProgramParameter(linked, gl.LINK_STATUS):
        if gl.isContextLost():
            return 'the context was lost'
        return 'a shader was refused: ' + str(gl.getShaderInfoLog(shader.fragment) or gl.getProgramInfoLog(linked))
    gl.useProgram(linked)
    shader.numbers = gl.getUniformLocation(linked, 'p')
    unit = 0
    while unit < FORMER:
        place = gl.getUniformLocation(linked, 's' + str(unit))
        if place is None:
            break
        gl.uniform1i(place, unit)
        unit += 1
    gl.uniform1i(gl.getUniformLocation(linked, 'former'), FORMER)
    shader.is_ready = True
    return ''


def texture(gl, is_float, width, rows):
    place = gl.createTexture()
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, place)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F if is_float else gl.RGBA32I, width, rows)
    for name in [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]:
        gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST)
    target = gl.createFramebuffer()
    gl.bindFramebuffer(gl.FRAMEBUFFER, target)
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, place, 0)
    return __new__(Texture(place, target, is_float, width, rows))


def drop_texture(gl, held):
    gl.deleteFramebuffer(held.target)
    gl.deleteTexture(held.place)


def upload(gl, held, values):
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, held.place)
    kinds = [gl.RGBA, gl.FLOAT] if held.is_float else [gl.RGBA_INTEGER, gl.INT]
    whole = 4 * ROW
    count = values.length
    rows = Math.js_floor(count / whole)
    if rows > 0:
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ROW, rows, kinds[0], kinds[1], values, 0)
    rest = count - rows * whole
    if rest > 0:
        last = __new__((Float32Array if held.is_float else Int32Array)(Math.ceil(rest / 4) * 4))
        last.set(values.subarray(rows * whole))
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, rows, last.length / 4, 1, kinds[0], kinds[1], last, 0)


def draw(gl, shader, target, sources, numbers, first, rows):
    gl.useProgram(shader.linked)
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.target)
    gl.viewport(0, first, target.width, rows)
    if numbers.length > 0:
        gl.uniform1iv(shader.numbers, numbers)
    last = len(sources) - 1
    for i in range(len(sources)):
        source = sources[i]
        if source is not None:
            gl.activeTexture(gl.TEXTURE0 + (FORMER if i == last else i))
            gl.bindTexture(gl.TEXTURE_2D, source.place)
    gl.drawArrays(gl.TRIANGLES, 0, 3)


def submit(gl):
    gl.flush()


async def download(gl, held, counts):
    offsets = []
    total = 0
    for count in counts:
        offsets.append(total)
        total += Math.ceil(count / 4) * 16
    store = gl.createBuffer()
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, store)
    gl.bufferData(gl.PIXEL_PACK_BUFFER, Math.js_max(total, 16), gl.STREAM_READ)
    for i in range(len(held)):
        _pack(gl, held[i], Math.ceil(counts[i] / 4), offsets[i])
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, None)
    await _done(gl)
    results = []
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, store)
    for i in range(len(held)):
        values = __new__((Float32Array if held[i].is_float else Int32Array)(counts[i]))
        gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, offsets[i], values)
        results.append(values)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, None)
    gl.deleteBuffer(store)
    return results


def _pack(gl, held, texels, offset):
    """Copy texels to the bound buffer: whole rows, then what is left."""
    gl.bindFramebuffer(gl.FRAMEBUFFER, held.target)
    kinds = [gl.RGBA, gl.FLOAT] if held.is_float else [gl.RGBA_INTEGER, gl.INT]
    rows = Math.js_floor(texels / ROW)
    if rows > 0:
        gl.readPixels(0, 0, ROW, rows, kinds[0], kinds[1], offset)
    rest = texels - rows * ROW
    if rest > 0:
        gl.readPixels(0, rows, rest, 1, kinds[0], kinds[1], offset + rows * ROW * 16)


async def _done(gl):
    """Wait until the device has done everything, without holding up the page."""
    fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    gl.flush()
    turns = 0
    while fence is not None and not gl.isContextLost():
        if gl.getSyncParameter(fence, gl.SYNC_STATUS) == gl.SIGNALED:
            break
        # Timers that follow each other wait 4 ms at least; messages don't, but would keep a core busy.
        await _later(0 if turns < 8 else 1)
        turns += 1
    gl.deleteSync(fence)


async def _later(ms):
    __pragma__('js', '{}', '''
    await new Promise (done => {
        if (ms > 0) {
            setTimeout (done, ms);
            return;
        }
        const channel = new MessageChannel ();
        channel.port1.onmessage = () => {
            channel.port1.close ();
            done ();
        };
        channel.port2.postMessage (0);
    });
    ''')
    return None
