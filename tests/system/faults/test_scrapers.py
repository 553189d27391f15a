"""Scrapers that are too many or too slow: /metrics goes on for the others, polls go on, and the
memory stays bounded: every answer is made of the same pages."""

import selectors
import socket
import time
import unittest

from fault_test import FaultTest, every
from processes import eventually, patient

SCRAPERS = 1000
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Scraper:
    """Asks, and reads when it is told to; `status` is 0 where the connection was refused."""

    def __init__(self, address):
        host, port = address.split(":")
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.line.settimeout(30)
        self.line.connect((host, int(port)))
        self.head = b""
        self.length = 0

    def ask(self, request=REQUEST):
        try:
            self.line.sendall(request)
        except OSError:
            pass  # refused: read() tells

    def read(self):
        """False when there is no more."""
        try:
            data = self.line.recv(262144)
        except OSError:
            data = b""
        self.head = (self.head + data)[:64] if len(self.head) < 64 else self.head
        self.length += len(data)
        return bool(data)

    @property
    def status(self):
        return int(self.head.split()[1]) if self.head else 0


class Scrapers(FaultTest):
    def test_a_thousand_at_once(self):
        # Pages that no socket's buffer holds: scrapes are really under way at once.
        self.start_day("--agents=1500", "--speed=20", collectors=every("2s"), timeout="20s")
        self.all_up(self.exporter_under_test)
        self.memory.restart()
        asked = self.platform.count_of("agents")
        address = self.exporter_under_test.address
        scrapers = [Scraper(address) for _ in range(SCRAPERS)]
        with selectors.DefaultSelector() as waiting:
            for each in scrapers:
                each.ask()
                waiting.register(each.line, selectors.EVENT_READ, each)
            while waiting.get_map():
                ready = waiting.select(30)
                self.assertTrue(ready, "a scraper waits for ever")
                for key, _ in ready:
                    if not key.data.read():
                        waiting.unregister(key.fileobj)
                        key.fileobj.close()
        statuses = {status: [each.status for each in scrapers].count(status)
                    for status in {each.status for each in scrapers}}
        print(statuses, max(each.length for each in scrapers))
        self.assertLessEqual(statuses.keys(), {0, 200, 503})
        self.assertGreaterEqual(statuses[200], 40)
        self.assertGreater(statuses[503], 0)
        whole = {each.length for each in scrapers if each.status == 200}
        self.assertGreater(min(whole), 1_000_000, "an answer was cut")
        shown = self.scrape(self.exporter_under_test)
        self.assertEqual(shown.value("wolkvox_exporter_scrapes_rejected_total"), statuses[503])
        eventually(lambda: self.assertGreater(self.platform.count_of("agents"), asked + 1))
        self.recovers("1,000 scrapers at once",
                      "`wolkvox_up` 1; 200 up to `--web.max-requests`, 503 and "
                      "`wolkvox_exporter_scrapes_rejected_total` above it; beyond 512 connections "
                      "the one that has been idle longest is closed", memory_below=64)

    def test_a_byte_now_and_then(self):
        self.start_day()
        address = self.exporter_under_test.address
        lorises = [Scraper(address) for _ in range(600)]
        begun = time.monotonic()
        head = b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 1000
        for byte in head:
            for each in lorises:
                each.ask(bytes([byte]))
            time.sleep(0.5)
            if time.monotonic() - begun > 12:
                break
        # Ten seconds after its first byte a request has been read or its connection is closed.
        closed = 0
        deadline = time.monotonic() + patient()
        for each in lorises:
            each.line.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                closed += each.line.recv(1) == b""
            except ConnectionResetError:
                closed += 1
            except TimeoutError:
                pass
            each.line.close()
        self.assertEqual(closed, len(lorises))
        sees = self.unharmed()
        self.recovers("scrapers that send a byte now and then (slow loris)",
                      f"{sees}; each is closed 10 s after its first byte", memory_below=32)


if __name__ == "__main__":
    unittest.main()
