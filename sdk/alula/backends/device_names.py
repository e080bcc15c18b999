"""The names of the backends of graphics devices, in the order of preference: devices.py makes them."""

DEVICES = ['webgpu', 'webgl']
