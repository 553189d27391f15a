"""Scrapes without a pause and never forgets: a ledger counter that falls, goes, or is first seen
above 0 is noted whatever else the test does. Births are judged only by who scrapes without a pause:
in tests a series is at 0 for little longer than a second."""

import http.client
import re
import threading
import time

from processes import ask

LEDGER = ("wolkvox_abandoned_call", "wolkvox_agent_hold", "wolkvox_agent_mute", "wolkvox_call_",
          "wolkvox_calls_", "wolkvox_cdr_")


# A series is known by its ids: the name beside one is the id again until the name is known.
NAMED = re.compile(r'(agent|skill|campaign)_id="([^"]+)",\1="(?:[^"\\]|\\.)*"')


def ledger_values(text):
    """Every series of the ledger's families, histogram buckets too, by its ids and other labels."""
    values = {}
    for line in text.splitlines():
        if line.startswith(LEDGER):
            series, _, value = line.rpartition(" ")
            values[NAMED.sub(r'\1_id="\2"', series)] = float(value)
    return values


class Watcher(threading.Thread):
    """`address` answers now and then: a refused or broken scrape is counted and forgotten."""

    def __init__(self, address, pause=0.02, births=False):
        super().__init__(daemon=True)
        self.address = address
        self.pause = pause
        self.births = births
        self.last = {}
        self.wrong = []
        self.scrapes = 0
        self.broken = 0
        self.samples = 0
        self._ended = threading.Event()

    def run(self):
        while not self._ended.is_set():
            self.look()
            time.sleep(self.pause)

    def end(self):
        self._ended.set()
        self.join()

    def look(self):
        try:
            answer = ask(self.address, "/metrics")
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return
        if answer.status != 200:
            self.wrong.append(f"/metrics answered {answer.status}")
            return
        self.scrapes += 1
        self.take(ledger_values(answer.text))

    def take(self, values):
        self.samples += len(values)
        for series, value in values.items():
            before = self.last.get(series)
            if before is None and value != 0 and self.births:
                self.wrong.append(f"scrape {self.scrapes}: first seen at {value}: {series}")
            elif before is not None and value < before:
                self.wrong.append(f"scrape {self.scrapes}: {before} fell to {value}: {series}")
        for series in self.last.keys() - values.keys():
            self.wrong.append(f"scrape {self.scrapes}: gone: {series}")
        self.last = values
