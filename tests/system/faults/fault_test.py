"""What the tests of faults share: a day that goes on, one exporter that lives through it, and what
a person sees of it."""

import pathlib
import re

import table
from between import HOST, TlsFront
from certificates import Authority
from durability_test import DurabilityTest, every, only
from processes import SANITIZER, eventually, patient
from watching import Watcher
from world import World

__all__ = ["FaultTest", "every", "only"]

FROM = "2026-11-20"
DAY = ("--start=2026-11-20T10:00:00", "--speed=120", "--agents=30", "--calls-per-day=2000",
       "--edit-max=8m")
NOTHING = "nothing"
BY_ITSELF = "by itself"
STOPS_WITHIN = 5


class Memory:
    """The peak of a process's resident memory, from now on."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")
        self.restart()

    def restart(self):
        (self.folder / "clear_refs").write_text("5", encoding="ascii")  # forgets the peak
        self.before = self._megabytes("VmRSS")

    def rise(self):
        return self._megabytes("VmHWM") - self.before

    def _megabytes(self, field):
        status = (self.folder / "status").read_text(encoding="ascii")
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.M)[1]) / 1024


class FaultTest(DurabilityTest):
    world = None

    def start_day(self, *flags, collectors=None, base_url=None, exporter=None, **options):
        changed = {flag.partition("=")[0] for flag in flags}
        self.platform = self.simulator(
            *(flag for flag in DAY if flag.partition("=")[0] not in changed), *flags)
        self.storage = self.new_file(".storage")
        self.settings = self.configuration(self.operation(
            base_url(self.platform) if base_url else self.platform.base_url,
            collectors or every("500ms"),
            **{"timeout": f"{patient(5):g}s", "max_concurrent_requests": 2} | options))
        self.exporter_under_test = self.exporter(self.settings, storage=self.storage,
                                                 **(exporter or {}))
        self.watcher = Watcher(self.exporter_under_test.address, pause=0.1)
        self.watcher.start()
        self.all_up(self.exporter_under_test)
        self.memory = Memory(self.exporter_under_test.process.pid)
        self.before = self.scrape(self.exporter_under_test)

    def start_day_by_name(self, **options):
        """Over TLS and with the name servers of `self.world`."""
        self.authority = Authority(self.folder, "authority")
        self.good_certificate = self.authority.issue("good", f"DNS:{HOST}")
        self.world = World(self.folder)

        def front(platform):
            self.front = TlsFront(platform.address, self.good_certificate)
            self.addCleanup(self.front.close)
            return f"https://{HOST}:{self.front.port}/api/v2/"

        self.start_day(base_url=front, exporter={"environment": self.world.environment},
                       tls={"ca_file": str(self.authority.certificate)},
                       **options)

    def down(self, reason, collectors=None):
        """These collectors fail for this reason; the status page's words for the first of them."""
        # While each request waits for its timeout, the urgent ones leave little to the reports.
        collectors = collectors or (("agents",) if reason == "timeout" else ("agents", "cdr"))
        running = self.exporter_under_test

        def check():
            shown = self.scrape(running)
            for each in collectors:
                self.assertGreater(self.rise_of_errors(shown, each, reason), 0, each)
            self.assertEqual(shown.value("wolkvox_up", collector=collectors[0]), 0)
            facts = running.collector(collectors[0])
            self.assertIn(f"({reason})", facts["last_error"])
            return facts

        # The request that timed out first keeps the lane for a minute.
        facts = eventually(check, within=150)
        self.assertEqual(running.get("/-/healthy").status, 200)
        # Only the first of those that fail alike is told of by name.
        running.wait_for(rf"collector failing.*reason\W+{reason}")
        return (f"`wolkvox_up` 0, `wolkvox_api_errors_total{{reason=\"{reason}\"}}`; "
                f"{self.in_words(facts)}")

    def in_words(self, facts):
        """As the status page has it, without what differs from run to run."""
        told = facts["last_error"].replace(str(self.folder), "")
        told = re.sub(r"/\d+\.storage", "/data", re.sub(r"\d{4,}", "N", told))
        return f"state {facts['state']}: “{told}”"

    def rise_of_errors(self, shown, collector, reason):
        return (shown.value("wolkvox_api_errors_total", collector=collector, reason=reason)
                - self.before.value("wolkvox_api_errors_total", collector=collector,
                                    reason=reason))

    def unreadable(self, collectors=("agents", "cdr")):
        """The collectors are up and count values that they cannot read."""

        def check():
            shown = self.scrape(self.exporter_under_test)
            for each in collectors:
                self.assertGreater(shown.total("wolkvox_field_errors_total", collector=each), 0,
                                   each)
                self.assertEqual(shown.value("wolkvox_up", collector=each), 1)
            return self.exporter_under_test.collector(collectors[0])

        facts = eventually(check)
        return (f"`wolkvox_up` 1, `wolkvox_field_errors_total{{field=…}}`: the values are left "
                f"out, never 0; state {facts['state']}")

    def unharmed(self, reports=("agents", "cdr_1"), suspect=()):
        """No collector fails, and these reports are asked twice more; these are suspect once rows
        come, which is chance here (that they are told: test_upstream.Dates)."""
        running = self.exporter_under_test
        asked = {report: self.platform.count_of(report) for report in reports}

        def check():
            for report, count in asked.items():
                self.assertGreater(self.platform.count_of(report), count + 1, report)
            facts = {each["name"]: each["state"] for each in
                     running.status()["operations"][0]["collectors"]}
            for each, state in facts.items():
                self.assertIn(state, ("ok", "suspect") if each in suspect else ("ok",), facts)

        eventually(check)
        self.all_up(running)
        shown = self.scrape(running)
        self.assertEqual(shown.total("wolkvox_api_errors_total"),
                         self.before.total("wolkvox_api_errors_total"))
        self.assertNotIn("collector failing", running.said())
        return ("`wolkvox_up` 1, no error is counted; state ok" +
                (", of reports suspect once rows come" if suspect else ""))

    def recovers(self, fault, sees, memory_below=16, codes_too=True):
        """By itself, with nothing lost; then the row of the table is right."""
        running = self.exporter_under_test
        # Where requests timed out, their slots are free when the platform has given them up, too.
        self.all_up(running, within=150)
        self.platform.control(speed=0)
        if codes_too:
            self.codes_equal(running.address, self.platform, FROM)
        self.eventually_equal(running.address, self.platform.truth(**{"from": FROM}))
        rise = self.memory.rise()
        eventually(lambda: self.assertGreater(self.watcher.scrapes, 5))
        self.watcher.end()
        self.assertEqual(self.watcher.wrong, [])
        self.assertEqual(self.watcher.broken, 0)
        if not SANITIZER:  # it keeps freed memory and shadows the rest
            self.assertLess(rise, memory_below)
        print(f"{fault}: memory +{rise:.1f} MB, {self.watcher.scrapes} scrapes")
        running.signal(15)
        self.assertEqual(running.wait(STOPS_WITHIN), 0, running.said())
        lost = NOTHING if codes_too else f"{NOTHING}, but for codes that change while it lasts"
        table.check(self, fault, sees, lost, f"below +{memory_below} MB", BY_ITSELF)
