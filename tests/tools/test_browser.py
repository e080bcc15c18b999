"""The browser driver: which executable it takes, and that a page's failures reach the test."""
import asyncio
from pathlib import Path

import pytest

from tools import BuildError, browser, environment


def executable(path: Path) -> Path:
    path.write_text('#!/bin/sh\n')
    path.chmod(0o755)
    return path


def test_the_environment_names_the_browser(tmp_path: Path, monkeypatch) -> None:
    mine = executable(tmp_path / 'my-browser')
    monkeypatch.setenv('CHROMIUM', str(mine))
    assert browser.chromium_path() == mine
    monkeypatch.setenv('CHROMIUM', str(tmp_path / 'missing'))
    with pytest.raises(BuildError, match='CHROMIUM=.*missing'):
        browser.chromium_path()


def test_an_installed_chrome_will_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv('CHROMIUM', raising=False)
    monkeypatch.setenv('PATH', str(tmp_path))
    chrome = executable(tmp_path / 'google-chrome')
    assert browser.chromium_path() == chrome


def test_without_one_it_says_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(browser, 'APPLICATIONS', ())
    monkeypatch.delenv('CHROMIUM', raising=False)
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(BuildError, match='Install chromium'):
        browser.chromium_path()
    executable(tmp_path / 'apt-get')
    monkeypatch.setattr(environment, 'is_root', lambda: False)
    with pytest.raises(BuildError, match='sudo apt-get install chromium'):
        browser.chromium_path()


def test_root_on_debian_gets_it_installed(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(browser, 'APPLICATIONS', ())
    apt = tmp_path / 'apt-get'
    apt.write_text(f'#!/bin/sh\n[ "$1" = update ] || {{ /bin/cp "$0" {tmp_path}/chromium; }}\n')
    apt.chmod(0o755)
    monkeypatch.delenv('CHROMIUM', raising=False)
    monkeypatch.setenv('PATH', str(tmp_path))
    monkeypatch.setattr(environment, 'is_root', lambda: True)
    assert browser.chromium_path() == tmp_path / 'chromium'
    assert 'Installing chromium with apt-get' in capsys.readouterr().err


def test_failures_of_a_page_are_kept(chromium) -> None:
    with chromium.page() as page:
        page.evaluate("""() => {
            console.log('fine');
            console.error('wrong');
            setTimeout(() => { throw new Error('late'); });
        }""")
        page.wait_for('new Promise(done => setTimeout(() => done(true), 20))')
        assert page.console == ['log: fine', 'error: wrong']
        assert page.errors[0] == 'error: wrong'
        assert 'late' in page.errors[1]


def test_waiting_goes_on_where_the_page_forbids_eval(chromium, server) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    with chromium.page(server.address + '/README.md') as page:
        page.use(lambda raw: raw.set_content(policy))
        page.evaluate('() => { setTimeout(() => { window.answer = 42; }, 100); }')
        assert page.wait_for('window.answer') == 42
        with pytest.raises(TimeoutError, match='window.never'):
            page.wait_for('window.never', seconds=0.1)


def test_asyncio_runs_beside_a_running_browser(chromium) -> None:
    """playwright's event loop must not be found running in the thread of the tests."""
    with chromium.page() as page:
        assert asyncio.run(asyncio.sleep(0, page.evaluate('6 * 7'))) == 42


def test_pages_share_nothing(chromium, server) -> None:
    with chromium.page(server.address + '/README.md') as one, chromium.page(server.address + '/README.md') as other:
        one.evaluate("localStorage.setItem('a', '1')")
        assert other.evaluate("localStorage.getItem('a')") is None
