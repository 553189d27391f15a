"""The ledger cannot grow: what is counted waits, and is told (disks that fill byte by byte, turn
read-only, ledgers that are damaged: durability/test_disk.py)."""

import resource
import unittest

from fault_test import FaultTest
from processes import eventually


class FullDisk(FaultTest):
    def test_no_file_may_grow(self):
        """To the ledger a limit on file sizes is what a full disk is."""
        self.start_day()
        running = self.exporter_under_test
        log = (self.storage / "ledger.db-wal").stat().st_size
        self.limit(log // 2)

        def refused():
            shown = self.scrape(running)
            self.assertEqual(shown.value("wolkvox_ledger_writable"), 0)
            self.assertGreater(shown.total("wolkvox_ledger_errors_total"), 5)
            self.assertEqual(shown.value("wolkvox_up", collector="cdr"), 0)
            self.assertEqual(shown.value("wolkvox_up", collector="agents"), 1)
            return running.collector("cdr")

        facts = eventually(refused)
        self.eventually_said(running, "the ledger cannot be written", times=1)
        self.limit(resource.RLIM_INFINITY)
        self.recovers("the disk is full",
                      "`wolkvox_ledger_writable` 0, `wolkvox_ledger_errors_total`; `wolkvox_up` 0 "
                      f"of the reports; {self.in_words(facts)}")

    def limit(self, size):
        resource.prlimit(self.exporter_under_test.process.pid, resource.RLIMIT_FSIZE,
                         (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    unittest.main()
