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
    """Scrapes after each poll, as scrapers do; keeps what the first scrape of a form costs above the
    next one. An exporter may make forms when they are asked for, or before it publishes."""

    def __init__(self, program, forms):
        self.program = program
        self.forms = forms

    def _cost(self, form):
        cpu = self.program.cpu()
        get(self.program.port, "/metrics", **{"Accept-Encoding": form})
        time.sleep(0.01)  # the last write may still be counted
        return (self.program.cpu() - cpu) * 1e3

    def __call__(self, poll):
        poll.first_scrapes = sum(self._cost(form) - self._cost(form) for form in self.forms)


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
    platform.program, platform.hold = program, True
    lines = [f"### A poll of {agents:,} agents ({len(body) / 1e6:.1f} MB)", "",
             "| scraped after each poll | polls | CPU while received and read, ms | "
             "CPU from the last byte to fresh pages, ms | CPU of first scrapes above the next, ms | "
             "the last two, ms | wall from the last byte, ms | goal, ms |",
             "| --- | --: | --: | --: | --: | --: | --: | --: |"]
    for forms in ((), ("identity",), ("identity", "gzip"), ("identity", "gzip", "zstd")):
        platform.after = Scraping(program, forms)
        platform.polls["agents"].clear()
        wait_until(lambda: len(platform.polls["agents"]) > wanted_polls + 1)
        polls = platform.polls["agents"][2:]  # what is asked for is known from the second on
        after = middle(p.after_cpu for p in polls) * 1e3
        first = middle(p.first_scrapes for p in polls)
        busy_for = middle(p.done - p.last_byte for p in polls)
        lines.append(f"| {', '.join(forms) or 'nothing'} | {len(polls)} | "
                     f"{figure(middle(p.reading_cpu for p in polls) * 1e3)} | {figure(after)} | "
                     f"{figure(first)} | {figure(after + first)} | {figure(busy_for * 1e3)} | "
                     f"{'200' if forms == ('identity', 'gzip') else ''} |")
    count, busy, idle = small_scrapes(program, folder, platform, "agents", seconds, busy_for)
    resident, _ = program.memory()
    program.stop()
    platform.stop()
    return [*lines, "", "| what | measured | goal |", "| --- | --: | --: |",
            *rows_of(
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
