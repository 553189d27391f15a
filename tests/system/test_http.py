"""What the web server answers."""

import json
import socket
import unittest

from prometheus_client.parser import text_string_to_metric_families

from exposition import Exposition
from processes import Program, ask, eventually
from system_test import COLLECTORS, STANDING, SystemTest, every


class Served(SystemTest):
    def setUp(self):
        super().setUp()
        self.platforms = {"acme": self.simulator(*STANDING, "--agents=12"),
                          "norte": self.simulator(*STANDING, "--agents=17", "--seed=2")}
        self.unix = f"unix:{self.folder / 'socket'}"
        self.exporter_under_test = self.exporter(
            self.configuration(*(self.operation(platform.base_url, every("1h"), name=name)
                                 for name, platform in self.platforms.items())),
            listen=("127.0.0.1:0", "127.0.0.1:0", self.unix))
        eventually(lambda: self.assertEqual(self.get("/-/ready").status, 200))
        self.scrape(self.exporter_under_test)

    def get(self, target, **more):
        return self.exporter_under_test.get(target, **more)

    def test_promtool_finds_nothing_to_say(self):
        text = self.get("/metrics").body
        page = self.new_file(".prom")
        page.write_bytes(text)
        checked = Program(["sh", "-c", f"promtool check metrics < {page}"],
                          self.new_file(".promtool"))
        self.addCleanup(checked.stop)
        self.assertEqual(checked.wait(), 0, checked.said())
        self.assertEqual(checked.said(), "")

    def test_the_official_python_client_reads_the_same_values(self):
        text = self.get("/metrics").text
        own = Exposition(text)
        read = {}
        for family in text_string_to_metric_families(text):
            self.assertTrue(family.documentation, family.name)
            for sample in family.samples:
                read[(sample.name, frozenset(sample.labels.items()))] = sample.value
        self.assertEqual(read, {(name, frozenset(labels.items())): value
                                for name, rows in own.samples.items() for labels, value in rows})
        self.assertGreater(len(read), 1000)

    def test_families_are_sorted_and_described_once(self):
        shown = Exposition(self.get("/metrics").text)
        names = [name for name, _ in shown.families]
        self.assertEqual(names, sorted(names))
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(shown.helps, names)
        own = [name for name in names if name.startswith("process_")]
        self.assertEqual(len(own), 7)

    def test_two_scrapes_have_the_same_order(self):
        def series(text):
            return [line.rpartition(" ")[0] for line in text.splitlines()
                    if not line.startswith(("#", "process_", "wolkvox_exporter_scrapes"))]

        self.assertEqual(series(self.get("/metrics").text), series(self.get("/metrics").text))

    def test_the_content_type_names_the_version(self):
        content_type = self.get("/metrics").headers["Content-Type"]
        self.assertTrue(content_type.startswith("text/plain; version=0.0.4"), content_type)
        self.assertIn("escaping", content_type)

    def test_names_keep_only_their_families(self):
        shown = Exposition(
            self.get("/metrics?name[]=wolkvox_agents&name[]=process_open_fds").text)
        self.assertEqual([name for name, _ in shown.families],
                         ["process_open_fds", "wolkvox_agents"])
        encoded = Exposition(self.get("/metrics?name%5B%5D=wolkvox_up").text)
        self.assertEqual([name for name, _ in encoded.families], ["wolkvox_up"])
        self.assertEqual(self.get("/metrics?name[]=no_such_family").body, b"")

    def test_an_operation_keeps_only_its_series(self):
        for chosen in ({"acme"}, {"norte"}, {"acme", "norte"}):
            with self.subTest(chosen):
                target = "/metrics?" + "&".join(f"operation={each}" for each in sorted(chosen))
                shown = Exposition(self.get(target).text)
                self.assertEqual(shown.operations(), chosen)
        total = Exposition(self.get("/metrics?operation=norte&name[]=wolkvox_agents").text)
        self.assertEqual(total.total("wolkvox_agents"), 17)

    def test_head_answers_as_get_without_a_body(self):
        for page in ("/metrics", "/", "/status.json", "/-/healthy", "/-/ready"):
            with self.subTest(page):
                get, head = self.get(page), self.get(page, method="HEAD")
                self.assertEqual(head.status, 200)
                self.assertEqual(head.body, b"")
                self.assertEqual(head.headers["Content-Type"], get.headers["Content-Type"])

    def test_other_paths_and_methods(self):
        for path in ("/metric", "/metrics/", "/favicon.ico", "/-/"):
            self.assertEqual(self.get(path).status, 404, path)
        for path in ("/metrics", "/", "/status.json", "/-/healthy"):
            for method in ("POST", "PUT", "DELETE", "OPTIONS"):
                answer = self.get(path, method=method)
                self.assertEqual(answer.status, 405, f"{method} {path}")
                self.assertEqual(answer.headers["Allow"], "GET, HEAD")
        answer = self.get("/-/reload")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST"))

    def test_what_is_no_http_is_refused_and_harms_nobody(self):
        host, port = self.exporter_under_test.address.split(":")
        for bytes_sent in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n",
                           b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: "
                           + b"x" * 100_000 + b"\r\n\r\n"):
            with socket.create_connection((host, int(port)), 10) as peer:
                peer.sendall(bytes_sent)
                peer.shutdown(socket.SHUT_WR)
                answer = peer.recv(4096)
                self.assertTrue(not answer or answer.startswith(b"HTTP/1.1 4"), answer)
        self.assertEqual(self.get("/metrics").status, 200)

    def test_every_address_serves(self):
        self.assertEqual(len(set(self.exporter_under_test.addresses)), 3)
        for address in self.exporter_under_test.addresses:
            answer = ask(address, "/metrics?name[]=wolkvox_agents")
            self.assertEqual(Exposition(answer.text).total("wolkvox_agents"), 29, address)

    def test_the_status_page_and_its_facts(self):
        facts = self.get("/status.json").json()
        self.assertEqual([each["name"] for each in facts["operations"]], ["acme", "norte"])
        for operation in facts["operations"]:
            self.assertEqual({each["name"] for each in operation["collectors"]}, set(COLLECTORS))
            for collector in operation["collectors"]:
                self.assertEqual((collector["state"], collector["last_error"]), ("ok", ""))
        page = self.get("/").text
        for word in ("acme", "norte", "/metrics", *COLLECTORS):
            self.assertIn(word, page)
        json.dumps(facts)

    def test_scrapes_are_counted(self):
        before = Exposition(self.get("/metrics").text)
        after = Exposition(self.get("/metrics").text)
        name = "wolkvox_exporter_scrapes_total"
        self.assertEqual(after.total(name), before.total(name) + 1)


class Limits(SystemTest):
    def serve(self, flag):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))), flag)
        host, port = exporter.address.split(":")
        return exporter, (host, int(port))

    def test_a_request_that_does_not_arrive_in_time_is_ended(self):
        exporter, address = self.serve("--web.read-timeout=100ms")
        with socket.create_connection(address, 5) as slow:
            slow.sendall(b"GET /metrics HTTP/1.1\r\nHo")
            self.assertEqual(slow.recv(1), b"", "the default would take ten seconds")
        self.assertEqual(exporter.get("/-/healthy").status, 200)

    def test_a_connection_too_many_ends_the_one_idle_longest(self):
        _, address = self.serve("--web.max-connections=2")
        request = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
        peers = []
        for _ in range(3):
            peers.append(socket.create_connection(address, 20))
            self.addCleanup(peers[-1].close)
            peers[-1].sendall(request)
            self.assertIn(b"is healthy", peers[-1].recv(4096))
        self.assertEqual(peers[0].recv(1), b"", "idle connections live for two minutes")
        peers[1].sendall(request)
        self.assertIn(b"is healthy", peers[1].recv(4096))


class Flags(SystemTest):
    def served_with(self, *flags):
        platform = self.simulator(*STANDING)
        return self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))), *flags)

    def test_another_telemetry_path(self):
        exporter = self.served_with("--web.telemetry-path=/own/path")
        self.assertEqual(exporter.get("/own/path").status, 200)
        self.assertEqual(exporter.get("/metrics").status, 404)
        self.assertIn("/own/path", exporter.get("/").text)

    def test_without_the_exporters_own_families(self):
        exporter = self.served_with("--web.disable-exporter-metrics")
        self.all_up(exporter)
        shown = self.scrape(exporter)
        self.assertFalse([name for name in shown.samples
                          if name.startswith(("process_", "wolkvox_exporter_scrapes"))])

    def test_the_log_as_json(self):
        exporter = self.served_with("--log.format=json", "--log.level=debug")
        self.all_up(exporter)
        self.json_lines(exporter)

    def json_lines(self, exporter):
        lines = [json.loads(line) for line in exporter.output.read_bytes().splitlines()]
        for told in lines:
            self.assertLessEqual({"ts", "level", "msg"}, told.keys())
        return lines

    def test_the_log_as_json_while_all_kinds_of_things_go_wrong(self):
        platform = self.simulator(*STANDING)
        platform.control(error_rate={"share": 0.5, "seed": 7})
        path = self.configuration(self.operation(platform.base_url, every("100ms"), timeout="1s"))
        exporter = self.exporter(path, "--log.format=json", "--log.level=debug",
                                 "--web.enable-lifecycle")
        path.write_bytes(b'operations: "\xc3( \x01 \\\\ \'')
        self.assertEqual(exporter.get("/-/reload", method="POST").status, 500)

        def enough():
            failed = [told for told in self.json_lines(exporter) if told["msg"] == "collector failing"]
            self.assertGreater(len({told["reason"] for told in failed}), 2)
            return failed

        # Some requests are never answered: the lane waits out each of them for a minute.
        failed = eventually(enough, within=200)
        asked = {told["request"]: told for told in self.json_lines(exporter)
                 if told["msg"] == "asked the platform"}
        for told in failed:
            # Hold and mute fail with the roster's request until it has been read.
            own = ("names", "hold_mute") if told["collector"] == "hold_mute" else (told["collector"],)
            self.assertIn(asked[told["request"]]["collector"], own)
            self.assertNotEqual(asked[told["request"]]["result"], "ok")


if __name__ == "__main__":
    unittest.main()
