"""What is private never leaves the process: not on a page, in the log, or in a file."""

import re
import signal
import unittest

from processes import EXPORTER, eventually, run_to_end
from system_test import STANDING, SystemTest, every

# How the simulator writes what is private (tests/simulator/wire.cpp, reports_information.cpp).
PRIVATE_FORMS = (rb"\+57300\d{7}", rb"CC-\d{9}", rb"comentario privado", rb"DNI-\d{8}")
# A call's id holds when it was made (2017 or later; the log shows its shape in nines); only its
# hash may be kept.
CALL_ID = rb"\b\d{5}\.\d+\.1\d{9}\.\d\b|ivr\.1\d{9}\.\d+"
PRIVATE_FIELDS = ("telephone", "destiny", "customer_id", "comment", "ani", "agent_dni")


class Privacy(SystemTest):
    def private_values(self, platform):
        window = {"date_ini": "20261120000000", "date_end": "20261120235959"}
        rows = (platform.report("reports_manager.php", api="cdr_1", **window)
                + platform.report("customer.php", api="agents_detail", **window)
                + platform.report("reports_manager.php", api="skill_2", skill_id="all", **window)
                + platform.report("information.php", api="agents"))
        values = {row[field] for row in rows for field in PRIVATE_FIELDS if row.get(field)}
        calls = {row["conn_id"] for row in rows if "conn_id" in row}
        return {value.encode() for value in values}, {call.encode() for call in calls}

    def everything_told(self, exporter):
        told = {f"the page {page}": exporter.get(page).body
                for page in ("/metrics", "/", "/status.json")}
        told["the log"] = exporter.output.read_bytes()
        for file in exporter.storage.iterdir():
            told[f"the file {file.name}"] = file.read_bytes()
        return told

    def check(self, told, values, calls, token):
        searched = {place: set(re.findall(rb"[\w.+-]+", content)) for place, content in
                    told.items()}
        for place, content in told.items():
            for form in (*PRIVATE_FORMS, CALL_ID):
                self.assertIsNone(re.search(form, content), f"{form} in {place}")
            self.assertNotIn(token.encode(), content, f"the token in {place}")
            for value in values | calls:
                if value in searched[place]:
                    self.fail(f"a private value in {place}")

    def run_with(self, *faults):
        platform = self.simulator(*STANDING, "--agents=30")
        values, calls = self.private_values(platform)
        self.assertGreater(len(values), 1000)
        for form in PRIVATE_FORMS:
            self.assertTrue(any(re.search(form, value) for value in values), form)
        self.assertTrue(all(re.fullmatch(CALL_ID, call) for call in calls))
        for fault in faults:
            platform.fault(fault, count=22, delay_ms=200)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("200ms"))),
            "--log.level=debug")
        eventually(lambda: self.assertGreater(platform.count_of("cdr_1"), 4 + 2 * len(faults)))
        self.scrape(exporter)
        self.check(self.everything_told(exporter), values, calls, platform.TOKEN)
        return platform, exporter, values, calls

    def test_nothing_private_leaves_while_all_is_well(self):
        platform, exporter, values, calls = self.run_with()
        self.all_up(exporter)
        exporter.signal(signal.SIGTERM)
        exporter.wait()
        told = {file.name: file.read_bytes() for file in exporter.storage.iterdir()}
        self.check(told | {"the log": exporter.output.read_bytes()}, values, calls,
                   platform.TOKEN)

    def test_nothing_private_leaves_when_answers_are_broken(self):
        self.run_with("unreadable_values", "truncated_json", "invalid_utf8", "cut_body",
                      "missing_fields", "unknown_enumeration", "agent_id_suffix")

    def test_exemplars_show_ids_of_calls_where_asked_for_and_nowhere_else(self):
        platform = self.simulator(*STANDING, "--agents=30")
        values, calls = self.private_values(platform)
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, every("200ms", abandoned_calls={"exemplars": True}))),
            "--log.level=debug")
        self.all_up(exporter)
        openmetrics = {"Accept": "application/openmetrics-text; version=1.0.0"}

        def shown():
            found = set(re.findall(rb' # {conn_id="([^"]*)"} ',
                                   exporter.get("/metrics", headers=openmetrics).body))
            self.assertTrue(found)
            return found
        self.assertLessEqual(eventually(shown), calls)
        self.check(self.everything_told(exporter), values, calls, platform.TOKEN)

    def test_a_refused_token_is_not_repeated(self):
        platform = self.simulator(*STANDING)
        token = "another-token-9d2f-of-somebody"
        operation = self.operation(platform.base_url, every("200ms"))
        operation["token_file"] = str(self.token_file(token))
        exporter = self.exporter(self.configuration(operation), "--log.level=debug")
        exporter.wait_for("refuses the token")
        self.check(self.everything_told(exporter), set(), set(), token)

    def test_a_token_in_the_wrong_place_is_not_repeated(self):
        token = "another-token-9d2f-of-somebody"
        for content in (f"operations: [{{name: acme, server: '0042', token: {token}}}]",
                        f"operations:\n  - name: acme\n    server: '0042'\n    token_fil: {token}"):
            path = self.new_file(".yml")
            path.write_text(content, encoding="utf-8")
            answer = run_to_end(EXPORTER, "check-config", path)
            self.assertEqual(answer.returncode, 2)
            self.assertNotIn(token, answer.stdout + answer.stderr)

    def test_files_are_for_their_owner_alone(self):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))))
        self.all_up(exporter)
        for path in (exporter.storage, *exporter.storage.iterdir()):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()
