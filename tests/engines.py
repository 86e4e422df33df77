"""Browsers of other engines than Chromium's, where this machine has them: Firefox and WebKit."""

import json
import os
import re
import shutil
import subprocess
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from conftest import wait_until

READY = "document.documentElement.dataset.ready === 'true' && !page.waiting.size && !window.left"


class Browser:
    """Evaluate expressions in a page, which is opened from an address."""

    def open(self, address):
        """Open the page, and wait until it has started."""
        self.go(address)
        self.wait()

    def wait(self):
        """Wait until a page has started that is not the one that is being left."""
        wait_until(self.started_anew)

    def started_anew(self):
        """Tell whether it has; while one page follows another, nothing can be asked."""
        try:
            return self.evaluate(f"!!document.documentElement && {READY}")
        except Exception:
            return False

    def reload(self):
        """Load the page anew."""
        self.evaluate("(window.left = true, setTimeout(() => location.reload()), null)")
        self.wait()

    def evaluate(self, expression):
        """Return what an expression, or the promise that it is, has as JSON."""
        return json.loads(self.text(f"JSON.stringify((await ({expression})) ?? null)"))


class Firefox(Browser):
    """Firefox, which speaks WebDriver BiDi itself."""

    @classmethod
    @contextmanager
    def started(cls, folder):
        """Start it with a new profile that reaches no host."""
        program = next(filter(None, map(shutil.which, ["firefox-esr", "firefox"])), None)
        if not program:
            pytest.skip("There is no Firefox: on Debian, apt-get install firefox-esr.")
        websocket = pytest.importorskip("websocket", reason="pip install websocket-client")
        nowhere = {"network.proxy.type": 1, "network.proxy.ssl": "127.0.0.1",
                   "network.proxy.ssl_port": 9, "network.proxy.http": "127.0.0.1",
                   "network.proxy.http_port": 9}  # fmt: skip
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(nowhere[name])});" for name in nowhere]
        (folder / "user.js").write_text("\n".join(lines), "utf8")
        options = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
        log = (folder / "log").open("w+")
        with log, subprocess.Popen([program, *options], stdout=log, stderr=log) as process:
            try:
                said = folder / "log"
                pattern = re.compile(r"BiDi listening on (ws://\S+)")
                wait_until(lambda: pattern.search(said.read_text()))
                [address] = pattern.findall(said.read_text())
                browser = cls()
                browser.socket = websocket.create_connection(
                    f"{address}/session", suppress_origin=True, timeout=120
                )
                browser.asked = 0
                browser.ask("session.new", capabilities={})
                tree = browser.ask("browsingContext.getTree")
                browser.context = tree["contexts"][0]["context"]
                yield browser
                browser.socket.close()
            finally:
                process.terminate()

    def ask(self, method, **params):
        """Return the answer to a command, whatever events come before it."""
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.asked:
                assert answer["type"] == "success", answer
                return answer["result"]

    def go(self, address):
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def back(self):
        self.ask("browsingContext.traverseHistory", context=self.context, delta=-1)

    def text(self, expression):
        answer = self.ask(
            "script.evaluate",
            expression=f"(async () => {expression})()",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return answer["result"]["value"]


class WebKit(Browser):
    """WebKitGTK's own small browser, on a screen that nobody sees."""

    BROWSERS = Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")

    @classmethod
    @contextmanager
    def started(cls, _folder):
        """Start it, and the screen."""
        browsers, driver = sorted(cls.BROWSERS), shutil.which("WebKitWebDriver")
        if not (browsers and driver and shutil.which("Xvfb")):
            pytest.skip("There is no WebKit: on Debian, apt-get install webkit2gtk-driver xvfb.")
        webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
        options = webdriver.WebKitGTKOptions()
        options.binary_location = str(browsers[-1])
        options.add_argument("--automation")
        with ExitStack() as stack:
            screen = stack.enter_context(subprocess.Popen(
                ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            ))  # fmt: skip
            stack.callback(screen.terminate)
            display = {"DISPLAY": f":{screen.stdout.readline().strip()}"}
            # Selenium for Python 3.8 looks into a variable, of which it has no name itself.
            service = webdriver.WebKitGTKService(
                driver, env={**os.environ, **display}, driver_path_env_key="WEBKIT_DRIVER"
            )
            browser = cls()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # about code of selenium
                browser.driver = webdriver.WebKitGTK(options=options, service=service)
            stack.callback(browser.driver.quit)
            browser.driver.set_script_timeout(120)
            yield browser

    def go(self, address):
        self.driver.get(address)

    def back(self):
        self.driver.back()

    def text(self, expression):
        return self.driver.execute_async_script(
            f"const done = arguments[0]; (async () => {expression})().then(done);"
        )
