"""Everything at once: operations are polled without a pause, a quarter of all answers fails, scrapers
ask for every form of the page, configurations are reloaded by signal and over HTTP, web settings
are replaced, and in the midst of it comes SIGTERM. Made for the builds with a sanitizer."""

import base64
import gzip
import http.client
import itertools
import json
import os
import signal
import ssl
import subprocess
import threading
import unittest

from certificates import Authority
from exposition import Exposition
from processes import Answer, Simulator, eventually, patient
from system_test import SystemTest, every
from test_web_config import bcrypt

STARTS = 5
STOPS_WITHIN = 5
BUSY = "another reload is under way"
USER, PASSWORD = "prometheus", "wonderland"
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
PROTOBUF = ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
            "encoding=delimited")


def unpacked(answer):
    coding = answer.headers.get("Content-Encoding")
    if coding == "gzip":
        return gzip.decompress(answer.body)
    if coding == "zstd":
        return subprocess.run(["zstd", "--decompress", "--stdout"], input=answer.body,
                              capture_output=True, check=True).stdout
    return answer.body


def whole_text(answer):
    Exposition(unpacked(answer).decode())


def whole_openmetrics(answer):
    assert unpacked(answer).endswith(b"\n# EOF\n"), "the end is missing"


def whole_protobuf(answer):
    """A varint of the length before each family, and nothing behind the last."""
    data = unpacked(answer)
    at = 0
    while at < len(data):
        length = shift = 0
        while True:
            length |= (data[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if data[at - 1] < 0x80:
                break
        at += length
    assert at == len(data), "a family is cut"


def whole_json(answer):
    answer.json()


def any_bytes(answer):
    assert answer.body


# What is asked for, how, and what shows that the answer is whole.
FORMS = (
    ("/metrics", {}, whole_text),
    ("/metrics", {"Accept-Encoding": "gzip"}, whole_text),
    ("/metrics", {"Accept": OPENMETRICS, "Accept-Encoding": "zstd"}, whole_openmetrics),
    ("/metrics", {"Accept": PROTOBUF, "Accept-Encoding": "gzip"}, whole_protobuf),
    ("/metrics", {"Accept": PROTOBUF}, whole_protobuf),
    ("/metrics?operation=acme&name[]=wolkvox_agents", {}, whole_text),
    ("/status.json", {}, whole_json),
    ("/", {}, any_bytes),
)


class Client:
    """Asks one exporter, over TLS and with a password if it wants that."""

    def __init__(self, address, trust=None):
        self.address = address
        self.trust = trust
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self.login = {"Authorization": f"Basic {login}"} if trust else {}

    def ask(self, method, path, headers):
        """None where no answer was begun; what breaks later is an error."""
        connection = (http.client.HTTPSConnection(self.address, timeout=patient(),
                                                  context=self.trust) if self.trust else
                      http.client.HTTPConnection(self.address, timeout=patient()))
        try:
            try:
                connection.request(method, path, headers=self.login | headers)
                response = connection.getresponse()
            except OSError:
                return None
            return Answer(response)
        finally:
            connection.close()


class Doing(threading.Thread):
    """Does one thing after another until the exporter is gone, and notes what was wrong."""

    def __init__(self, client, doings):
        super().__init__(daemon=True)
        self.client = client
        self.doings = doings
        self.done = 0
        self.wrong = []
        self.stops = threading.Event()  # from now on no answer is no fault

    def run(self):
        for doing in self.doings:
            if not self.does(doing):
                return

    def does(self, doing):
        try:
            answered = doing(self.client)
        except Exception as broken:  # whatever it is: the test fails with it
            self.wrong.append(f"{doing}: {broken!r}")
            return not self.stops.is_set()
        if not answered:
            if self.stops.is_set():
                return False
            self.wrong.append(f"{doing}: no answer")
        self.done += 1
        return True


class Scrape:
    def __init__(self, path, headers, whole):
        self.path = path
        self.headers = headers
        self.whole = whole

    def __repr__(self):
        return f"{self.path} {self.headers}"

    def __call__(self, client):
        answer = client.ask("GET", self.path, self.headers)
        if answer and answer.status == 200:
            self.whole(answer)
        elif answer:
            assert answer.status == 503, f"answered {answer.status}"
        return answer is not None


def scrapes(first):
    """Every form again and again, from another one on for each scraper."""
    return itertools.islice(itertools.cycle([Scrape(*form) for form in FORMS]), first, None)


class AtOnce(SystemTest):
    def setUp(self):
        super().setUp()
        authority = Authority(self.folder, "authority")
        self.pair = authority.issue("server")
        self.trust = ssl.create_default_context(cafile=str(authority.certificate))
        self.platform = self.simulator("--start=2026-11-20T15:00:00", "--speed=60", "--agents=60",
                                       "--calls-per-day=3000", "--late-share=0.1")
        self.platform.control(error_rate={"share": 0.25, "seed": 7})
        self.settings = self.folder / "wolkvox.yml"
        self.web = self.folder / "web.yml"
        self.token = self.folder / "token"
        self.storage = self.new_file(".storage")

    @staticmethod
    def replace(path, content):
        """At once, as a careful program does."""
        new = path.with_suffix(".new")
        new.write_text(content if isinstance(content, str) else json.dumps(content))
        os.replace(new, path)

    def configure(self, turn):
        """Each turn another one: operations come and go, collectors change."""
        names = (("acme", "norte"), ("acme",), ("acme", "sur"), ("acme", "norte", "sur"))[turn % 4]
        but = ("campaigns",) if turn % 5 == 4 else ()
        self.replace(self.token, Simulator.TOKEN)
        self.replace(self.settings, {"operations": [
            self.operation(self.platform.base_url,
                           every("50ms", *but, cdr={"interval": f"{60 + turn % 3 * 20}ms"}),
                           name=name, token_file=str(self.token),
                           timeout=f"{400 + turn % 2 * 100}ms",
                           max_concurrent_requests=1 + turn % 2)
            for name in names]})

    def configure_web(self, turn, secure):
        self.replace(self.web, {
            "tls_server_config": {"cert_file": str(self.pair.certificate),
                                  "key_file": str(self.pair.key),
                                  "max_version": ("TLS13", "TLS12")[turn % 2]},
            "basic_auth_users": {USER: bcrypt(PASSWORD)}} if secure else {})

    def reloads(self, exporter, secure):
        """By signal and over HTTP in turn, now and then of a file that is bad."""
        for turn in itertools.count(1):
            bad = turn % 4 == 3

            def reload(client, turn=turn, bad=bad):
                self.configure_web(turn, secure)
                if bad:
                    self.replace(self.settings, "operations: what\n")
                else:
                    self.configure(turn)
                if turn % 2 == 0:
                    exporter.signal(signal.SIGHUP)
                    return True
                while (answer := client.ask("POST", "/-/reload", {})) and BUSY in answer.text:
                    pass  # with what the signal before began
                if answer:
                    assert answer.status == (500 if bad else 200), answer.text
                return answer is not None

            yield reload

    def end_amid(self, exporter, doing):
        for each in doing:
            each.stops.set()
        exporter.signal(signal.SIGTERM)
        try:
            self.assertEqual(exporter.wait(STOPS_WITHIN), 0, exporter.said())
        finally:
            exporter.stop()
            for each in doing:
                each.join()

    def live(self, secure, enough):
        """Until everybody was answered that often, and then the end."""
        self.configure(0)
        self.configure_web(0, secure)
        exporter = self.exporter(self.settings, f"--web.config.file={self.web}",
                                 "--web.enable-lifecycle", "--web.max-requests=6",
                                 storage=self.storage)
        client = Client(exporter.address, self.trust if secure else None)
        doing = [Doing(client, scrapes(first)) for first in range(len(FORMS))]
        doing.append(Doing(client, self.reloads(exporter, secure)))
        for each in doing:
            each.start()
        try:
            eventually(lambda: self.assertGreaterEqual(min(each.done for each in doing), enough),
                       within=120)
        finally:
            self.end_amid(exporter, doing)
        self.assertEqual([wrong for each in doing for wrong in each.wrong], [])
        return sum(each.done for each in doing)

    def test_until_the_end(self):
        for turn in range(STARTS):
            with self.subTest(turn):
                done = self.live(secure=turn % 2 == 1, enough=6 + 3 * turn)
                print(f"start {turn}: {done} scrapes and reloads")
        reports = self.platform.requests()["reports"].values()
        print({kind: sum(each[kind] for each in reports) for kind in ("requests", "faulty")})
        self.assertGreater(sum(each["faulty"] for each in reports), STARTS)


if __name__ == "__main__":
    unittest.main()
