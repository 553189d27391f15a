"""What the commands answer, and what bad flags and bad files get."""

import os
import re
import socket
import subprocess
import unittest

from exposition import Exposition
from processes import EXPORTER, patient, run_to_end
from system_test import COLLECTORS, STANDING, SystemTest, every


class CommandLine(SystemTest):
    def run_exporter(self, *arguments, **more):
        return run_to_end(EXPORTER, *arguments, folder=self.folder, **more)

    def assert_refused(self, answer, *words):
        self.assertEqual(answer.returncode, 2, answer.stderr)
        for word in words:
            self.assertIn(word, answer.stderr)


class Flags(CommandLine):
    def test_a_wrong_flag_is_named_with_the_one_that_was_meant(self):
        self.assert_refused(self.run_exporter("--storage.paht=x"), "--storage.paht",
                            "--storage.path")

    def test_bad_values_of_flags(self):
        for flag in ("--log.level=loud", "--log.format=xml", "--web.max-requests=0",
                     "--web.max-requests=many", "--web.telemetry-path=metrics", "--web.telemetry-path=/a?b",
                     "--web.telemetry-path=/a b"):
            with self.subTest(flag):
                self.assert_refused(self.run_exporter(flag), flag.partition("=")[0])

    def test_a_word_that_is_no_command(self):
        self.assert_refused(self.run_exporter("scrape"), "scrape")

    def test_help_names_every_flag_and_command(self):
        answer = self.run_exporter("--help")
        self.assertEqual(answer.returncode, 0)
        for word in ("--config.file", "--storage.path", "--web.listen-address",
                     "--web.config.file", "--web.telemetry-path", "--web.max-requests",
                     "--web.max-connections", "--web.read-timeout", "--web.systemd-socket",
                     "--web.enable-lifecycle",
                     "--web.disable-exporter-metrics", "--log.level", "--log.format",
                     "check-config", "once", "healthcheck", "metrics"):
            self.assertIn(word, answer.stdout)

    def test_version(self):
        answer = self.run_exporter("--version")
        self.assertEqual(answer.returncode, 0)
        self.assertRegex(answer.stdout, r"^wolkvox_exporter, version \d+\.\d+\.\d+ ")


class Configuration(CommandLine):
    def test_a_missing_file_is_named(self):
        for arguments in (("--config.file=none.yml",), ("check-config", "none.yml"),
                          ("once", "--config.file=none.yml")):
            with self.subTest(arguments):
                self.assert_refused(self.run_exporter(*arguments), "none.yml")

    BAD = {  # a file: the line of the mistake, and words of the message
        "operations:\n  - name: acme\n    sever: '0042'\n    token_env: T\n":
            (3, "sever", "server"),
        "operations:\n  - name: acme\n    server: '0042'\n    token_env: T\n"
        "    timeout: soon\n": (5, "timeout", "soon"),
        "operations:\n  - name: acme\n    server: '0042'\n    token_env: T\n"
        "    collectors:\n      agent: {interval: 1m}\n": (6, "agent", "agents"),
        "operations:\n  - name: acme\n    server: '0042'\n    token_env: T\n"
        "    timezone: America/Bogotá\n": (5, "timezone"),
        "operations:\n  - name: acme\n    token_env: T\n": (2, "server"),
        "operations:\n  - name: acme\n    server: [\n": (None, ""),
        "operations:\n  - name: acme\n    server: '1'\n    token_env: T\n    server: '2'\n":
            (5, "server"),
        "": (None, "operations"),
    }

    def test_mistakes_are_told_with_file_line_and_key(self):
        for text, (line, *words) in self.BAD.items():
            for command in (("--config.file=bad.yml",), ("check-config", "bad.yml"),
                            ("once", "--config.file=bad.yml")):
                with self.subTest(text=text, command=command):
                    (self.folder / "bad.yml").write_text(text, encoding="utf-8")
                    answer = self.run_exporter(*command)
                    place = "bad.yml" if line is None else f"bad.yml:{line}:"
                    self.assert_refused(answer, place, *words)
        self.assertFalse((self.folder / "data").exists(), "nothing is made for a bad file")

    def test_a_pipe_or_a_device_is_refused_and_not_waited_for(self):
        os.mkfifo(self.folder / "pipe")
        good = self.configuration(self.operation("http://127.0.0.1:1/api/v2/", every("1m")))
        for path, kind in (("pipe", "a pipe"), ("/dev/zero", "a device"), (".", "a directory")):
            for command in ((f"--config.file={path}",), ("check-config", path),
                            ("check-config", "--web", path),
                            (f"--config.file={good}", f"--web.config.file={path}"),
                            ("healthcheck", f"--web.config.file={path}")):
                with self.subTest(command):
                    answer = self.run_exporter(*command)
                    self.assertEqual(answer.returncode, 2)
                    self.assertIn(f"{path}: cannot be read: it is {kind}, not a file",
                                  answer.stderr)

    def test_check_config_looks_for_tokens_and_authorities_unless_told_not_to(self):
        operation = self.operation("http://127.0.0.1:1/api/v2/", every("1m"))
        for change, status, told in (
                ({"token_file": "none"}, 0,
                 f"token_file: the token file {self.folder}/none cannot be read: No such file"),
                ({"token_file": None, "token_env": "ACME"}, 0,
                 "token_env: the environment variable ACME is not set"),
                ({"tls": {"ca_file": str(self.token_file(""))}}, 2, "holds no certif")):
            with self.subTest(change):
                changed = {key: value for key, value in (operation | change).items() if value}
                path = self.configuration(changed)
                answer = self.run_exporter("check-config", path)
                self.assertEqual(answer.returncode, status)
                self.assertRegex(answer.stderr, f"{path}:.*operations.0.[.].*{told}")
                self.assertEqual(answer.stderr.startswith("warning: "), status == 0)
                answer = self.run_exporter("check-config", "--syntax-only", path)
                self.assertEqual((answer.returncode, answer.stderr), (0, ""))

    def test_authorities_that_cannot_be_read_are_bad_configuration(self):
        path = self.configuration(self.operation("https://127.0.0.1:1/api/v2/", every("1m"),
                                                 tls={"ca_file": "none.pem"}))
        for command in ((f"--config.file={path}",), ("once", f"--config.file={path}")):
            self.assert_refused(self.run_exporter(*command), "operations[0].tls.ca_file:",
                                "none.pem cannot be read: No such file")

    def test_a_token_that_operations_share_is_warned_of(self):
        first, second = (self.operation("http://127.0.0.1:1/api/v2/", every("1m"), name=name)
                         for name in ("acme", "other"))
        answer = self.run_exporter("check-config", self.configuration(first, second))
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("operation 'other' has the token of 'acme'", answer.stderr)
        self.assertEqual(answer.stderr.count("warning: "), 1)

    def test_check_config_says_that_a_file_is_good(self):
        path = self.configuration(self.operation("http://127.0.0.1:1/api/v2/", every("1m")))
        answer = self.run_exporter("check-config", path)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("operations: 1, collectors: 9", answer.stdout)


class Start(CommandLine):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING, "--agents=10")
        self.good = self.configuration(self.operation(self.platform.base_url, every("1h")))

    def test_the_ledger_is_named_new_or_since_when(self):
        storage = self.new_file(".storage")
        first = self.exporter(self.good, storage=storage)
        first.wait_for(f'msg="the ledger is new: [^"]+" path={storage}/ledger.db series=0')
        self.all_up(first)
        self.assertEqual(first.stop(), 0)
        second = self.exporter(self.good, storage=storage)
        since, series = second.wait_for(
            f'msg="the ledger goes on" path={storage}/ledger.db since=(\\S+) series=(\\d+)')[0]
        self.assertRegex(since, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreater(int(series), 0)

    def test_a_second_process_on_one_storage_is_refused_and_the_first_goes_on(self):
        first = self.exporter(self.good)
        answer = self.run_exporter(f"--config.file={self.good}", f"--storage.path={first.storage}",
                                   "--web.listen-address=127.0.0.1:0")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("another process", answer.stderr)
        self.all_up(first)

    def test_a_port_in_use_is_told(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            answer = self.run_exporter(f"--config.file={self.good}", "--storage.path=own",
                                       f"--web.listen-address={address}")
        self.assertEqual(answer.returncode, 1)
        self.assertIn(address, answer.stderr)

    def test_a_storage_path_that_is_a_file_is_told(self):
        answer = self.run_exporter(f"--config.file={self.good}", f"--storage.path={self.good}",
                                   "--web.listen-address=127.0.0.1:0")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("ledger", answer.stderr)

    def test_a_file_that_is_no_ledger_is_told_and_left_alone(self):
        storage = self.folder / "foreign"
        storage.mkdir()
        (storage / "ledger.db").write_bytes(b"something else" * 1000)
        answer = self.run_exporter(f"--config.file={self.good}", f"--storage.path={storage}",
                                   "--web.listen-address=127.0.0.1:0")
        self.assertEqual(answer.returncode, 1)
        self.assertEqual((storage / "ledger.db").read_bytes(), b"something else" * 1000)


class Commands(CommandLine):
    def test_metrics_lists_every_family_that_a_scrape_can_show(self):
        listed = set(re.findall(r"^## `(\w+)`$", self.run_exporter("metrics").stdout, re.M))
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))))
        self.all_up(exporter)
        shown = {name for name, _ in self.scrape(exporter).families}
        self.assertGreater(len(shown), 60)
        self.assertLessEqual(shown, listed)

    def test_once_prints_one_round_of_every_collector(self):
        platform = self.simulator(*STANDING)
        path = self.configuration(self.operation(platform.base_url, every("1h")))
        answer = self.run_exporter("once", f"--config.file={path}", "--storage.path=own")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        shown = Exposition(answer.stdout)
        self.assertEqual(shown.summed("wolkvox_up", "collector"),
                         {(name,): 1.0 for name in COLLECTORS})
        self.assertEqual(shown.total("wolkvox_agents"), 40)
        truth = platform.truth(**{"from": "2026-11-20"})
        self.assertEqual(shown.total("wolkvox_rows_total", collector="cdr"),
                         truth["rows"]["cdr_1"])
        self.assertEqual(platform.requests()["max_concurrent"], 1)
        # What is printed once is never seen growing: the values themselves are of use.
        self.assertEqual(shown.total("wolkvox_cdr_calls_total"), truth["rows"]["cdr_1"])

    def test_once_fails_when_a_collector_fails_and_prints_the_others(self):
        platform = self.simulator(*STANDING)
        platform.fault("status_500_html", report="campaigns")
        path = self.configuration(self.operation(platform.base_url, every("1h")))
        answer = self.run_exporter("once", f"--config.file={path}", "--storage.path=own")
        self.assertEqual(answer.returncode, 1)
        shown = Exposition(answer.stdout)
        self.assertEqual(shown.value("wolkvox_up", collector="campaigns"), 0)
        self.assertEqual(shown.total("wolkvox_agents"), 40)

    def test_a_write_that_fails_is_no_success(self):
        platform = self.simulator(*STANDING)
        path = self.configuration(self.operation(platform.base_url, every("1h")))
        for command in (("metrics",), ("once", f"--config.file={path}")):
            with self.subTest(command), open("/dev/full", "w", encoding="utf-8") as full:
                run = subprocess.run([EXPORTER, *command], stdout=full, stderr=subprocess.DEVNULL,
                                     cwd=self.folder, timeout=patient(), check=False)
                self.assertEqual(run.returncode, 1)

    def test_healthcheck_asks_a_running_exporter(self):
        platform = self.simulator(*STANDING)
        socket_path = f"unix:{self.folder / 's'}"
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))),
            listen=("127.0.0.1:0", socket_path))
        everywhere = ":" + exporter.address.split(":")[1]
        for address in (exporter.address, everywhere, socket_path):
            answer = self.run_exporter("healthcheck", f"--web.listen-address={address}")
            self.assertEqual(answer.returncode, 0, answer.stderr)
        exporter.stop()
        for address in (exporter.address, socket_path):
            answer = self.run_exporter("healthcheck", f"--web.listen-address={address}")
            self.assertEqual(answer.returncode, 1)
            self.assertIn(address, answer.stderr)


if __name__ == "__main__":
    unittest.main()
