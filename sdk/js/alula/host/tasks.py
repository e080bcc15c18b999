"""Waiting: several promises at once and a pause (JS body). Docstrings are at the CPython body."""

from alula.errors import HostFeatureError

CAN_WAIT = False


def run_sync(coroutine):
    raise HostFeatureError('A synchronous run', 'JavaScript cannot wait for a Promise; await it')


async def gather(coroutines):
    return await Promise.all(coroutines)


async def done():
    return None


async def sleep_ms(ms):
    await __new__(Promise(lambda done: setTimeout(done, ms)))
    return None
