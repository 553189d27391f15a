"""The API answers with what no reader should swallow."""

import http.server
import threading
import unittest

from fault_test import FaultTest
from processes import eventually


# A value that could not be read is read again within the lookback, and not after it.
SLOWLY = "--speed=10"


class Content(FaultTest):
    def undergo(self, fault, kind, reason, memory_below=16, **more):
        self.start_day()
        self.platform.fault(kind, **more)
        sees = self.down(reason)
        self.platform.control(clear_faults=True)
        self.recovers(fault, sees, memory_below)

    def loses_rows(self, fault, kind):
        """The broken row alone; it is read again within the lookback."""
        self.start_day(SLOWLY)
        self.platform.fault(kind)

        def check():
            shown = self.scrape(self.exporter_under_test)
            self.assertGreater(shown.total("wolkvox_rows_ignored_total", collector="agents",
                                           reason="unreadable"), 0)
            self.assertEqual(shown.value("wolkvox_up", collector="agents"), 1)

        eventually(check)
        self.platform.control(clear_faults=True)
        self.recovers(fault, '`wolkvox_up` 1, `wolkvox_rows_ignored_total{reason="unreadable"}`; '
                             "the other rows of the answer count", memory_below=16)

    def test_nesting(self):
        self.loses_rows("JSON a million levels deep", "deep")

    def test_long_strings(self):
        self.loses_rows("strings of 10 MB", "long_string")

    def test_bare_nan(self):
        self.loses_rows("NaN, which is no JSON", "bare_nan")

    def test_cut_json(self):
        self.undergo("the answer breaks off in the middle of a row", "truncated_json", "parse")

    def test_html(self):
        self.undergo("a page of HTML with status 200", "html_200", "parse")

    def test_status_500(self):
        self.undergo("status 500", "status_500_html", "http")

    def test_invalid_utf8(self):
        self.start_day(SLOWLY)
        self.platform.fault("invalid_utf8")
        sees = self.unreadable(("agents",))
        self.platform.control(clear_faults=True)
        self.recovers("invalid UTF-8", sees, memory_below=16)

    def test_numbers_that_are_none(self):
        self.start_day(SLOWLY)
        self.platform.fault("beyond_numbers")
        sees = self.unreadable()
        self.platform.control(clear_faults=True)
        self.recovers("numbers that are none: 1e400, -1e400, \"NaN\", \"Infinity\"", sees,
                      memory_below=16)


class Huge(FaultTest):
    """One report is too large; the others of its operation wait behind it and lose nothing."""

    def undergo(self, fault, kind):
        self.start_day(timeout="60s")
        self.platform.fault(kind, report="agents")
        sees = self.down("too_large", ("agents",))
        self.platform.control(clear_faults=True)
        self.recovers(fault, sees, memory_below=16)

    def test_announced(self):
        self.undergo("the API announces 260 MB", "huge")

    def test_unannounced(self):
        self.undergo("the API sends 300 MB without announcing it", "huge_unannounced")


class Redirect(FaultTest):
    def test_the_token_does_not_follow(self):
        asked = []

        class Elsewhere(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                pass

        other = http.server.ThreadingHTTPServer(("127.0.0.2", 0), Elsewhere)
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        self.start_day()
        self.platform.fault("redirect", location=f"http://127.0.0.2:{other.server_port}/api/v2/")
        sees = self.down("http")
        self.platform.control(clear_faults=True)
        self.recovers("a redirect to another host", sees, memory_below=16)
        self.assertEqual(asked, [], "the other host was asked")


if __name__ == "__main__":
    unittest.main()
