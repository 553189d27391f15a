"""A stand-in for the platform that measures: it holds back the last byte of an answer until the
exporter has read the rest, so that what follows is the cost "from the last byte to fresh pages".
"""

import dataclasses
import http.server
import json
import threading
import time
import urllib.parse

QUIET = 0.06       # seconds of rest that mean: done
STIRRING = 0.3e-3  # CPU seconds within QUIET that an idle process may use


@dataclasses.dataclass
class Poll:
    """One answered request. Instants are of the monotonic clock, in seconds."""
    asked: float
    last_byte: float = 0
    done: float = 0
    reading_cpu: float = 0  # from the request to all but the last byte
    after_cpu: float = 0    # from the last byte to rest
    first_scrapes: float = 0  # CPU ms of the first scrapes after it above the next ones


class StandIn:
    """Serves what `body` (api name -> function) returns. `hold` measures each answer."""

    def __init__(self, bodies):
        self.bodies = bodies
        self.polls = {name: [] for name in bodies}
        self.program = None  # the exporter, once it runs
        self.after = None  # called after each measured answer, with the poll
        self.hold = False
        self.busy = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                owner._answer(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()

    def _quiet(self):
        """Waits until the exporter rests: the instant and CPU when it last worked."""
        cpu, when = self.program.cpu(), time.monotonic()
        while time.monotonic() - when < QUIET:
            time.sleep(0.001)
            rests, now = self.program.rests(), self.program.cpu()
            # A program that waits for a processor is not done: other work is on this machine.
            if not rests or now - cpu > STIRRING:
                cpu, when = now, time.monotonic()
        return when, cpu

    def _answer(self, request):
        asked = time.monotonic()
        length = int(request.headers.get("Content-Length") or 0)
        request.rfile.read(length)
        name = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query).get("api", [""])[0]
        body = self.bodies[name]()
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        try:
            with self.busy:
                if self.hold:
                    self._measured(request.wfile, body, Poll(asked), name)
                    return
            request.wfile.write(body)
            self.polls[name].append(Poll(asked, time.monotonic()))
        except OSError:  # the exporter was stopped meanwhile
            request.close_connection = True

    def _measured(self, out, body, poll, name):
        before = self.program.cpu()
        out.write(body[:-1])
        _, cpu = self._quiet()
        poll.reading_cpu = cpu - before
        before, poll.last_byte = self.program.cpu(), time.monotonic()
        out.write(body[-1:])
        poll.done, cpu = self._quiet()
        poll.after_cpu = cpu - before
        if self.after:
            self.after(poll)
        self.polls[name].append(poll)


class Calls:
    """agents_detail answers of `rows` rows each; half of them are those of the answer before."""

    def __init__(self, rows):
        self.rows = rows
        self.next = 0
        self.before = []
        self.lock = threading.Lock()
        self.ready = self._made()

    def _made(self):
        date = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 5 * 3600 - 1200))
        fresh = []
        for number in range(self.next, self.next + self.rows - len(self.before)):
            fresh.append(
                f'{{"operation":"bench","conn_id":"c-{number:010}","type_call":"inbound",'
                f'"date":"{date}","agent_id":"{10000 + number % 2000}",'
                f'"agent_name":"Agente {number % 2000}","skill":"{number % 200}",'
                f'"duration":"{number % 900}","cod_act":"A{number % 12}","cod_act_2":"",'
                f'"telephone":"+573000000000","hung_up":"{("agent", "customer")[number % 3 > 0]}",'
                '"comment":"","screecbox":"no","agent_status":"ACW","customer_id":"CC-1",'
                '"destiny":"+573000000001","time":"00:02:00","campaign_id":"0"}')
        self.next += len(fresh)
        text = ('{"code":"200","error":null,"msg":"records were found","data":['
                + ",".join(self.before + fresh) + "]}")
        self.before = fresh[:self.rows // 2] if len(fresh) > self.rows // 2 else fresh
        return text.encode()

    def __call__(self):
        with self.lock:
            body = self.ready
            threading.Thread(target=self._prepare).start()
            return body

    def _prepare(self):
        with self.lock:
            self.ready = self._made()


def agents_body(centre, token):
    """The agents of a simulated centre, whole and checked."""
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=600)
    connection.request("GET", "/api/v2/real_time.php?api=agents", headers={"wolkvox-token": token})
    body = connection.getresponse().read()
    parsed = json.loads(body)
    return body, len(parsed if isinstance(parsed, list) else parsed["data"])
