"""One size: our exporter beside its peers with the same content, scraped in turns."""

import math
import pathlib
import statistics
import tempfile
import time

from . import dump
from .programs import (BENCH, LIVE, Program, configuration, decoded, exporter, load, simulator,
                       wait_until_ready)

OURS = "wolkvox_exporter"
LIMIT = "ready buffer"
PEERS = {
    "client_golang": "peer_client_golang",
    "prometheus-cpp": "peer_prometheus_cpp",
    "VictoriaMetrics": "peer_victoriametrics",
    LIMIT: "peer_ready_buffer",
}
ENCODINGS = ("identity", "gzip")
SERIES_PER_AGENT = 14
AGENTS_OF_ONE_CENTRE = 60_000
OTHER_SERIES = 350  # skills, campaigns and the exporter's own, of one operation
COMPARED_WHOLE = 20_000  # larger expositions are compared by their number of lines
# What eight scrapes of one series at once take of client_golang: 7 GB for a million.
BYTES_PER_SERIES = 8_000
SLOW = 15  # seconds: a turn this long is not repeated


def memory_available():
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1000
    return 0


class Size:
    """The servers of one size, running; and what their turns said."""

    def __init__(self, wanted, folder, peers):
        self.folder = folder
        self.peers = peers
        self.programs = []
        self.encodings = {}
        self.turns = {}   # (server, connections, encoding) -> list of turns
        self.memory = {}  # (server, connections) -> (RSS, peak)
        operations = max(1, math.ceil(wanted / SERIES_PER_AGENT / AGENTS_OF_ONE_CENTRE))
        each = (wanted - operations * OTHER_SERIES) / operations / SERIES_PER_AGENT
        agents = min(max(1, round(each)), AGENTS_OF_ONE_CENTRE)
        centres = [self._started(simulator(folder, agents, f"simulator-{number}"))
                   for number in range(operations)]
        ours = self._started(exporter(
            folder, configuration(folder, [each.port for each in centres], LIVE)))
        wait_until_ready(ours)
        for centre in centres:  # nothing is asked again for an hour
            centre.stop()
        self.servers = {OURS: ours}
        self._start_peers(ours.get("/metrics")[1].decode())

    def _started(self, program):
        self.programs.append(program)
        return program

    def _start_peers(self, text):
        (self.folder / "exposition").write_text(text, encoding="utf-8")
        self.series = dump.write(text, self.folder / "dump")
        for name, program in PEERS.items():
            if self.peers and name not in self.peers:
                continue
            if not (BENCH / program).exists():
                print(f"{name} is left out: {program} was not built")
                continue
            source = "exposition" if name == LIMIT else "dump"
            peer = self._started(Program(program, [BENCH / program, self.folder / source],
                                         self.folder))
            self.servers[name] = peer
        # Also makes what is made when first asked for. A server that knows no gzip is left out of it.
        for name, server in self.servers.items():
            self.encodings[name] = [each for each in ENCODINGS
                                    if self._serves(name, server, each, text)]

    def _serves(self, name, server, encoding, text):
        body = decoded(server.port, encoding)
        if body is None:
            return False
        if name == OURS:
            wrong = dump.lines(body) < self.series  # its own grow: the clock skew, after a minute
        elif self.series <= COMPARED_WHOLE:
            wrong = dump.missing(text, body.decode())
        else:
            wrong = dump.lines(body) < self.series
        if wrong:
            raise SystemExit(f"{name} does not serve the same content as {encoding}: "
                             f"{dump.lines(body)} lines of {self.series}, {str(wrong)[:400]}")
        return True

    def stop(self):
        for program in reversed(self.programs):
            program.stop()

    def _skipped(self, name, connections, encoding):
        if encoding not in self.encodings[name]:
            return True
        if name == "client_golang" and connections * self.series * BYTES_PER_SERIES / 8 \
                > memory_available():
            print(f"{name} with {connections} connections is left out: too little memory")
            return True
        before = self.turns.get((name, connections, encoding))
        return bool(before) and before[-1]["wall"] > SLOW

    def _turn(self, name, connections, encoding, seconds):
        server = self.servers[name]
        server.forget_peak()
        cpu, begun = server.cpu(), time.monotonic()
        said = load(server.port, connections=connections, encoding=encoding, seconds=seconds)
        if said is None:
            return
        said["cpu_ms"] = (server.cpu() - cpu) * 1e3 / said["scrapes"]
        said["wall"] = time.monotonic() - begun
        self.turns.setdefault((name, connections, encoding), []).append(said)
        resident, peak = server.memory()
        before = self.memory.get((name, connections), (0, 0))
        self.memory[name, connections] = resident, max(before[1], peak)

    def measure(self, seconds, rounds, connection_counts):
        for number in range(rounds):
            for connections in connection_counts:
                for encoding in ENCODINGS:
                    for name in self.servers:
                        if not self._skipped(name, connections, encoding):
                            self._turn(name, connections, encoding, seconds / rounds)
            print(f"  round {number + 1} of {rounds} done", flush=True)

    def summary(self, key):
        turns = self.turns.get(key)
        if not turns:
            return None
        middle = {field: statistics.median(turn[field] for turn in turns)
                  for field in ("cpu_ms", "p50_ms", "p99_ms", "bytes")}
        costs = [turn["cpu_ms"] for turn in turns]
        spread = (max(costs) - min(costs)) / middle["cpu_ms"]
        middle["noise"] = f"{spread:.0%}" if len(costs) > 1 else "one turn"
        middle["scrapes"] = sum(turn["scrapes"] for turn in turns)
        return middle

    def table(self):
        rows = [f"### {self.series:,} series", "",
                "| connections, encoding | server | CPU ms/scrape | × ours | × limit | noise | "
                "p50 ms | p99 ms | body MB | RSS MB | peak MB | scrapes |",
                "| --- | --- |" + " --: |" * 10]
        for connections, encoding in sorted({key[1:] for key in self.turns},
                                            key=lambda key: (key[0], key[1] == "gzip")):
            ours = self.summary((OURS, connections, encoding))
            limit = self.summary((LIMIT, connections, encoding))
            for name in self.servers:
                said = self.summary((name, connections, encoding))
                if said is None:
                    rows.append(f"| {connections}, {encoding} | {name} |" + " – |" * 10)
                    continue
                resident, peak = self.memory[name, connections]
                rows.append(
                    f"| {connections}, {encoding} | {name} | {figure(said['cpu_ms'])} | "
                    f"{ratio(said, ours)} | {ratio(said, limit)} | {said['noise']} | "
                    f"{figure(said['p50_ms'])} | {figure(said['p99_ms'])} | "
                    f"{figure(said['bytes'] / 1e6)} | {resident:.0f} | {peak:.0f} | "
                    f"{said['scrapes']} |")
        return "\n".join(rows) + "\n"


def figure(number):
    """Three digits that matter."""
    if number == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{min(digits, 4)}f}"


def ratio(said, base):
    return f"{figure(said['cpu_ms'] / base['cpu_ms'])}" if base else "–"


def measure(wanted, options):
    with tempfile.TemporaryDirectory(prefix="wolkvox-bench-") as folder:
        print(f"{wanted:,} series: starting", flush=True)
        size = None
        try:
            size = Size(wanted, pathlib.Path(folder), options.peers)
            size.measure(options.seconds, options.rounds, options.connections)
            return size.table()
        finally:
            if size:
                size.stop()
