"""Headless Chromium for tests, benchmarks and `build.py run`: finds the installed one, drives it through playwright.

playwright runs in a thread of its own, because its synchronous interface keeps an event loop running in the thread that
started it, and `asyncio.run` (which tests and Alula's synchronous calls use) refuses to start a second one there.
"""
import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tools import BuildError, environment, npm

COMMANDS = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome')
APPLICATIONS = (
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '%PROGRAMFILES%/Google/Chrome/Application/chrome.exe',
    '%PROGRAMFILES(X86)%/Google/Chrome/Application/chrome.exe',
    '%LOCALAPPDATA%/Google/Chrome/Application/chrome.exe',
)
# A browser under test speaks to nobody but the test's own server.
QUIET = ('--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
         '--disable-quic')
SOFTWARE_WEBGPU = ('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader',
                   '--use-angle=swiftshader')

# What Chromium itself writes in the console where a page asks for WebGPU and there is no graphics device.
NO_DEVICE = 'warning: No available adapters.'


def chromium_path() -> Path:
    """The browser's executable: $CHROMIUM, else the installed one, else (root on Debian) a newly installed one."""
    named = os.environ.get('CHROMIUM')
    if named:
        found = shutil.which(named)
        if found is None:
            raise BuildError(f'CHROMIUM={named} is not an executable')
        return Path(found)
    path = _installed()
    if path is None:
        environment.install_debian_package('chromium', 'No Chromium or Chrome was found (set CHROMIUM to name one).')
        path = _installed()
    if path is None:
        raise BuildError('Chromium was installed but cannot be found; set CHROMIUM to its executable')
    return path


class Page:
    """A browser tab. `console` has every message as 'type: text', `errors` those that are errors, and exceptions."""

    def __init__(self, call: Callable[..., Any], page: Any) -> None:
        self._call = call
        self._page = page
        self.console: list[str] = []
        self.errors: list[str] = []
        page.on('console', self._on_console)
        page.on('pageerror', lambda error: self.errors.append(f'uncaught: {error}'))
        page.on('requestfailed', lambda request: self.errors.append(f'request failed: {request.url} {request.failure}'))

    def goto(self, url: str) -> None:
        """Open an address; returns once its `load` event has fired."""
        self._call(self._page.goto, url)

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        """The value of a JS expression, or of a JS function called with `argument`. Awaits promises; JSON both ways."""
        return self._call(self._page.evaluate, expression, argument)

    def wait_for(self, expression: str, seconds: float = 30) -> Any:
        """Wait until a JS expression is truthy; its value. TimeoutError where it does not become so.

        Asked from outside, again and again: playwright's own waiting evaluates in the page, whose policy may forbid it.
        """
        deadline = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > deadline:
                raise TimeoutError(f'not so after {seconds:g} s: {expression}')
            time.sleep(0.02)
        return value

    def screenshot(self, path: Path) -> None:
        """The whole page as a PNG."""
        self._call(lambda: self._page.screenshot(path=path, full_page=True))

    def use(self, action: Callable[[Any], Any]) -> Any:
        """`action(page)` with playwright's own page, for what has no method here: mouse, files, routes, viewport."""
        return self._call(action, self._page)

    def close(self) -> None:
        self._call(self._page.close)

    def _on_console(self, message: Any) -> None:
        text = f'{message.type}: {message.text}'
        self.console.append(text)
        if message.type == 'error':
            self.errors.append(text)


class Chromium:
    """A running browser. Pages do not share storage, cookies or service workers."""

    def __init__(self, call: Callable[..., Any], browser: Any) -> None:
        self._call = call
        self._browser = browser

    @property
    def version(self) -> str:
        return str(self._browser.version)

    @contextlib.contextmanager
    def page(self, url: str | None = None, **options: Any) -> Iterator[Page]:
        """A fresh page, opened at `url` if given. `options` are playwright's: viewport, is_mobile, color_scheme."""
        page = self._call(lambda: Page(self._call, self._browser.new_page(**options)))
        try:
            if url is not None:
                page.goto(url)
            yield page
        finally:
            page.close()


    @contextlib.contextmanager
    def profile(self, **options: Any) -> Iterator[Callable[[str], Page]]:
        """A function that opens pages at a URL, which share storage as the tabs of one user do."""
        context = self._call(lambda: self._browser.new_context(**options))

        def opened(url: str) -> Page:
            page: Page = self._call(lambda: Page(self._call, context.new_page()))
            page.goto(url)
            return page

        try:
            yield opened
        finally:
            self._call(context.close)


@contextlib.contextmanager
def chromium(webgpu: bool = False, flags: tuple[str, ...] = ()) -> Iterator[Chromium]:
    """Headless Chromium, closed at the end. `webgpu` adds a software adapter where there is no GPU."""
    from playwright.sync_api import sync_playwright
    executable = chromium_path()
    # The Node inside of playwright wants libatomic, which a bare Debian has not.
    os.environ.setdefault('PLAYWRIGHT_NODEJS_PATH', str(npm.node()))
    arguments = [*QUIET, *(SOFTWARE_WEBGPU if webgpu else ()), *flags]
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix='playwright') as thread:
        def call(function: Callable[..., Any], *values: Any) -> Any:
            return thread.submit(function, *values).result()

        playwright = call(lambda: sync_playwright().start())
        try:
            browser = call(lambda: playwright.chromium.launch(executable_path=executable, headless=True, args=arguments,
                                                              chromium_sandbox=not environment.is_root()))
            try:
                yield Chromium(call, browser)
            finally:
                call(browser.close)
        finally:
            call(playwright.stop)


def _installed() -> Path | None:
    for command in COMMANDS:
        found = shutil.which(command)
        if found is not None:
            return Path(found)
    applications = (Path(os.path.expandvars(path)) for path in APPLICATIONS)
    return next((path for path in applications if path.is_file()), None)
