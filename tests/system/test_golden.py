"""The whole of /metrics for a simulated centre that stands still, beside golden.prom: whoever changes
the program's inside sees what changes outside. WOLKVOX_GOLDEN_WRITE=1 writes the file anew."""

import os
import pathlib
import re
import unittest

from processes import EXPORTER, run_to_end
from system_test import COLLECTORS, STANDING, SystemTest

GOLDEN = pathlib.Path(__file__).parent / "golden.prom"
# What depends on this machine, this build or this moment.
OF_THE_MOMENT = re.compile(
    r"(process_|wolkvox_exporter_build_info|wolkvox_ledger_size_bytes"
    r"|wolkvox_\w*(_timestamp|_duration|_skew)_seconds)\w*[ {]")
# Of calls and agents, which do not.
OF_THE_PLATFORM = re.compile(
    r"wolkvox_(call_duration_seconds|quota_reset_timestamp_seconds|window_end_timestamp_seconds)")


def lasting(page):
    return [line for line in page.splitlines()
            if line.startswith("#") or OF_THE_PLATFORM.match(line) or not OF_THE_MOMENT.match(line)]


class Golden(SystemTest):
    def test_a_whole_centre_shows_what_it_always_showed(self):
        platform = self.simulator(*STANDING, "--seed=7", "--agents=10", "--skills=3", "--campaigns=2")
        path = self.configuration(
            self.operation(platform.base_url, {name: {} for name in COLLECTORS}))
        printed = run_to_end(EXPORTER, f"--config.file={path}",
                             f"--storage.path={self.new_file('.storage')}", "once")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        shown = lasting(printed.stdout)
        if os.environ.get("WOLKVOX_GOLDEN_WRITE"):
            GOLDEN.write_text("\n".join(shown) + "\n", encoding="utf-8")
        self.maxDiff = None
        self.assertEqual(shown, GOLDEN.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    unittest.main()
