"""`build.py serve` from the outside: it says where it serves, serves the built module, and ends on Ctrl-C."""
import http.client
import re
import signal
import subprocess
import sys

from tools import ROOT


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_it_serves_until_interrupted() -> None:
    command = [sys.executable, str(ROOT / 'build.py'), 'serve', '--port', '0', '--isolated']
    # A shell that starts the tests in the background has them, and their children, ignore Ctrl-C.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=_heed_interrupts) as process:
        try:
            line = process.stdout.readline()
            host, port = re.search(r'http://([\d.]+):(\d+)/', line).groups()
            connection = http.client.HTTPConnection(host, int(port), timeout=10)
            for path, beginning in (('/README.md', b'# Alula'), ('/alula/package.json', b'{')):
                connection.request('GET', path)
                response = connection.getresponse()
                assert response.read().startswith(beginning)
                assert response.getheader('Cross-Origin-Opener-Policy') == 'same-origin'
            connection.request('GET', '/alula/index.js')
            assert b'InferenceSession' in connection.getresponse().read()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()
