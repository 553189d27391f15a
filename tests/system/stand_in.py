"""A second stand-in for the platform, by bytes: what a test hands it is what goes over the wire.

Shares nothing with the simulator. A report is answered by what `answers` holds for it: bytes, a
tuple (status, header fields, bytes), or a function of the query that gives one of the two. What it
does not hold has no rows. A report is named as in `api`, or, where two files have one of that name,
"information/agents".
"""

import datetime
import http.server
import json
import threading
import urllib.parse

NO_ROWS = (404, {}, b'{"code":"404","error":"Not Found","msg":"Validate dates entered"}')

# The platform's zone: UTC-5 all year.
PLATFORM = datetime.timezone(datetime.timedelta(hours=-5))


def rows(*listed, **envelope):
    return json.dumps({"code": "200", "error": None, "msg": f"{len(listed)} records were found",
                       "data": list(listed), **envelope}).encode()


def date(at, zone=PLATFORM):
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def call(conn_id, at, **changed):
    """A row of agents_detail as the platform's own page lists its columns."""
    return {"operation": "acme", "conn_id": conn_id, "type_call": "inbound", "date": date(at),
            "agent_id": "20001", "agent_name": "Ana", "skill": "100", "duration": "60",
            "cod_act": "-", "cod_act_2": "", "telephone": "", "hung_up": "agent", "comment": "",
            "screecbox": "no", "agent_status": "TALK", "customer_id": "", "destiny": "",
            "time": "60", "campaign_id": "0"} | changed


def skill(**changed):
    return {"skill_id": "100", "skill_name": "Ventas", "calls_in_queue_now": "2",
            "stat_inbound": "10", "stat_answer": "8", "stat_abandon": "2",
            "service_level_10seg": "50 %", "service_level_20seg": "60 %",
            "service_level_30seg": "70 %", "by_abandon": "20 %"} | changed


def in_window(query, listed):
    """Those of the rows that a platform would give for the query's window."""
    begin, end = query["date_ini"], query["date_end"]
    return [row for row in listed
            if begin <= "".join(c for c in row["date"] if c.isdigit()) <= end]


class StandIn:
    def __init__(self, clock=now, **answers):
        """`clock` is the platform's own: the Date of its answers."""
        self.answers = answers
        self.asked = []  # (report, query), as they came
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                target = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(target.query))
                report = query.pop("api", "")
                outer.asked.append((report, query))
                file = target.path.rsplit("/", 1)[-1].removesuffix(".php")
                answer = outer.answers.get(f"{file}/{report}", outer.answers.get(report, NO_ROWS))
                if callable(answer):
                    answer = answer(query)
                status, fields, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def date_time_string(self, timestamp=None):
                return super().date_time_string(timestamp or clock().timestamp())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/api/v2/"

    def count_of(self, report):
        return sum(1 for asked, _ in self.asked if asked == report)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
