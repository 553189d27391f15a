#!/usr/bin/env python3
# Checks that metrics/REFERENCE.md is what `wolkvox_exporter metrics` prints.
# To renew it: build/debug/bin/wolkvox_exporter metrics >metrics/REFERENCE.md
import difflib
import pathlib
import subprocess
import sys

from sources import finish

REFERENCE = "metrics/REFERENCE.md"


def check(root, exporter):
    printed = subprocess.run([exporter, "metrics"], check=True, capture_output=True, text=True).stdout
    written = (pathlib.Path(root) / REFERENCE).read_text(encoding="utf-8")
    return list(difflib.unified_diff(written.splitlines(), printed.splitlines(), REFERENCE,
                                     "wolkvox_exporter metrics", lineterm=""))


if __name__ == "__main__":
    finish(check(*sys.argv[1:]))
