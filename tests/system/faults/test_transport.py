"""The API breaks off, stalls, or lies about lengths."""

import unittest

from fault_test import FaultTest


class Transport(FaultTest):
    def undergo(self, fault, kind, reason, memory_below=16, **more):
        # The platform goes on counting a request whose client has left until it writes again.
        self.start_day("--max-concurrent=100",
                       timeout="1500ms" if reason == "timeout" else "5s")
        self.platform.fault(kind, **more)
        sees = self.down(reason)
        self.platform.control(clear_faults=True)
        self.recovers(fault, sees, memory_below)

    def test_resets(self):
        self.undergo("the API resets the connection", "reset", "connect")

    def test_closes_in_the_middle(self):
        self.undergo("the API closes the connection in the middle of an answer", "cut_body",
                     "connect")

    def test_never_answers(self):
        self.undergo("the API accepts the request and never answers", "stall", "timeout")

    def test_stalls_in_the_middle(self):
        self.undergo("the API stalls in the middle of an answer", "stall_body", "timeout")

    def test_trickles(self):
        self.undergo("the API trickles the answer, byte by byte", "drip", "timeout",
                     delay_ms=1000)

    def test_announces_too_little(self):
        self.undergo("Content-Length says less than is sent", "length_short", "parse")

    def test_announces_too_much(self):
        self.undergo("Content-Length says more than is sent", "length_long", "timeout")


if __name__ == "__main__":
    unittest.main()
