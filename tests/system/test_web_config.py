"""--web.config.file, as Prometheus' own exporters read it: asked with curl and openssl."""

import ctypes
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from certificates import Authority
from processes import EXPORTER, Listening, eventually, patient, run_to_end
from system_test import STANDING, SystemTest, every

# What curl ends with where the server refuses the handshake or the certificate.
CURL_TLS_FAILURES = (35, 55, 56, 60)


# Python's own `crypt` is gone since 3.13; this is the library that it asked.
_libcrypt = ctypes.CDLL("libcrypt.so.1")
_libcrypt.crypt.restype = _libcrypt.crypt_gensalt.restype = ctypes.c_char_p


def bcrypt(password, cost=4):
    salt = _libcrypt.crypt_gensalt(b"$2b$", ctypes.c_ulong(cost), None, 0)
    return _libcrypt.crypt(password.encode(), salt).decode()


class WebConfig(SystemTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = cls.make_folder()
        cls.authority = Authority(cls.keys, "authority")
        cls.server = cls.authority.issue("server")

    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING)
        self.web = self.new_file(".web.yml")

    def tls(self, pair=None, **more):
        pair = pair or self.server
        return {"cert_file": str(pair.certificate), "key_file": str(pair.key)} | more

    def write_web(self, content):
        """Replaces the file at once, as a careful program does."""
        new = self.new_file(".new")
        new.write_text(content if isinstance(content, str) else json.dumps(content))
        os.replace(new, self.web)

    def serve(self, content, *flags, **more):
        self.write_web(content)
        return self.exporter(
            self.configuration(self.operation(self.platform.base_url, every("1h"))),
            f"--web.config.file={self.web}", *flags, **more)

    def curl(self, exporter, *flags, path="/-/healthy", scheme="https", trusted=True):
        """The status, or curl's exit status below 0; what was answered, head and body."""
        trust = ["--cacert", str(self.authority.certificate)] if trusted else ["--insecure"]
        done = run_to_end("curl", "--silent", "--show-error", "--include", "--max-time", "20",
                          *trust, *flags, f"{scheme}://{exporter.address}{path}")
        if done.returncode:
            return -done.returncode, done.stderr
        return int(done.stdout.split()[1]), done.stdout

    def assert_refused(self, exporter, *flags):
        status, told = self.curl(exporter, *flags)
        self.assertIn(-status, CURL_TLS_FAILURES, told)

    def handshake(self, exporter, *flags):
        """What openssl says of one handshake."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect", exporter.address, "-CAfile",
             str(self.authority.certificate), *flags],
            input="", capture_output=True, text=True, timeout=patient(), check=False)
        return done.stdout + done.stderr


class Transport(WebConfig):
    def test_serves_tls_1_2_and_1_3_with_the_certificate_named(self):
        exporter = self.serve({"tls_server_config": self.tls()})
        self.eventually_said(exporter, "tls=true")
        for flags in ((), ("--tlsv1.2", "--tls-max", "1.2"), ("--tlsv1.3",), ("--http1.0",)):
            self.assertEqual(self.curl(exporter, *flags)[0], 200, flags)
        self.assertIn("Protocol  : TLSv1.2", self.handshake(exporter, "-tls1_2"))
        self.assertIn("no peer certificate available",
                      self.handshake(exporter, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"))
        self.assertIn("ALPN protocol: http/1.1", self.handshake(exporter, "-alpn", "h2,http/1.1"))

    def test_a_large_answer_arrives_whole_and_the_connection_is_kept(self):
        exporter = self.serve({"tls_server_config": self.tls()})
        self.all_up_over_tls(exporter)
        status, text = self.curl(exporter, path="/metrics")
        self.assertEqual(status, 200)
        head, body = text.split("\n\n", 1)
        length = int(next(line.split()[1] for line in head.splitlines()
                          if line.startswith("Content-Length")))
        self.assertEqual(len(body.encode()), length)
        self.assertGreater(length, 50_000)
        url = f"https://{exporter.address}/-/healthy"
        done = run_to_end("curl", "--silent", "--cacert", self.authority.certificate, "--write-out",
                          "%{num_connects} ", "--output", "/dev/null", url, "--output",
                          "/dev/null", url)
        self.assertEqual(done.stdout.split(), ["1", "0"])

    def all_up_over_tls(self, exporter):
        eventually(lambda: self.assertEqual(self.curl(exporter, path="/-/ready")[0], 200))

    def test_versions_suites_and_curves_are_those_of_the_file(self):
        exporter = self.serve({"tls_server_config": self.tls(min_version="TLS13")})
        self.assert_refused(exporter, "--tls-max", "1.2")
        self.assertEqual(self.curl(exporter)[0], 200)
        self.write_web({"tls_server_config": self.tls(
            max_version="TLS12", curve_preferences=["CurveP384"],
            cipher_suites=["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                           "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"])})
        self.assert_refused(exporter, "--tlsv1.3")
        both = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
        self.assertIn("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384",
                      self.handshake(exporter, "-cipher", both), "the server's order counts")
        self.assertIn(" Temp Key: ECDH, secp384r1", self.handshake(exporter))
        self.assertIn("no peer certificate", self.handshake(exporter, "-curves", "P-256"))
        self.assertIn("no peer certificate",
                      self.handshake(exporter, "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"))

    def test_old_versions_where_the_file_asks_for_them(self):
        exporter = self.serve({"tls_server_config": self.tls(min_version="TLS10")})
        self.assertIn("Protocol  : TLSv1",
                      self.handshake(exporter, "-tls1", "-cipher", "ALL:@SECLEVEL=0"))

    def test_plain_http_is_told_that_it_is_wrong(self):
        exporter = self.serve({"tls_server_config": self.tls()})
        status, text = self.curl(exporter, "--http0.9", scheme="http")
        self.assertEqual(status, 400)
        self.assertIn("Client sent an HTTP request to an HTTPS server.", text)
        self.assertEqual(self.curl(exporter)[0], 200)

    def test_every_address_speaks_tls(self):
        path = self.folder / "exporter.sock"
        exporter = self.serve({"tls_server_config": self.tls()},
                              listen=("127.0.0.1:0", f"unix:{path}"))
        status, _ = self.curl(exporter, "--unix-socket", path)
        self.assertEqual(status, 200)


class Rotation(WebConfig):
    def test_a_new_certificate_counts_from_the_next_connection_on(self):
        pair = self.authority.issue("rotated", alternative="DNS:first.example")
        exporter = self.serve({"tls_server_config": self.tls(pair)})
        self.assertIn("first.example", self.names_of(exporter))
        new = self.authority.issue("rotation", alternative="DNS:second.example")
        shutil.copy(new.key, pair.key)
        shutil.copy(new.certificate, pair.certificate)
        self.assertIn("second.example", self.names_of(exporter))

    def names_of(self, exporter):
        shown = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName"],
                               input=self.handshake(exporter), capture_output=True, text=True,
                               timeout=patient(), check=False)
        return shown.stdout

    def test_while_the_pair_does_not_match_nobody_is_served(self):
        pair = self.authority.issue("torn")
        exporter = self.serve({"tls_server_config": self.tls(pair)})
        whole = pair.key.read_text()
        shutil.copy(self.server.key, pair.key)
        self.assert_refused(exporter)
        self.assert_refused(exporter)
        self.eventually_said(exporter, "nobody is served", times=1)
        self.eventually_said(exporter, "tls_server_config.key_file")
        pair.key.write_text(whole)
        # It is read on a thread: a machine that is slow answers as the file stood before.
        eventually(lambda: self.assertEqual(self.curl(exporter)[0], 200))
        self.eventually_said(exporter, "can be read again")

    def test_a_bad_file_refuses_requests_until_it_is_mended(self):
        exporter = self.serve({"rate_limit": {}})
        self.assertEqual(self.curl(exporter, scheme="http")[0], 200)
        self.write_web("tls_sever_config: {}\n")
        self.assertEqual(self.curl(exporter, scheme="http")[0], 500)
        self.eventually_said(exporter, "did you mean 'tls_server_config'?")
        self.web.unlink()
        self.assertEqual(self.curl(exporter, scheme="http")[0], 500)
        self.write_web({})
        self.assertEqual(self.curl(exporter, scheme="http")[0], 200)

    def test_an_emptied_file_opens_no_door(self):
        exporter = self.serve({"basic_auth_users": {"alice": bcrypt("wonderland")}})
        self.web.write_text("")
        self.assertEqual(self.curl(exporter, scheme="http")[0], 500)
        self.write_web({})
        self.assertEqual(self.curl(exporter, scheme="http")[0], 200, "said in so many words")

    def test_tls_goes_and_comes_with_a_restart_only(self):
        exporter = self.serve({"tls_server_config": self.tls()})
        self.write_web({})
        self.assert_refused(exporter)
        plain = self.serve({})
        self.write_web({"tls_server_config": self.tls()})
        self.assertEqual(self.curl(plain, scheme="http")[0], 200)


class ClientCertificates(WebConfig):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        good = cls.authority.issue("client", usage="clientAuth",
                                   alternative="DNS:prometheus.example,IP:10.1.2.3,"
                                               "email:ops@example.org,URI:spiffe://a/b")
        stranger = Authority(cls.keys, "stranger").issue("stranger-client", usage="clientAuth")
        expired = cls.authority.issue("expired", usage="clientAuth", days=0)
        wrong_use = cls.authority.issue("wrong-use", usage="serverAuth")
        cls.clients = {name: ("--cert", str(pair.certificate), "--key", str(pair.key))
                       for name, pair in (("good", good), ("stranger", stranger),
                                          ("expired", expired), ("wrong use", wrong_use))}
        cls.clients["none"] = ()

    def test_each_type_lets_in_whom_it_should(self):
        everyone = set(self.clients)
        cases = {"NoClientCert": everyone,
                 "RequestClientCert": everyone,
                 "RequireAnyClientCert": everyone - {"none"},
                 "RequireClientCert": everyone - {"none"},
                 "VerifyClientCertIfGiven": {"good", "none"},
                 "RequireAndVerifyClientCert": {"good"}}
        exporter = self.serve({"tls_server_config": self.tls()})
        for kind, welcome in cases.items():
            authority = {} if kind == "NoClientCert" else {
                "client_ca_file": str(self.authority.certificate)}
            self.write_web({"tls_server_config": self.tls(client_auth_type=kind, **authority)})
            for who, flags in self.clients.items():
                for version in ((), ("--tls-max", "1.2")):
                    with self.subTest(kind, who=who, version=version):
                        status, told = self.curl(exporter, *flags, *version)
                        if who in welcome:
                            self.assertEqual(status, 200, told)
                        else:
                            self.assertIn(-status, CURL_TLS_FAILURES, told)

    def test_the_list_of_names(self):
        policy = {"client_auth_type": "RequireAndVerifyClientCert",
                  "client_ca_file": str(self.authority.certificate)}
        exporter = self.serve({"tls_server_config": self.tls(**policy)})
        for names, let_in in ((["prometheus.example"], True), (["10.1.2.3"], True),
                              (["x", "ops@example.org"], True), (["spiffe://a/b"], True),
                              (["example"], False), (["client"], False)):
            with self.subTest(names):
                self.write_web({"tls_server_config": self.tls(client_allowed_sans=names,
                                                              **policy)})
                if let_in:
                    self.assertEqual(self.curl(exporter, *self.clients["good"])[0], 200)
                else:
                    self.assert_refused(exporter, *self.clients["good"])


    def test_an_intermediate_and_a_pinned_certificate_are_trusted_for_themselves(self):
        between = self.authority.subordinate("between")
        client, other = (between.issue(name, usage="clientAuth") for name in ("one", "another"))
        exporter = self.serve({"tls_server_config": self.tls()})
        for trusted, let_in in ((between, (client, other)), (client, (client,))):
            self.write_web({"tls_server_config": self.tls(
                client_auth_type="RequireAndVerifyClientCert",
                client_ca_file=str(trusted.certificate))})
            for each in (client, other):
                flags = ("--cert", each.certificate, "--key", each.key)
                with self.subTest(trusted.certificate.name, client=each.certificate.name):
                    if each in let_in:
                        self.assertEqual(self.curl(exporter, *flags)[0], 200)
                    else:
                        self.assert_refused(exporter, *flags)

    def test_who_is_refused_is_counted_and_told_at_debug(self):
        exporter = self.serve({"tls_server_config": self.tls(
            client_auth_type="RequireAndVerifyClientCert",
            client_ca_file=str(self.authority.certificate))}, "--log.level=debug")
        self.assert_refused(exporter)
        stranger = Authority(self.make_folder(), "stranger").issue("x", usage="clientAuth")
        self.assert_refused(exporter, "--cert", stranger.certificate, "--key", stranger.key)
        self.curl(exporter, scheme="http")
        lines = exporter.wait_for(r'msg="a TLS client came to no request" reason=(\S+) err="([^"]+)')
        eventually(lambda: self.assertEqual(
            [line[0] for line in exporter.wait_for(
                r'a TLS client came to no request" reason=(\S+) (err)')],
            ["client_certificate", "client_certificate", "plain_http"]))
        self.assertIn("peer did not return a certificate", lines[0][1])
        told = exporter.wait_for("reason=client_certificate err=.certificate verify failed[^:]*: (.+)")
        self.assertIn("issuer certificate", told[0])
        status, text = self.curl(exporter, *self.clients["good"], path="/metrics")
        self.assertEqual(status, 200)
        family = "wolkvox_exporter_tls_handshake_errors_total"
        self.assertIn(f'{family}{{reason="client_certificate"}} 2\n', text.replace("\r", ""))
        self.assertIn(f'{family}{{reason="plain_http"}} 1\n', text.replace("\r", ""))


class Requests(WebConfig):
    def test_names_and_passwords(self):
        exporter = self.serve({"tls_server_config": self.tls(),
                               "basic_auth_users": {"alice": bcrypt("wonderland"),
                                                    "bob": "$2y$" + bcrypt("builder").removeprefix("$2b$")}})
        for path in ("/metrics", "/", "/-/healthy", "/none", "/status.json"):
            status, text = self.curl(exporter, path=path)
            self.assertEqual(status, 401, path)
            self.assertIn("WWW-Authenticate: Basic", text)
        for user, expected in (("alice:wonderland", 200), ("bob:builder", 200),
                               ("alice:builder", 401), ("carol:wonderland", 401), (":", 401)):
            self.assertEqual(self.curl(exporter, "--user", user)[0], expected, user)
        self.write_web({"tls_server_config": self.tls(),
                        "basic_auth_users": {"alice": bcrypt("looking-glass")}})
        self.assertEqual(self.curl(exporter, "--user", "alice:wonderland")[0], 401)
        self.assertEqual(self.curl(exporter, "--user", "alice:looking-glass")[0], 200)
        for secret in ("wonderland", "$2"):
            self.assertNotIn(secret, exporter.said())

    def test_the_rate_limit(self):
        exporter = self.serve({"rate_limit": {"interval": "1h", "burst": 3}})
        statuses = [self.curl(exporter, scheme="http")[0] for _ in range(5)]
        self.assertEqual(statuses, [200, 200, 200, 429, 429])

    def test_header_fields(self):
        exporter = self.serve({"http_server_config": {"http2": False, "headers": {
            "X-Frame-Options": "sameorigin", "X-Content-Type-Options": "nosniff",
            "Strict-Transport-Security": "max-age=31536000"}}})
        for path, status in (("/metrics", 200), ("/", 200), ("/none", 404)):
            answer = exporter.get(path)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.headers.get_all("X-Frame-Options"), ["sameorigin"])
            self.assertEqual(answer.headers.get_all("X-Content-Type-Options"), ["nosniff"])
            self.assertEqual(answer.headers["Strict-Transport-Security"], "max-age=31536000")


class Start(WebConfig):
    def refused(self, content):
        self.write_web(content)
        configuration = self.configuration(self.operation(self.platform.base_url, every("1h")))
        served = run_to_end(EXPORTER, f"--config.file={configuration}",
                            f"--storage.path={self.new_file('.storage')}",
                            f"--web.config.file={self.web}", "--web.listen-address=127.0.0.1:0")
        checked = run_to_end(EXPORTER, "check-config", "--web", self.web)
        self.assertEqual((served.returncode, checked.returncode), (2, 2))
        self.assertEqual(served.stderr, checked.stderr)
        self.assertTrue(served.stderr.startswith(f"{self.web}:"), served.stderr)
        return served.stderr.removeprefix(f"{self.web}:")

    def test_a_bad_file_is_refused_with_place_and_key(self):
        self.assertEqual(self.refused("rate_limit:\n  interval: soon\n").split(": ")[0:2],
                         ["2:13", "rate_limit.interval"])
        # JSON, so everything stands in the first line.
        for change, key, told in (
                ({"cert_file": "/none"}, "cert_file", "No such file"),
                ({"key_file": str(self.server.certificate)}, "key_file", "is no private key"),
                ({"key_file": str(self.authority.key)}, "key_file", "of that certificate"),
                ({"cert_file": str(self.server.key)}, "cert_file", "holds no certificate"),
                ({"client_auth_type": "RequireAndVerifyClientCert",
                  "client_ca_file": str(self.server.key)}, "client_ca_file", "no certificate"),
                ({"client_auth_type": "RequireAndVerifyClientCert",
                  "client_ca_file": str(self.damaged_bundle())}, "client_ca_file",
                 r"has a block that cannot be read .number 2, at line \d+.")):
            message = self.refused({"tls_server_config": self.tls(**change)})
            self.assertRegex(message, rf"^1:\d+: tls_server_config\.{key}: .*{told}")
        self.assertIn("basic_auth_users.eve: expected a bcrypt hash",
                      self.refused({"basic_auth_users": {"eve": "wonderland"}}))

    def damaged_bundle(self):
        whole = self.authority.certificate.read_text()
        bundle = self.new_file(".pem")
        bundle.write_text(whole + whole.replace("MII", "XXX", 1) + whole)
        return bundle

    def test_check_config_tells_what_is_good(self):
        self.write_web({"tls_server_config": self.tls(),
                        "basic_auth_users": {"alice": bcrypt("wonderland")}})
        done = run_to_end(EXPORTER, "check-config", "--web", self.web)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, f"{self.web}: good; TLS, users: 1\n", ""))


class Healthcheck(WebConfig):
    def check(self, exporter, *flags):
        port = exporter.address.rsplit(":", 1)[1]
        done = run_to_end(EXPORTER, "healthcheck", f"--web.listen-address=:{port}", *flags)
        return done.returncode, done.stderr

    def test_asks_as_the_web_configuration_says(self):
        required = {"client_auth_type": "RequireAndVerifyClientCert",
                    "client_ca_file": str(self.authority.certificate)}
        for content in ({"tls_server_config": self.tls()},
                        {"tls_server_config": self.tls(**required)},
                        {"tls_server_config": self.tls(max_version="TLS12", **required)},
                        {"basic_auth_users": {"alice": bcrypt("wonderland")}},
                        {"rate_limit": {"interval": "1h", "burst": 0}}):
            with self.subTest(content):
                exporter = self.serve(content)
                self.assertEqual(self.check(exporter, f"--web.config.file={self.web}"), (0, ""))
                self.assertEqual(self.check(exporter)[0], 1, "without the file nothing is excused")
                exporter.kill()
                self.assertEqual(self.check(exporter, f"--web.config.file={self.web}")[0], 1)

    def test_is_not_content_with_an_exporter_that_serves_nobody(self):
        exporter = self.serve({"tls_server_config": self.tls()})
        good = self.new_file(".good.web.yml")
        shutil.copy(self.web, good)
        self.write_web("tls_server_config: {cert_file: none, key_file: none}")
        self.assertEqual(self.check(exporter, f"--web.config.file={good}")[0], 1)
        self.write_web("what: now")
        self.assertEqual(self.check(exporter, f"--web.config.file={self.web}")[0], 2)


class Prometheus(WebConfig):
    def test_scrapes_over_tls_with_certificate_and_password(self):
        client = self.authority.issue("prometheus", usage="clientAuth")
        exporter = self.serve({
            "tls_server_config": self.tls(client_auth_type="RequireAndVerifyClientCert",
                                          client_ca_file=str(self.authority.certificate)),
            "basic_auth_users": {"prometheus": bcrypt("wonderland")}})
        configuration = self.new_file(".prometheus.yml")
        configuration.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{
                "job_name": "wolkvox", "scheme": "https",
                "static_configs": [{"targets": [exporter.address]}],
                "basic_auth": {"username": "prometheus", "password": "wonderland"},
                "tls_config": {"ca_file": str(self.authority.certificate),
                               "cert_file": str(client.certificate),
                               "key_file": str(client.key)}}]}))
        prometheus = Listening(["prometheus", f"--config.file={configuration}",
                                f"--storage.tsdb.path={tempfile.mkdtemp(dir=self.folder)}"],
                               self.new_file(".prometheus.log"))
        self.addCleanup(prometheus.stop)

        def scraped():
            done = run_to_end("curl", "--silent", "--get", "--data-urlencode",
                              'query=up{job="wolkvox"}',
                              f"http://{prometheus.address}/api/v1/query")
            self.assertIn('"1"', done.stdout)

        eventually(scraped)


if __name__ == "__main__":
    unittest.main()
