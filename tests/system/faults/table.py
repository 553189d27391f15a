"""The table of README.md: each test writes the row of what it observed, or checks that the row in
the repository says the same. To renew it: WOLKVOX_WRITE_FAULTS=1 ctest -L faults"""

import fcntl
import os
import pathlib

FILE = pathlib.Path(__file__).with_name("README.md")
WRITING = os.environ.get("WOLKVOX_WRITE_FAULTS") == "1"
COLUMNS = ("fault", "what the user sees", "lost", "memory", "recovery")
BEGIN, END = "<!-- rows: written by the tests -->", "<!-- end of the rows -->"

# Every fault that a test must have undergone, in the order of the table.
FAULTS = (
    "the API resets the connection",
    "the API closes the connection in the middle of an answer",
    "the API accepts the request and never answers",
    "the API stalls in the middle of an answer",
    "the API trickles the answer, byte by byte",
    "Content-Length says less than is sent",
    "Content-Length says more than is sent",
    "the API announces 260 MB",
    "the API sends 300 MB without announcing it",
    "JSON a million levels deep",
    "strings of 10 MB",
    "invalid UTF-8",
    "NaN, which is no JSON",
    "numbers that are none: 1e400, -1e400, \"NaN\", \"Infinity\"",
    "the answer breaks off in the middle of a row",
    "a page of HTML with status 200",
    "status 500",
    "a redirect to another host",
    "an expired certificate",
    "a self-signed certificate",
    "the certificate of another host",
    "a server that speaks TLS 1.1 at most",
    "nobody listens at the API's address",
    "DNS is gone",
    "DNS does not answer",
    "our clock jumps a day ahead",
    "our clock jumps a day back",
    "the platform's clock jumps a day ahead and back",
    "the platform's clock jumps a day back and ahead",
    "the disk is full",
    "1,000 scrapers at once",
    "scrapers that send a byte now and then (slow loris)",
    "SIGTERM before the first answer",
    "SIGTERM in the middle of an answer",
    "SIGTERM while a gap is caught up",
    "SIGTERM during a reload",
    "SIGTERM during a slow scrape",
    "SIGTERM while the API stalls",
    "SIGTERM while DNS does not answer",
)


def written():
    """The rows in the repository, by fault."""
    text = FILE.read_text(encoding="utf-8")
    lines = text[text.index(BEGIN):text.index(END)].splitlines()[1:]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line}


def check(test, fault, sees, lost, memory, recovery):
    assert fault in FAULTS, fault
    cells = (fault, sees, lost, memory, recovery)
    line = "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
    if WRITING:
        _put(fault, line)
    test.assertEqual(written().get(fault), line, "README.md is not what happened; see table.py")


def _put(fault, line):
    with open(FILE, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        rows = written() | {fault: line}
        text = file.read()
        ordered = [rows[each] for each in FAULTS if each in rows]
        text = (text[:text.index(BEGIN)] + "\n".join((BEGIN, *ordered)) + "\n"
                + text[text.index(END):])
        file.seek(0)
        file.truncate()
        file.write(text)
