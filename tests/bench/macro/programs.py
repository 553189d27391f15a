"""Starts the programs that are measured and reads what they cost.

CPU is the process's own CPU clock: the same count as utime + stime of /proc/PID/stat, all threads,
user and system, in nanoseconds instead of ticks of 10 ms.
"""

import ctypes
import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
RELEASE = ROOT / "build/release/bin"
BENCH = ROOT / "build/bench/bin"
TOKEN_VARIABLE = "WOLKVOX_BENCH_TOKEN"
TOKEN = "token-of-the-benchmark"

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_CPUCLOCK_SCHED = 2


def _end_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Program:
    """A running program that says on which address it listens."""

    def __init__(self, name, arguments, folder, pattern=r"listening on \S*:(\d+)", patience=600):
        self.name = name
        self.output = folder / f"{name}.log"
        with open(self.output, "wb") as out:
            self.process = subprocess.Popen(
                [str(a) for a in arguments], stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, env={**os.environ, TOKEN_VARIABLE: TOKEN},
                preexec_fn=_end_with_parent)
        self.pid = self.process.pid
        self.port = self._listening(pattern, patience) if pattern else None

    def _listening(self, pattern, patience):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            said = self.output.read_text(errors="replace")
            if found := re.search(pattern, said):
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit(f"{self.name} does not listen:\n{self.output.read_text()[-2000:]}")

    def cpu(self):
        """CPU seconds since its start."""
        return time.clock_gettime((~self.pid << 3) | _CPUCLOCK_SCHED)

    def rests(self):
        """No thread runs, waits for a processor or for a disk."""
        for stat in pathlib.Path(f"/proc/{self.pid}/task").glob("*/stat"):
            if stat.read_text().rpartition(")")[2].split()[0] in "RD":
                return False
        return True

    def memory(self):
        """Resident MB now, and the most since forget_peak()."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return tuple(int(re.search(rf"{field}:\s+(\d+)", status)[1]) / 1e3
                     for field in ("VmRSS", "VmHWM"))

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def get(self, target, **headers):
        return get(self.port, target, **headers)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def get(port, target, **headers):
    """Status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def decoded(port, encoding):
    """The exposition as a scraper that takes `encoding` gets it; None where it is not so encoded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request("GET", "/metrics", headers={"Accept-Encoding": encoding})
        answer = connection.getresponse()
        body = answer.read()
        if answer.getheader("Content-Encoding", "identity") != encoding:
            return None
        return gzip.decompress(body) if encoding == "gzip" else body
    finally:
        connection.close()


def load(port, **flags):
    """Runs bench_load; its findings, or None where the server failed."""
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
    run = subprocess.run([BENCH / "bench_load", f"--port={port}", *arguments],
                         capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"bench_load {arguments}: {run.stderr.strip()}")
        return None
    return json.loads(run.stdout)


def simulator(folder, agents, name="simulator", *flags):
    """A contact centre whose clock stands still on a busy working morning."""
    return Program(name, [RELEASE / "wolkvox_simulator", "--listen=127.0.0.1:0", "--speed=0",
                          f"--token={TOKEN}", "--licences=1000", f"--agents={agents}",
                          "--start=2026-11-19T10:30:00", *flags], folder)


LIVE = {"agents": "1h", "skills": "1h", "campaigns": "1h", "quota": "1h", "names": "1h"}
ALL = ("agents", "skills", "campaigns", "quota", "names", "abandoned_calls", "hold_mute", "calls",
       "cdr")


def configuration(folder, ports, intervals):
    """A file with one operation a port; only the collectors of `intervals` are enabled."""
    lines = ["operations:"]
    for number, port in enumerate(ports, 1):
        lines += [f"  - name: operation-{number}",
                  f"    base_url: http://127.0.0.1:{port}/api/v2/",
                  f"    token_env: {TOKEN_VARIABLE}",
                  "    licences: 1000",
                  "    series_limit: 2000000",
                  "    timezone: America/Bogota",
                  "    collectors:"]
        for name in ALL:
            said = f"interval: {intervals[name]}" if name in intervals else "enabled: false"
            lines.append(f"      {name}: {{{said}}}")
    path = folder / "wolkvox.yml"
    path.write_text("\n".join(lines) + "\n")
    return path


def exporter(folder, configuration_file, storage="data", port=0, pattern=True):
    return Program(
        "wolkvox_exporter",
        [RELEASE / "wolkvox_exporter", f"--config.file={configuration_file}",
         f"--storage.path={folder / storage}", f"--web.listen-address=127.0.0.1:{port}"],
        folder, r"msg=listening address=\S*?:(\d+)" if pattern else None)


def wait_until(check, within=600, every=0.05):
    deadline = time.monotonic() + within
    while not check():
        if time.monotonic() > deadline:
            raise SystemExit("the exporter does not get ready")
        time.sleep(every)


def wait_until_ready(program):
    wait_until(lambda: program.get("/-/ready")[0] == 200)
    up = program.get("/metrics?name%5B%5D=wolkvox_up")[1].decode()
    down = [line for line in up.splitlines() if not line.startswith("#") and line.endswith(" 0")]
    if down or "wolkvox_up{" not in up:
        raise SystemExit(f"collectors failed: {down}\n{program.output.read_text()[-2000:]}")
