#!/usr/bin/env python3
# Checks that every C++ file is as clang-format 19 would write it (.clang-format).
import subprocess
import sys

from sources import files, finish


def check(root, clang_format="clang-format-19"):
    sources = files(root, ".cpp", ".hpp")
    if not sources:
        return []
    run = subprocess.run([clang_format, "--dry-run", "--Werror", "--ferror-limit=1", *sources],
                         cwd=root, capture_output=True, text=True)
    problems = [line for line in run.stderr.splitlines() if "error:" in line]
    if run.returncode and not problems:
        problems = [run.stderr]
    return problems


if __name__ == "__main__":
    finish(check(*sys.argv[1:]))
