"""WebGPU (JS body). Docstrings are at the CPython body."""

from alula.errors import BackendError, HostFeatureError
from alula.host.software import is_software_name

# What sessions of this page share: the device that nobody gave us, and a promise of it while it is being opened.
SHARED = {'opening': None, 'users': 0}
LIMITS = ['maxStorageBuffersPerShaderStage', 'maxStorageBufferBindingSize', 'maxBufferSize']


class Gpu:
    def __init__(self, device, info, is_ours):
        self.device = device
        self.is_software = _is_software(info)
        self.is_ours = is_ours
        self.storage_buffers = device.limits.maxStorageBuffersPerShaderStage
        self.binding_bytes = device.limits.maxStorageBufferBindingSize
        self.buffer_bytes = device.limits.maxBufferSize
        self.wrong = ''
        self.layouts = __new__(Map())
        self.pipelines = __new__(Map())
        self.staging = []
        self._watch()

    def _watch(self):
        device = self.device
        device.lost.then(lambda info: self._note('the device was lost: ' + info.message))
        device.addEventListener('uncapturederror', lambda event: self._note(event.error.message))

    def _note(self, what):
        if self.wrong == '':
            self.wrong = what

    def failure(self):
        return self.wrong

    def buffer(self, size):
        usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
        return self.device.createBuffer({'size': size, 'usage': usage})

    def write(self, buffer, offset, values):
        self.device.queue.writeBuffer(buffer, offset, values)

    async def pipeline(self, code, access):
        found = self.pipelines.js_get(code)
        if found is None:
            found = self._compiled(code, access)
            self.pipelines.set(code, found)
        return await found

    async def _compiled(self, code, access):
        device = self.device
        layout = device.createPipelineLayout({'bindGroupLayouts': [self._layout(access)]})
        module = device.createShaderModule({'code': code})
        try:
            compute = {'module': module, 'entryPoint': 'main'}
            return await device.createComputePipelineAsync({'layout': layout, 'compute': compute})
        except Exception as error:
            # Told by `made`: a promise that fails before anybody waits for it would be reported to the page.
            return BackendError('webgpu', 'a shader was refused: ' + error.message)

    def _layout(self, access):
        found = self.layouts.js_get(access)
        if found is None:
            # The parameters are only read.
            entries = [
                {
                    'binding': i,
                    'visibility': GPUShaderStage.COMPUTE,
                    'buffer': {'type': 'storage' if one == 'w' else 'read-only-storage'},
                }
                for i, one in enumerate(list('r' + access))
            ]
            found = self.device.createBindGroupLayout({'entries': entries})
            self.layouts.set(access, found)
        return found

    def bindings(self, access, ranges):
        entries = [
            {'binding': i, 'resource': {'buffer': one[0], 'offset': one[1], 'size': one[2]}}
            for i, one in enumerate(ranges)
        ]
        return self.device.createBindGroup({'layout': self._layout(access), 'entries': entries})

    def run(self, calls):
        encoder = self.device.createCommandEncoder()
        work = encoder.beginComputePass()
        for call in calls:
            work.setPipeline(call[0])
            work.setBindGroup(0, call[1])
            work.dispatchWorkgroups(call[2], call[3])
        work.end()
        self.device.queue.submit([encoder.finish()])

    async def read(self, ranges):
        total = sum([one[2] for one in ranges])
        if total == 0:
            await self.device.queue.onSubmittedWorkDone()
            self._check()
            return []
        staging = self._staging(total)
        encoder = self.device.createCommandEncoder()
        at = 0
        for one in ranges:
            encoder.copyBufferToBuffer(one[0], one[1], staging, at, one[2])
            at += one[2]
        self.device.queue.submit([encoder.finish()])
        try:
            await staging.mapAsync(GPUMapMode.READ, 0, total)
        except Exception as error:
            raise BackendError('webgpu', self.wrong or error.message) from error
        self._check()
        words = __new__(Uint8Array(staging.getMappedRange(0, total)))
        found = []
        at = 0
        for one in ranges:
            found.append(words.slice(at, at + one[2]))
            at += one[2]
        staging.unmap()
        self.staging.append(staging)
        return found

    def _staging(self, size):
        """A buffer that nobody reads at the moment, the one used last if it is large enough."""
        while len(self.staging) > 0:
            kept = self.staging.pop()
            if kept.size >= size:
                return kept
            kept.destroy()
        return self.device.createBuffer({'size': size, 'usage': GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ})

    def _check(self):
        if self.wrong != '':
            raise BackendError('webgpu', self.wrong)

    def release(self, buffer):
        buffer.destroy()

    def close(self):
        if not self.is_ours:
            return
        SHARED['users'] -= 1
        if SHARED['users'] == 0:
            SHARED['opening'] = None
            self.device.destroy()


def made(pipeline):
    if isinstance(pipeline, BackendError):
        raise pipeline
    return pipeline


async def open_gpu(device, power):
    if __typeof__(navigator) != 'object' or navigator.gpu is None:
        raise HostFeatureError('WebGPU', 'this host has none')
    if device is not None:
        return Gpu(device, device.adapterInfo, False)
    if SHARED['opening'] is not None:
        known = await SHARED['opening']
        # A device that was lost serves those who are on it, and nobody else.
        if known.wrong == '':
            SHARED['users'] += 1
            return known
    SHARED['users'] = 1
    SHARED['opening'] = _opened(power)
    try:
        return await SHARED['opening']
    except Exception:
        SHARED['opening'] = None
        raise


async def _opened(power):
    adapter = await navigator.gpu.requestAdapter(None if power is None else {'powerPreference': power})
    if adapter is None:
        raise HostFeatureError('WebGPU', 'the browser gives no adapter')
    limits = {name: adapter.limits[name] for name in LIMITS}
    try:
        device = await adapter.requestDevice({'requiredLimits': limits})
    except Exception as error:
        raise HostFeatureError('WebGPU', 'no device: ' + error.message) from error
    return Gpu(device, adapter.info, True)


def _is_software(info) -> bool:
    """Adapters say so themselves (`isFallbackAdapter`), of late; before, Chromium named the architecture, others the
    device, or described it. A device of the app's tells of its adapter in browsers that are not too old."""
    return info is not None and (
        info.isFallbackAdapter or is_software_name(info.architecture + info.device + info.description)
    )
