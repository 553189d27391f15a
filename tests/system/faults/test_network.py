"""The API cannot be reached: nobody listens, no name server, one that does not answer."""

import unittest

from between import Door
from fault_test import FaultTest


class Network(FaultTest):
    def test_nobody_listens(self):
        def door(platform):
            self.door = Door(platform.address)
            self.addCleanup(self.door.shut)
            return f"http://127.0.0.1:{self.door.port}/api/v2/"

        self.start_day(base_url=door)
        self.door.shut()
        sees = self.down("connect")
        self.door.open()
        self.recovers("nobody listens at the API's address", sees)

    def names(self, fault, told, reason):
        self.start_day_by_name(timeout="2s")
        self.world.set_names(told)
        self.platform.fault("reset", count=4)  # or the connections that are kept would serve
        sees = self.down(reason)
        self.assertIn("resolving the name", sees)
        self.world.set_names("ok")
        self.recovers(fault, sees)

    def test_no_name_server(self):
        self.names("DNS is gone", "gone", "connect")

    def test_a_name_server_that_does_not_answer(self):
        self.names("DNS does not answer", "silent", "timeout")


if __name__ == "__main__":
    unittest.main()
