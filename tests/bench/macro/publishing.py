"""What happens between scrapes: a poll of 60,000 agents published, a window of 60,000 rows settled,
scrapes meanwhile, and the start of the program.
"""

import pathlib
import socket
import statistics
import tempfile
import time

from .programs import (LIVE, TOKEN, configuration, exporter, get, load, simulator,
                       wait_until, wait_until_ready)
from .scrapes import figure
from .stand_in import Calls, StandIn, agents_body

AGENTS = 60_000
WINDOW_ROWS = 59_999  # one below the cap (contract 5.4): not split
SMALL = "/metrics?name%5B%5D=wolkvox_up"


def middle(values):
    values = list(values)
    return statistics.median(values) if values else float("nan")


def p99(values):
    values = sorted(values)
    return values[min(len(values) - 1, round(0.99 * (len(values) - 1)))] if values else float("nan")


def rows_of(*pairs):
    return [f"| {what} | {figure(value) if value == value else '–'} {unit} | {goal} |"
            for what, value, unit, goal in pairs]


class Scraping:
    """Times the cost of a form when it is first asked for after a poll, and of the next scrape."""

    def __init__(self, program):
        self.program = program
        self.first = {}
        self.again = {}
        self.turn = 0

    def __call__(self, _):
        # One form a poll: a form may share work with one that was made before it.
        form = ("identity", "gzip", "zstd")[self.turn % 3]
        self.turn += 1
        for into in (self.first, self.again):
            cpu = self.program.cpu()
            get(self.program.port, "/metrics", **{"Accept-Encoding": form})
            time.sleep(0.02)
            into.setdefault(form, []).append((self.program.cpu() - cpu) * 1e3)


def samples(path):
    pairs = [map(int, line.split()) for line in path.read_text().splitlines()]
    return [(begun / 1e9, took / 1e6) for begun, took in pairs]


def during(measured, windows):
    return [took for begun, took in measured
            if any(begun < end and begun + took / 1e3 > start for start, end in windows)]


def small_scrapes(program, folder, platform, name, seconds, busy_for):
    """ms of small scrapes inside the windows [last byte, + busy_for] and outside all polls."""
    with platform.busy:  # a held answer waits for a rest that these scrapes do not allow
        platform.hold = False
    platform.polls[name].clear()
    load(program.port, target=SMALL, every_us=1000, seconds=seconds, samples=folder / "samples")
    polls = list(platform.polls[name])
    measured = samples(folder / "samples")
    busy = during(measured, [(p.last_byte, p.last_byte + busy_for) for p in polls])
    whole = set(during(measured, [(p.asked, p.last_byte + 2 * busy_for) for p in polls]))
    idle = [took for _, took in measured if took not in whole]
    return len(polls), busy, idle


def publish(folder, wanted_polls, seconds):
    centre = simulator(folder, AGENTS, "simulator-agents")
    body, agents = agents_body(centre, TOKEN)
    centre.stop()
    platform = StandIn({"agents": lambda: body})
    program = exporter(folder, configuration(folder, [platform.port], {"agents": "1s"}), "publish")
    wait_until_ready(program)
    platform.program, platform.after = program, Scraping(program)
    platform.hold = True
    wait_until(lambda: len(platform.polls["agents"]) > wanted_polls)
    polls = [p for p in platform.polls["agents"] if p.after_cpu][1:]
    scraping = platform.after
    busy_for = middle(p.done - p.last_byte for p in polls)
    count, busy, idle = small_scrapes(program, folder, platform, "agents", seconds, busy_for)
    resident, _ = program.memory()
    program.stop()
    platform.stop()
    after = middle(p.after_cpu for p in polls) * 1e3
    gzip_first = middle(scraping.first["gzip"]) - middle(scraping.again["gzip"])
    zstd_first = middle(scraping.first["zstd"]) - middle(scraping.again["zstd"])
    text_first = middle(scraping.first["identity"]) - middle(scraping.again["identity"])
    reading = middle(p.reading_cpu for p in polls) * 1e3
    return [f"### A poll of {agents:,} agents ({len(body) / 1e6:.1f} MB), {len(polls)} polls", "",
            "| what | measured | goal |", "| --- | --: | --: |",
            *rows_of(
                ("CPU while the answer is received and decoded", reading, "ms", ""),
                ("CPU from its last byte to fresh pages", after, "ms", ""),
                ("wall time of that", busy_for * 1e3, "ms", ""),
                ("CPU of the first text scrape above the next", text_first, "ms", ""),
                ("CPU of the first gzip scrape above the next", gzip_first, "ms", ""),
                ("CPU of the first zstd scrape above the next", zstd_first, "ms", ""),
                ("from the last byte, text and gzip", after + max(0, gzip_first), "ms", "200 ms"),
                ("the whole poll, text and gzip", reading + after + max(0, gzip_first), "ms", ""),
                (f"small scrape p99 during publishing ({len(busy)} scrapes, {count} polls)",
                 p99(busy), "ms", "5 ms"),
                ("its longest", max(busy, default=float("nan")), "ms", ""),
                ("small scrape p99 between polls", p99(idle), "ms", ""),
                ("RSS", resident, "MB", "")), ""]


def settle(folder, wanted_polls, seconds):
    platform = StandIn({"agents_detail": Calls(WINDOW_ROWS)})
    program = exporter(folder, configuration(folder, [platform.port], {"calls": "3s"}), "settle")
    wait_until_ready(program)
    platform.program = program
    platform.hold = True
    wait_until(lambda: len([p for p in platform.polls["agents_detail"] if p.after_cpu])
               > wanted_polls)
    polls = [p for p in platform.polls["agents_detail"] if p.after_cpu][1:]
    busy_for = middle(p.done - p.last_byte for p in polls)
    count, busy, idle = small_scrapes(program, folder, platform, "agents_detail", seconds, busy_for)
    text = program.get("/metrics")[1].decode()
    counted = [line for line in text.splitlines()
               if line.startswith(("wolkvox_rows_total{", "wolkvox_rows_duplicate_total{"))]
    program.stop()
    platform.stop()
    return [f"### A window of {WINDOW_ROWS:,} rows settled, half of them known, {len(polls)} windows",
            "", *(f"`{line}`\n" for line in counted),
            "| what | measured | goal |", "| --- | --: | --: |",
            *rows_of(
                ("CPU while the answer is received, decoded and read",
                 middle(p.reading_cpu for p in polls) * 1e3, "ms", ""),
                ("CPU from its last byte to fresh pages",
                 middle(p.after_cpu for p in polls) * 1e3, "ms", "1 s"),
                ("wall time of that", busy_for * 1e3, "ms", ""),
                (f"small scrape p99 meanwhile ({len(busy)} scrapes, {count} windows)",
                 p99(busy), "ms", ""),
                ("small scrape p99 between windows", p99(idle), "ms", ""),
                ("delay at p99", p99(busy) - p99(idle), "ms", "5 ms")), ""]


def starts(folder, times):
    """From exec to the first answered /metrics, with an empty and with a filled ledger."""
    centre = simulator(folder, 60, "simulator-start")
    file = configuration(folder, [centre.port], LIVE)
    found = {}
    for what, storage in (("an empty ledger", "start-{}"), ("the ledger of the windows above", "settle")):
        for number in range(times):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            begun = time.monotonic()
            program = exporter(folder, file, storage.format(number), port, pattern=False)
            while not answers(port):
                time.sleep(0.0005)
            found.setdefault(what, []).append(
                ((time.monotonic() - begun) * 1e3, program.cpu() * 1e3))
            program.stop()
    centre.stop()
    return ["### Start of the program to the first answered /metrics", "",
            "| with | median | longest | CPU until then | goal |", "| --- | --: | --: | --: | --: |",
            *(f"| {what} | {figure(middle(wall for wall, _ in each))} ms | "
              f"{figure(max(wall for wall, _ in each))} ms | "
              f"{figure(middle(cpu for _, cpu in each))} ms | 100 ms |"
              for what, each in found.items()), ""]


def answers(port):
    try:
        return get(port, "/metrics")[0] == 200
    except OSError:
        return False


def measure(options):
    polls = 5 if options.seconds < 5 else 9
    with tempfile.TemporaryDirectory(prefix="wolkvox-bench-") as name:
        folder = pathlib.Path(name)
        lines = []
        for part in (lambda: publish(folder, polls, max(5, options.seconds * 2)),
                     lambda: settle(folder, polls, max(10, options.seconds * 3)),
                     lambda: starts(folder, 10)):
            said = part()
            print("\n".join(said), flush=True)
            lines += said
        return "\n".join(lines)
