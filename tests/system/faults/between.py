"""What stands before the simulator: a TLS server whose certificate can be changed while it runs, a
door that can be shut."""

import socket
import socketserver
import ssl
import threading

HOST = "wolkvox.test"


def end(line):
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already


def pump(source, sink, told=lambda data: None):
    """Until either end is gone; then both are."""
    try:
        while data := source.recv(65536):
            told(data)
            sink.sendall(data)
    except OSError:
        pass
    end(source)
    end(sink)


class TlsFront:
    """Ends TLS and passes the bytes on. `present` changes the certificate of new connections."""

    def __init__(self, behind, certificate):
        self.passed_on = 0  # bytes that a client sent inside TLS
        self.context = None
        self.present(certificate)
        front = self
        host, port = behind.split(":")

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    with front.context.wrap_socket(self.request, server_side=True) as client, \
                            socket.create_connection((host, int(port))) as server:
                        back = threading.Thread(target=pump, args=(server, client), daemon=True)
                        back.start()
                        pump(client, server, front.count)
                        back.join()
                except OSError:
                    pass  # the client refused us, or left

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def present(self, certificate, newest=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")  # which old versions need
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
        context.load_cert_chain(certificate.certificate, certificate.key)
        self.context = context

    def count(self, data):
        self.passed_on += len(data)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Door:
    """Passes bytes on while it is open; shut, nobody listens at its port."""

    def __init__(self, behind):
        self.behind = behind.split(":")
        self.port = 0
        self.open()

    def open(self):
        self.lines = []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection((self.behind[0], int(self.behind[1])))
            except OSError:
                return
            self.lines += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=pump, args=(source, sink), daemon=True).start()

    def shut(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for line in self.lines:
            end(line)
