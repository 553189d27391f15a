#!/usr/bin/env python3
"""A week of a contact centre in minutes: answers fail at some rate, scrapes and reloads go on all
the time, and what the exporter holds must level off. Prints a table over time and the verdict.

    PYTHONPATH=tests/system:tests/system/durability WOLKVOX_EXPORTER=… WOLKVOX_SIMULATOR=… \\
        tests/system/soak/soak.py --seconds 600"""

import argparse
import dataclasses
import datetime
import http.client
import itertools
import pathlib
import sys
import tempfile
import threading
import time

from durability_test import DurabilityTest
from processes import Exporter, Simulator, ask
from truth import BOGOTA

FORMS = (
    {},
    {"Accept": "application/openmetrics-text; version=1.0.0", "Accept-Encoding": "gzip"},
    {"Accept": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
               "encoding=delimited", "Accept-Encoding": "zstd"},
)


@dataclasses.dataclass
class Sample:
    seconds: float
    platform: str
    rss_megabytes: float
    descriptors: int
    threads: int
    ledger_megabytes: float
    series: int = 0
    scrapes: int = 0
    reloads: int = 0


@dataclasses.dataclass
class Bound:
    """What may be gained over the time looked at: of the mean, and in any case."""
    share: float
    least: float


BOUNDS = {"rss_megabytes": Bound(0.05, 2.0), "descriptors": Bound(0.0, 3.0),
          "threads": Bound(0.0, 1.0), "ledger_megabytes": Bound(0.05, 0.5)}


def fitted_gain(samples, field):
    """What the line of least squares gains from the first to the last sample."""
    times = [each.seconds for each in samples]
    values = [getattr(each, field) for each in samples]
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in times)
    slope = sum((at - middle) * (value - mean) for at, value in zip(times, values)) / spread
    return slope * (times[-1] - times[0]), mean


def verdict(samples, settled_from):
    """By field: what is gained in the part of the run from `settled_from` on, and the bound."""
    late = [each for each in samples if each.seconds >= settled_from * samples[-1].seconds]
    judged = {}
    for field, bound in BOUNDS.items():
        gained, mean = fitted_gain(late, field)
        judged[field] = (gained, mean, max(bound.share * mean, bound.least))
    return judged


def levelled_off(judged, but=()):
    return all(gained <= most for field, (gained, _, most) in judged.items() if field not in but)


class Soak:
    """`folder` is for everything that the programs write."""

    def __init__(self, test, folder, speed, seconds, interval, error_rate, lookback):
        self.test = test
        self.seconds = seconds
        # Behind our own clock all the time: of the two the one that forgets less decides what is
        # forgotten. From a Monday on: the quiet days come last, and the sizes of the busy ones stay.
        latest = datetime.datetime.now(BOGOTA) - datetime.timedelta(seconds=seconds * speed)
        begin = latest.date() - datetime.timedelta(days=latest.weekday())
        self.first_day = begin.isoformat()
        self.platform = Simulator(
            folder / "simulator.log", f"--start={self.first_day}T00:00:00", f"--speed={speed}",
            # Few agents and many calls: every combination of labels has been seen soon.
            "--agents=15", "--calls-per-day=6000", "--late-share=0.1", "--edit-max=30m",
            f"--error-rate={error_rate}")
        self.folder = folder
        self.interval = interval
        self.lookback = lookback
        self.settings = folder / "wolkvox.yml"
        self.configure(0)
        self.exporter = Exporter(folder / "exporter.log", self.settings, folder / "storage",
                                 "--web.enable-lifecycle")
        self.scrapes = 0
        self.reloads = 0
        self.broken = []
        self._ended = threading.Event()

    def configure(self, turn):
        """Each turn another configuration: of the operation, or of one collector."""
        reports = ("abandoned_calls", "calls", "cdr")
        (self.folder / "token").write_text(Simulator.TOKEN, encoding="ascii")
        lines = [f"    {name}: {{interval: {self.interval}"
                 + (f", lookback: {self.lookback}" if name in reports else "") + "}"
                 for name in ("skills", "campaigns", "quota", "names", "hold_mute", *reports)]
        lines.append(f"    agents: {{interval: {'1s' if turn % 3 == 1 else self.interval}}}")
        self.settings.write_text("\n".join((
            "operations:", "- name: acme", f"  base_url: {self.platform.base_url}",
            f"  token_file: {self.folder}/token", f"  licences: {Simulator.LICENCES}",
            "  currency: COP", "  max_concurrent_requests: 2",
            f"  timeout: {1000 + turn % 3 // 2}ms", "  collectors:", *lines, "")), encoding="ascii")

    def scrape_for_ever(self):
        for headers in itertools.cycle(FORMS):
            if self._ended.wait(0.2):
                return
            try:
                answer = ask(self.exporter.address, "/metrics", headers=headers)
                self.scrapes += 1
                if answer.status != 200:
                    self.broken.append(f"a scrape answered {answer.status}")
            except (OSError, http.client.HTTPException) as problem:
                self.broken.append(f"a scrape failed: {problem}")

    def reload_for_ever(self):
        for turn in itertools.count(1):
            if self._ended.wait(5):
                return
            self.configure(turn)
            answer = ask(self.exporter.address, "/-/reload", method="POST")
            self.reloads += 1
            if answer.status != 200:
                self.broken.append(f"a reload answered {answer.status}: {answer.text}")

    def sample(self, begun):
        process = pathlib.Path(f"/proc/{self.exporter.process.pid}")
        status = dict(line.split(":\t", 1) for line in
                      (process / "status").read_text(encoding="ascii").splitlines())
        return Sample(
            time.monotonic() - begun, self.platform.control()["now"],
            int(status["VmRSS"].split()[0]) / 1024, len(list((process / "fd").iterdir())),
            int(status["Threads"]),
            sum(file.stat().st_size for file in self.exporter.storage.glob("ledger.db*")) / 2**20,
            self.exporter.status()["series"], self.scrapes, self.reloads)

    def run(self, told=lambda sample: None, samples=60):
        doing = [threading.Thread(target=each, daemon=True)
                 for each in (self.scrape_for_ever, self.reload_for_ever)]
        for each in doing:
            each.start()
        begun = time.monotonic()
        taken = []
        while taken == [] or taken[-1].seconds < self.seconds:
            time.sleep(self.seconds / samples)
            taken.append(self.sample(begun))
            told(taken[-1])
        self._ended.set()
        for each in doing:
            each.join()
        return taken

    def compare(self):
        """All counters of the days gone by equal the platform's records."""
        self.platform.control(clear_faults=True, speed=0)
        self.test.eventually_equal(self.exporter.address,
                                   self.platform.truth(**{"from": self.first_day}), within=120)

    def stop(self):
        self.platform.stop()
        return self.exporter.stop()


def print_sample(each):
    print(f"{each.seconds:7.0f} s  {each.platform}  {each.rss_megabytes:6.1f} MB  "
          f"{each.descriptors:4} fds  {each.threads:3} threads  "
          f"{each.ledger_megabytes:6.2f} MB ledger  {each.series:6} series  "
          f"{each.scrapes:6} scrapes  {each.reloads:4} reloads", flush=True)


def print_verdict(judged):
    for field, (gained, mean, most) in judged.items():
        print(f"{field:17} mean {mean:8.2f}  fitted gain {gained:+7.2f}  allowed {most:+.2f}  "
              f"{'level' if gained <= most else 'GROWS'}")


def main():
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--seconds", type=int, default=600)
    flags.add_argument("--days", type=float, default=7, help="simulated days")
    flags.add_argument("--error-rate", type=float, default=0.05)
    given = flags.parse_args()
    with tempfile.TemporaryDirectory(prefix="wolkvox-soak-") as folder:
        soak = Soak(DurabilityTest(), pathlib.Path(folder), given.days * 86400 / given.seconds,
                    given.seconds, "500ms", given.error_rate, "2h")
        try:
            judged = verdict(soak.run(print_sample), settled_from=0.5)
            print_verdict(judged)
            soak.compare()
            print(f"counters of {given.days:g} days equal the platform's records; "
                  f"requests {soak.platform.requests()['reports']}")
            status = soak.stop()
        finally:
            soak.stop()
        print("\n".join(soak.broken) or "no scrape and no reload failed")
        return 0 if levelled_off(judged) and not soak.broken and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
