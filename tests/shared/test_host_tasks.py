"""Waiting, time, signals, and reading files."""

from alula.errors import AlulaError, FetchError
from alula.fetching import fetch_bytes
from alula.host.clock import now_ms
from alula.host.signals import check_signal
from alula.host.tasks import gather, sleep_ms
from alula_checks import eq


async def after(ms, value, order):
    await sleep_ms(ms)
    order.append(value)
    return value


async def test_gather_waits_for_all_at_once_and_keeps_the_order():
    order = []
    eq(await gather([after(30, 'slow', order), after(1, 'fast', order)]), ['slow', 'fast'])
    eq(order, ['fast', 'slow'])
    eq(await gather([]), [])


async def fail_after(ms):
    await sleep_ms(ms)
    raise FetchError('somewhere', 404, 'not found')


async def test_gather_raises_the_error_of_a_task():
    try:
        await gather([fail_after(1), after(2, 'x', [])])
        eq('no error', '')
    except FetchError as error:
        eq([error.status, error.code, error.url], [404, 'FETCH', 'somewhere'])


async def test_the_clock_runs_forward():
    start = now_ms()
    await sleep_ms(10)
    passed = now_ms() - start
    eq(passed > 8 and passed < 5000, True)


def test_no_signal_never_aborts():
    check_signal(None, 'Loading')


async def test_a_missing_file_is_a_typed_error():
    try:
        await fetch_bytes('/no/such/folder/model.onnx', None, None)
        eq('no error', '')
    except AlulaError as error:
        eq(error.code, 'FETCH')
        eq(str(error).find('/no/such/folder/model.onnx') > 0, True)
