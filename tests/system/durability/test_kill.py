"""The exporter is killed again and again while a fast day goes on and a quarter of all answers
fails. No counter is ever seen to fall, and in the end each equals what the platform published."""

import datetime
import os
import random
import signal
import time
import unittest

from durability_test import DurabilityTest, every
from processes import EXPORTER, FIRST_SHOWING, Program, patient
from watching import Watcher

# A program with a sanitizer lives as much longer, on as much slower a day, and dies less often.
KILLS = int(os.environ.get("WOLKVOX_DURABILITY_KILLS", f"{200 / patient(1):g}"))
SEED = int(os.environ.get("WOLKVOX_DURABILITY_SEED", str(random.SystemRandom().randrange(10**6))))

# Over midnight with room on both sides: the kills take some two minutes.
SPEED = float(os.environ.get("WOLKVOX_DURABILITY_SPEED", f"{240 / patient(1):g}"))
BEGIN = "17:30:00" if SPEED > 100 else "23:15:00"
DAY = (f"--start=2026-11-19T{BEGIN}", f"--speed={SPEED:g}", "--agents=60", "--calls-per-day=4000",
       "--late-share=0.3", "--late-max=30m", "--edit-share=0.3", "--edit-max=8m", f"--fault-seed={SEED}")
FROM = "2026-11-19"
ERROR_RATE = 0.25


class KilledAgainAndAgain(DurabilityTest):
    def test_counters_never_fall_and_equal_the_truth(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}")
        self.platform = self.simulator(*DAY)
        self.platform.control(error_rate={"share": ERROR_RATE, "seed": SEED})
        self.address = f"unix:{self.folder}/web"
        self.settings = self.configuration(self.operation(
            self.platform.base_url, every("1s"), timeout=f"{patient(1):g}s",
            max_concurrent_requests=2))
        self.storage = self.new_file(".storage")
        watcher = Watcher(self.address, births=True)
        watcher.start()
        lives = [self.live_and_die(patient(chance.choice((0.3, 1.0, 2.0)) * chance.random()))
                 for _ in range(KILLS)]
        self.assertEqual(lives, [-signal.SIGKILL] * KILLS)
        self.compare_at_the_end(watcher)

    def start(self):
        made = Program([EXPORTER, f"--config.file={self.settings}",
                        f"--storage.path={self.storage}",
                        f"--web.listen-address={self.address}"], self.new_file(".exporter.log"),
                       # Many lives shall be long enough to show what is new.
                       environment={FIRST_SHOWING: f"{1000 * patient(0.6):.0f}ms"})
        self.addCleanup(made.stop)
        return made

    def live_and_die(self, seconds):
        """The program's status: the signal, unless it had ended before."""
        running = self.start()
        time.sleep(seconds)
        running.process.kill()
        return running.wait()

    def compare_at_the_end(self, watcher):
        watcher.alone = False
        requests = self.platform.requests()
        running = self.start()
        self.platform.control(clear_faults=True, speed=0)
        # What is late still shows; a day's last readings fall due.
        self.platform.control(clock={"forward_seconds": 3600})
        truth = self.platform.truth(**{"from": FROM})
        now = datetime.datetime.fromisoformat(truth["now"])
        self.assertGreaterEqual(now.date(), datetime.date(2026, 11, 20), "midnight was not crossed")
        self.eventually_equal(self.address, truth, within=90)
        self.codes_equal(self.address, self.platform, FROM)
        watcher.end()
        self.assertIsNone(running.process.poll())
        faults = {name: report["faulty"] for name, report in requests["reports"].items()}
        print(f"{KILLS} kills, {watcher.scrapes} scrapes with {watcher.samples} samples, "
              f"{watcher.broken} broken; until {truth['now']}; rows {truth['rows']}; "
              f"faulty answers {sum(faults.values())} of "
              f"{sum(report['requests'] for report in requests['reports'].values())}")
        self.assertEqual(watcher.wrong, [])


if __name__ == "__main__":
    unittest.main()
