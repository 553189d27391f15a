"""Something between the exporter and the platform that does to answers what no platform should."""

import datetime
import email.utils
import http.client
import http.server
import threading

from processes import patient


class Proxy:
    """Passes GETs on and answers back. `shift` moves the Date of every answer."""

    def __init__(self, behind):
        self.shift = datetime.timedelta()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if proxy.swallows(self.path):
                    return
                connection = http.client.HTTPConnection(behind, timeout=patient())
                connection.request("GET", self.path, headers=dict(self.headers))
                answer = connection.getresponse()
                body = answer.read()
                told = email.utils.parsedate_to_datetime(answer.headers["Date"]) + proxy.shift
                self.send_response_only(answer.status)
                self.send_header("Date", email.utils.format_datetime(told, usegmt=True))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                connection.close()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = "127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def swallows(self, path):
        """Whether nothing answers; may wait."""
        return False

    def close(self):
        self.server.shutdown()
        self.server.server_close()
