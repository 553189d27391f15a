"""What the system tests share: a folder per test, the programs in it, a configuration."""

import json
import pathlib
import tempfile
import unittest

from exposition import Exposition
from processes import Exporter, Program, Simulator, eventually, patient

# A working Friday: agents of all shifts, and no month end within the history.
FRIDAY_AFTERNOON = "--start=2026-11-20T15:00:00"
STANDING = (FRIDAY_AFTERNOON, "--speed=0")

COLLECTORS = ("agents", "skills", "campaigns", "quota", "names", "abandoned_calls", "hold_mute",
              "calls", "cdr")


def every(interval, *but, **changed):
    """The same interval for each collector but those named; `changed` adds keys of one."""
    return {name: {"interval": interval, **changed.get(name, {})}
            for name in COLLECTORS if name not in but} | {
                name: {"enabled": False} for name in but}


def only(interval, *names, **changed):
    return every(interval, *(name for name in COLLECTORS if name not in names), **changed)


class SystemTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.make_folder()
        self.made = 0

    @classmethod
    def make_folder(cls):
        folder = tempfile.TemporaryDirectory(prefix="wolkvox-system-")
        cls.addClassCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def new_file(self, ending):
        self.made += 1
        return self.folder / f"{self.made}{ending}"

    def program(self, *arguments, **more):
        made = Program(arguments, self.new_file(".log"), **more)
        self.addCleanup(made.stop)
        return made

    def end(self, program):
        """What a test has left running still runs, and ends well when it is told to."""
        if not program.awaited:
            self.assertEqual(program.stop(), 0, program.said())

    def simulator(self, *flags, **more):
        made = Simulator(self.new_file(".simulator.log"), *flags, **more)
        self.addCleanup(self.end, made)
        return made

    def token_file(self, token=Simulator.TOKEN):
        path = self.new_file(".token")
        path.write_text(token + "\n", encoding="utf-8")
        path.chmod(0o600)
        return path

    def operation(self, base_url, collectors, name="acme", **more):
        """One entry of `operations`. The budget is out of the way of the tests' short intervals, and
        so is the timeout: after one the lane waits for a minute."""
        return {"name": name, "base_url": base_url, "token_file": str(self.token_file()),
                "licences": Simulator.LICENCES, "currency": "COP",
                "timeout": f"{patient(20):g}s", "collectors": collectors} | more

    def configuration(self, *operations):
        path = self.new_file(".yml")
        self.write_configuration(path, *operations)
        return path

    @staticmethod
    def write_configuration(path, *operations):
        # JSON is YAML too.
        path.write_text(json.dumps({"operations": operations}, indent=1), encoding="utf-8")

    def exporter(self, configuration, *flags, storage=None, **more):
        made = Exporter(self.new_file(".exporter.log"), configuration,
                        storage or self.new_file(".storage"), *flags, **more)
        self.addCleanup(self.end, made)
        return made

    def scrape(self, exporter, target="/metrics"):
        answer = exporter.get(target)
        self.assertEqual(answer.status, 200, answer.text)
        return Exposition(answer.text)

    def eventually_shown(self, exporter, check, **more):
        """`check` holds for a scrape, in the end."""
        return eventually(lambda: check(self.scrape(exporter)), **more)

    def eventually_said(self, program, text, times=None):
        """What is logged may be written a moment after what it tells of."""
        def check():
            said = program.said()
            if times is None:
                self.assertIn(text, said)
            else:
                self.assertEqual(said.count(text), times, said)

        eventually(check)

    def all_up(self, exporter, collectors=COLLECTORS, **more):
        def check(shown):
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            if up != dict.fromkeys(collectors, 1.0):
                self.fail(f"not all of {collectors} are up: {up}\n{exporter.said()[-2000:]}")

        self.eventually_shown(exporter, check, **more)
