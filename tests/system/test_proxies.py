"""Behind the proxies that people put in front: nginx with a path of its own, haproxy with HTTP/2."""

import html.parser
import shutil
import socket
import struct
import unittest
import urllib.parse

from processes import ask, eventually, patient
from system_test import STANDING, SystemTest, every


class Links(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.found.append(dict(attributes)["href"])


def found(program):
    """Daemons are not on everybody's path."""
    return shutil.which(program) or f"/usr/sbin/{program}"


class Behind(SystemTest):
    def setUp(self):
        super().setUp()
        platform = self.simulator(*STANDING)
        self.behind = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))))
        self.all_up(self.behind)

    @property
    def address(self):
        return self.folder / "proxy.socket"

    def connect(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(patient(10))
        try:
            peer.connect(str(self.address))
        except OSError:
            peer.close()
            raise
        return peer

    def serve(self, *arguments):
        proxy = self.program(*arguments)

        def answers():
            try:
                self.connect().close()
            except OSError:
                self.fail(proxy.said())

        eventually(answers)


class Nginx(Behind):
    def setUp(self):
        super().setUp()
        configuration = self.new_file(".nginx.conf")
        configuration.write_text(f"""
            daemon off; pid {self.folder}/nginx.pid; error_log stderr; user root;
            events {{}}
            http {{
              access_log off;
              client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
              fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u;
              scgi_temp_path {self.folder}/s;
              server {{
                listen unix:{self.address};
                location /wolkvox/ {{ proxy_pass http://{self.behind.address}/; }}
              }}
            }}""")
        self.serve(found("nginx"), "-c", configuration, "-p", self.folder)

    def test_the_links_of_the_status_page_work(self):
        base = "/wolkvox/"
        page = ask(f"unix:{self.address}", base)
        self.assertEqual(page.status, 200)
        links = Links(page.text).found
        self.assertGreaterEqual(len(links), 4)
        for link in links:
            with self.subTest(link):
                target = urllib.parse.urljoin(base, link)
                self.assertEqual(ask(f"unix:{self.address}", target).status, 200, target)

    def test_metrics(self):
        answer = ask(f"unix:{self.address}", "/wolkvox/metrics?operation=acme")
        self.assertEqual(answer.status, 200)
        self.assertIn("wolkvox_up", answer.text)


def frame(kind, flags, stream, payload=b""):
    """RFC 9113, 4.1."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


class Haproxy(Behind):
    def setUp(self):
        super().setUp()
        configuration = self.new_file(".haproxy.cfg")
        configuration.write_text(f"""
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend h2
  bind unix@{self.address} proto h2
  default_backend exporter
backend exporter
  server exporter {self.behind.address}
""")
        self.serve(found("haproxy"), "-db", "-f", configuration)

    def statuses(self, *frames):
        """What comes back on stream 1: the indexed status of its header block (RFC 7541, A)."""
        with self.connect() as peer:
            peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + b"".join(frames))
            received = b""
            while True:
                while len(received) < 9 or len(received) < 9 + int.from_bytes(received[:3], "big"):
                    more = peer.recv(65536)
                    self.assertTrue(more, received)
                    received += more
                size, kind = int.from_bytes(received[:3], "big"), received[3]
                payload, received = received[9:9 + size], received[9 + size:]
                if kind == 1:
                    return payload

    def test_a_get_that_ends_in_an_empty_data_frame(self):
        headers = b"\x82\x86\x04" + bytes([len(b"/-/healthy")]) + b"/-/healthy" + b"\x01\x01x"
        block = self.statuses(frame(1, 0x4, 1, headers), frame(0, 0x1, 1))
        self.assertIn(b"\x88", block, "status 200 is entry 8 of the static table")


class Readers(SystemTest):
    def test_the_python_client_reads_every_line(self):
        from prometheus_client.parser import text_string_to_metric_families
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("1h"))))
        self.all_up(exporter)
        text = exporter.get("/metrics").text
        self.assertEqual(len(text.splitlines()) + 1, len(text.split("\n")))
        self.assertGreater(len(list(text_string_to_metric_families(text))), 20)


if __name__ == "__main__":
    unittest.main()
