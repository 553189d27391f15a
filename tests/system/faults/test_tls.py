"""Whom the exporter trusts, with the real binary: a server that it should not trust gets no byte
of a request, so no token."""

import socket
import ssl
import unittest
import warnings

from between import HOST
from certificates import Authority
from fault_test import FaultTest


class Tls(FaultTest):
    def undergo(self, fault, make, newest=None):
        self.start_day_by_name()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1: that is the point
            self.front.present(make(), newest)
            self.assertEqual(self.spoken(), "TLSv1.1" if newest else "TLSv1.3")
        # Connections are kept: an answer that is cut off makes the exporter open a new one.
        self.platform.fault("reset", count=4)
        sees = self.down("tls")
        before = self.front.passed_on
        self.down("tls", ("agents", "skills", "cdr"))
        self.assertEqual(self.front.passed_on, before, "a stranger was sent something")
        self.front.present(self.good_certificate)
        self.recovers(fault, sees, memory_below=16)

    def test_expired(self):
        self.undergo("an expired certificate", lambda: self.authority.issue(
            "expired", f"DNS:{HOST}", days=0))

    def test_self_signed(self):
        self.undergo("a self-signed certificate", lambda: Authority(self.folder, HOST))

    def test_another_host(self):
        self.undergo("the certificate of another host",
                     lambda: self.authority.issue("other", "DNS:other.test"))

    def spoken(self):
        """What the server speaks with a client that takes anything."""
        anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anything.check_hostname = False
        anything.verify_mode = ssl.CERT_NONE
        anything.set_ciphers("ALL:@SECLEVEL=0")
        anything.minimum_version = ssl.TLSVersion.TLSv1
        with socket.create_connection(("127.0.0.1", self.front.port)) as plain, \
                anything.wrap_socket(plain) as line:
            return line.version()

    def test_an_old_protocol(self):
        self.undergo("a server that speaks TLS 1.1 at most",
                     lambda: self.good_certificate,
                     newest=ssl.TLSVersion.TLSv1_1)


if __name__ == "__main__":
    unittest.main()
