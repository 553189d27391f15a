# The real Prometheus over weeks of history: blocks made by promtool, rules evaluated as range
# queries in the order of what they need, their results loaded back as blocks.
import contextlib
import json
import pathlib
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

STEP = 60
# Points of one range query; the server allows 11,000.
POINTS = 10_000
# Backfill cannot write staleness markers. Within a step: what a scrape or a rule no longer shows is
# gone at the next minute, as it is with them.
LOOKBACK = "50s"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, **query):
    with urllib.request.urlopen(url, urllib.parse.urlencode(query).encode() or None) as answer:
        return json.load(answer)


class Server:
    def __init__(self, url):
        self.url = url

    # Pairs of labels and [(time, text of the value)...], every minute of [begin, end]: the series of
    # the first days, then those of the next.
    def ranges(self, expression, begin, end):
        for first in range(begin, end + 1, POINTS * STEP):
            last = min(end, first + (POINTS - 1) * STEP)
            answer = get(self.url + "/api/v1/query_range", query=expression, start=first, end=last,
                         step=STEP, timeout="10m")
            for one in answer["data"]["result"]:
                yield one["metric"], one["values"]

    # {labels: times at which the expression has a value}.
    def times(self, expression, begin, end):
        found = {}
        for labels, values in self.ranges(expression, begin, end):
            found.setdefault(tuple(sorted(labels.items())), set()).update(
                int(at) for at, _ in values)
        return found


class History:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.data.mkdir(parents=True)
        (self.folder / "prometheus.yml").write_text("global: {}\n", encoding="utf-8")

    def load(self, metrics):
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                        "--max-block-duration=2000h", metrics, self.data], check=True)

    @contextlib.contextmanager
    def served(self):
        port = free_port()
        with open(self.folder / "prometheus.log", "a", encoding="utf-8") as log:
            server = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                 f"--storage.tsdb.path={self.data}", "--storage.tsdb.retention.time=50y",
                 f"--web.listen-address=127.0.0.1:{port}", f"--query.lookback-delta={LOOKBACK}",
                 "--query.timeout=10m", "--query.max-samples=200000000"],
                stdout=log, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, server)
            yield Server(url)
        finally:
            server.terminate()
            server.wait()

    # Every recording rule over the whole time, what others need first.
    def record(self, rules, begin, end):
        for number, level in enumerate(levels(rules)):
            path = self.folder / f"recorded-{number}.om"
            with self.served() as server, open(path, "w", encoding="utf-8") as file:
                for rule in sorted(level, key=lambda rule: rule["record"]):
                    write(file, rule, server.ranges(rule["expr"], begin, end))
                file.write("# EOF\n")
            self.load(path)
            path.unlink()


def wait_until_ready(url, server):
    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url + "/-/ready").close()
            return
        time.sleep(0.2)
    raise RuntimeError("Prometheus did not start; see prometheus.log")


def write(file, rule, ranges):
    for labels, values in ranges:
        merged = dict(labels, **rule.get("labels", {}))
        merged.pop("__name__", None)
        text = ",".join(f"{name}={json.dumps(value, ensure_ascii=False)}"
                        for name, value in sorted(merged.items()))
        series = f"{rule['record']}{{{text}}}"
        file.writelines(f"{series} {value} {at}\n" for at, value in values)


# Rules in the order in which they can be evaluated: each list needs only those before it. Rules of
# one name belong together.
def levels(rules):
    names = {rule["record"] for rule in rules}
    needs = {name: {other for rule in rules if rule["record"] == name
                    for other in names
                    if other != name and re.search(re.escape(other) + r"(?![\w:])", rule["expr"])}
             for name in names}
    done = set()
    while done != names:
        ready = {name for name in names - done if needs[name] <= done}
        if not ready:
            raise ValueError(f"rules need each other: {sorted(names - done)}")
        yield [rule for rule in rules if rule["record"] in ready]
        done |= ready
