"""The status page as people see it: in Chromium without JavaScript, on a wide screen and a phone, by
day and by night, while all is well, while something fails and while a gap is caught up.

WOLKVOX_SCREENSHOTS=FOLDER keeps a picture of each.
"""

import os
import pathlib
import unittest

from browser import CHROMIUM, DRIVER, Browser
from processes import eventually
from system_test import STANDING, SystemTest, every

SCREENS = {"wide": (1280, 900), "phone": (390, 844)}
# WCAG 2 AA for text of ordinary size.
LEAST_CONTRAST = 4.5


class StatusPage(SystemTest):
    def setUp(self):
        super().setUp()
        if not (CHROMIUM and DRIVER):
            self.fail("needs Debian's chromium and chromium-driver (packaging/packages-test.txt)")
        driver = self.program(DRIVER, "--port=0")
        port = driver.wait_for(r"started successfully on port (\d+)")[0]
        self.browser = Browser(f"127.0.0.1:{port}", self.new_file(".profile"))
        self.addCleanup(self.browser.close)

    def healthy(self, platform, **more):
        made = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1s"), name="acme"),
                               self.operation(platform.base_url, every("1s"), name="norte")),
            **more)

        def ready():
            self.assertEqual(made.get("/-/ready").status, 200)

        eventually(ready)
        self.all_up(made)
        return made

    def look(self, made, state, *told):
        """`told` is on the page of every screen; the page fits, is legible and can be read aloud."""

        def opened():
            self.browser.open(f"http://{made.address}/")
            text = self.browser.text()
            for each in told:
                self.assertIn(each, text)

        for screen, (width, height) in SCREENS.items():
            for scheme in ("light", "dark"):
                with self.subTest(state=state, screen=screen, scheme=scheme):
                    self.browser.set_view(width, height, scheme)
                    eventually(opened, every=0.5)
                    self.assert_fits(width)
                    self.assert_legible()
                    self.assert_can_be_read_aloud()
                    self.keep(f"status-{state}-{screen}-{scheme}.png")

    def keep(self, name):
        folder = os.environ.get("WOLKVOX_SCREENSHOTS")
        file = pathlib.Path(folder) / name if folder else self.folder / name
        self.browser.screenshot(file)
        self.assertGreater(file.stat().st_size, 10_000)

    def assert_fits(self, width):
        self.assertLessEqual(self.browser.ask("return document.documentElement.scrollWidth"), width)

    def assert_legible(self):
        contrasts = self.browser.contrasts()
        self.assertGreater(len(contrasts), 50)
        faint = [(text, round(ratio, 2)) for text, ratio in contrasts if ratio < LEAST_CONTRAST]
        self.assertEqual(faint, [])

    def assert_can_be_read_aloud(self):
        """Language, title, one main heading, and each table's headers with their direction."""
        self.assertEqual(self.browser.ask("return document.documentElement.lang"), "en")
        self.assertIn("wolkvox_exporter", self.browser.ask("return document.title"))
        self.assertEqual(self.browser.ask("return document.querySelectorAll('h1').length"), 1)
        self.assertEqual(
            self.browser.ask("return [...document.querySelectorAll('th')]"
                             ".filter(e => !['col', 'row'].includes(e.scope)).length"), 0)
        tables, headed = self.browser.ask(
            "const all = [...document.querySelectorAll('table')];"
            "return [all.length, all.filter(t => t.tHead && [...t.tBodies]"
            ".every(b => b.querySelector('th[scope=row]'))).length]")
        self.assertEqual((tables, headed), (2, 2))

    def test_all_is_well(self):
        made = self.healthy(self.simulator(*STANDING, "--agents=60"))
        self.look(made, "healthy", "All 18 collectors are healthy", "acme", "norte",
                  "abandoned_calls", "quota used")

    def test_something_fails(self):
        platform = self.simulator(*STANDING, "--agents=60")
        made = self.healthy(platform)
        platform.fault("status_503", "cdr_1")
        platform.fault("truncated_json", "agents_detail")

        def fails():
            for name in ("cdr", "calls"):
                for operation in ("acme", "norte"):
                    self.assertFalse(made.collector(name, operation)["up"])

        eventually(fails)
        self.look(made, "failing", "4 failing, 14 healthy of 18 collectors", "acme / cdr failing",
                  "503", "Next try", "Last success")

    def test_a_gap_is_caught_up(self):
        platform = self.simulator("--start=2026-11-17T15:00:00", "--speed=0", "--agents=60",
                                  "--calls-per-day=3000")
        storage = self.new_file(".storage")
        self.assertEqual(self.healthy(platform, storage=storage).stop(), 0)
        platform.control(clock={"forward_seconds": 3 * 86400})
        # One slow answer after another: the gap stays open while the page is looked at.
        platform.fault("slow", "cdr_1", delay_ms=1500)
        platform.control(row_cap=400)
        made = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1s"), name="acme"),
                               self.operation(platform.base_url, every("1s"), name="norte")),
            storage=storage)

        self.all_up(made)

        def behind():
            self.assertNotEqual(made.collector("cdr")["catching_up"], "")

        eventually(behind)
        self.look(made, "catching-up", "All 18 collectors are healthy", "of them catching up",
                  "of history left to read")

    def test_it_renews_itself(self):
        made = self.healthy(self.simulator(*STANDING, "--agents=12"))
        self.browser.set_view(*SCREENS["wide"])
        self.browser.open(f"http://{made.address}/")
        first = self.browser.ask("return document.querySelector('footer time').textContent")

        def renewed():
            now = self.browser.ask("return document.querySelector('footer time').textContent")
            self.assertNotEqual(now, first)

        eventually(renewed, every=0.5)


if __name__ == "__main__":
    unittest.main()
