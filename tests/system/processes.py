"""Starts the real programs on free ports and ends them surely.

A program's output goes to a file beside its other files, so that a test can read what was said and
a failed test can show it. Whatever happens to the test runner, the kernel ends what it started.
"""

import ctypes
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse

EXPORTER = os.environ["WOLKVOX_EXPORTER"]
SIMULATOR = os.environ["WOLKVOX_SIMULATOR"]

# Upper bounds for what happens within milliseconds on an idle machine; never a measurement.
PATIENCE = 30.0
# The sanitizer that the programs are built with: "address", "thread" or none.
SANITIZER = os.environ.get("WOLKVOX_SANITIZE", "")
# How often as long everything may take with it.
_SLOWER = float(os.environ.get("WOLKVOX_PATIENCE", "1"))

# How long a new series shows 0 in tests, which would else wait two minutes for each value; None lets
# the exporter take its own time.
FIRST_SHOWING = "WOLKVOX_TEST_FIRST_SHOWING"
os.environ[FIRST_SHOWING] = f"{1300 * _SLOWER:.0f}ms"

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _end_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def patient(seconds=PATIENCE):
    """How long to wait in this build for what may take `seconds` without a sanitizer."""
    return seconds * _SLOWER


def eventually(check, within=PATIENCE, every=0.05):
    """Calls `check` until it raises no AssertionError; raises the last one after `within`."""
    deadline = time.monotonic() + patient(within)
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        time.sleep(every)


def _surroundings(changed):
    """Our own environment with these variables, but for those that are None."""
    return {name: value for name, value in {**os.environ, **(changed or {})}.items()
            if value is not None}


def run_to_end(*arguments, environment=None, folder=None):
    """A command that ends by itself: its status and what it wrote."""
    return subprocess.run(
        [str(a) for a in arguments], capture_output=True, text=True, timeout=patient(), cwd=folder,
        env=_surroundings(environment), check=False)


class Program:
    """A running program whose output is kept in a file."""

    def __init__(self, arguments, output, environment=None, arrange=None, inherited=()):
        """`arrange` is called in the new process, `inherited` are descriptors that it keeps."""
        self.output = output
        self.awaited = False  # whether somebody has seen it end

        def prepare():
            _end_with_parent()
            if arrange:
                arrange()

        with open(output, "wb") as out:
            self.process = subprocess.Popen(
                [str(a) for a in arguments], stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, env=_surroundings(environment),
                preexec_fn=prepare, pass_fds=tuple(inherited))

    def said(self):
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern, within=PATIENCE):
        """The matches of `pattern` in the output, as soon as there is one."""

        def look():
            found = re.findall(pattern, self.said())
            if not found and self.process.poll() is not None:
                raise RuntimeError(f"ended with {self.process.returncode}:\n{self.said()}")
            assert found, f"nothing like {pattern!r} in:\n{self.said()}"
            return found

        return eventually(look, within)

    def signal(self, which):
        self.process.send_signal(which)

    def wait(self, within=PATIENCE):
        self.awaited = True
        return self.process.wait(patient(within))

    def stop(self):
        """Ends the program; its exit status."""
        self.awaited = True
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patient(10))
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self):
        self.awaited = True
        self.process.kill()
        self.process.wait()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=patient())
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(patient())
        self.sock.connect(self.path)


def ask(address, target, method="GET", headers=None, body=None):
    """One HTTP exchange with `host:port` or `unix:/path`."""
    if address.startswith("unix:"):
        connection = _UnixConnection(address.removeprefix("unix:"))
    else:
        connection = http.client.HTTPConnection(address, timeout=patient())
    try:
        connection.request(method, target, body=body, headers=headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Simulator(Program):
    TOKEN = "token-of-the-system-tests-58c1"

    # A quota that the tests' short intervals never exhaust, or each would be stretched.
    LICENCES = 100_000

    def __init__(self, output, *flags, licences=LICENCES):
        super().__init__([SIMULATOR, "--listen=127.0.0.1:0", f"--token={self.TOKEN}",
                          f"--licences={licences}", *flags], output)
        self.address = self.wait_for(r"listening on (\S+)")[0]

    @property
    def base_url(self):
        return f"http://{self.address}/api/v2/"

    def control(self, **what):
        answer = ask(self.address, "/_control", "POST", body=json.dumps(what))
        if answer.status != 200:
            raise RuntimeError(answer.text)
        return answer.json()

    def fault(self, kind, report="*", **more):
        self.control(fault={"kind": kind, "report": report, **more})

    def truth(self, **window):
        return ask(self.address, "/_truth?" + urllib.parse.urlencode(window)).json()

    def requests(self):
        return ask(self.address, "/_requests").json()

    def count_of(self, report):
        return self.requests()["reports"].get(report, {"requests": 0})["requests"]

    def report(self, file, **parameters):
        """The rows as the platform tells them, for who knows the token."""
        answer = ask(self.address, f"/api/v2/{file}?{urllib.parse.urlencode(parameters)}",
                     headers={"wolkvox-token": self.TOKEN})
        rows = answer.json()
        return rows if isinstance(rows, list) else rows["data"]


class Exporter(Program):
    """Serves on a free port; further flags as on the command line."""

    def __init__(self, output, configuration, storage, *flags, environment=None,
                 listen=("127.0.0.1:0",)):
        super().__init__(
            [EXPORTER, f"--config.file={configuration}", f"--storage.path={storage}",
             *(f"--web.listen-address={each}" for each in listen), *flags], output, environment)
        self.storage = storage

        def all_bound():
            bound = self.wait_for(r'listening"?[ ,]"?address"?[=:]"?([^"\s]+)')
            assert len(bound) == len(listen)
            return bound

        self.addresses = eventually(all_bound)
        self.address = self.addresses[0]

    def get(self, target, **more):
        return ask(self.address, target, **more)

    def status(self):
        return self.get("/status.json").json()

    def collector(self, name, operation="acme"):
        for each in self.status()["operations"]:
            for collector in each["collectors"]:
                if each["name"] == operation and collector["name"] == name:
                    return collector
        raise LookupError(name)


class DeafPort:
    """A port on which nobody listens, and which nobody else can take meanwhile."""

    def __init__(self, test):
        taken = socket.socket()
        test.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        self.port = taken.getsockname()[1]


class Listening(Program):
    """Prometheus or Alertmanager on a port that the kernel chooses."""

    def __init__(self, arguments, output, **more):
        super().__init__([*arguments, "--web.listen-address=127.0.0.1:0"], output, **more)
        self.address = self.wait_for(r'"Listening on".*? address=(\S+)')[0]
