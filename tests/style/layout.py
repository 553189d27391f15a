#!/usr/bin/env python3
# Checks the shape of the repository: what lies at its top, how long a source file is, clean ends
# of lines, and that a C++ file begins by saying what it is for.
import sys

from sources import files, finish, lines

TOP = {"CMakeLists.txt", "exporter", "metrics", "config", "grafana", "tests", "packaging",
       "LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "run.sh", "test.sh",
       "CMakePresets.json"}
LONGEST = 420
LONGEST_TEST = 500  # tables of cases are read one row at a time
SOURCES = (".cpp", ".hpp", ".py", ".sh")
# Written by machines or quoted from others.
FREE = ("LICENSE", "grafana/", "metrics/REFERENCE.md", "tests/fuzz/corpus/", "tests/unit/config/bad/")


def problems_of(root, path):
    if path.startswith(FREE):
        return
    text = lines(root, path)
    if not text:
        return
    longest = LONGEST_TEST if path.startswith("tests/") else LONGEST
    if path.endswith(SOURCES) and len(text) - 1 > longest:
        yield f"{path}: {len(text) - 1} lines; at most {longest}"
    if path.endswith(".hpp") and not text[0].startswith("//"):
        yield f"{path}:1: a header begins by saying what it is for"
    if text[-1]:
        yield f"{path}:{len(text)}: no newline at the end"
    for number, line in enumerate(text, 1):
        if line != line.rstrip():
            yield f"{path}:{number}: spaces at the end of the line"
        if "\t" in line and not path.startswith(".git") and not path.endswith(".go"):  # gofmt's own
            yield f"{path}:{number}: a tab"


def check(root):
    problems = []
    for path in files(root):
        top = path.split("/")[0]
        if top not in TOP and not top.startswith("."):
            problems.append(f"{path}: {top} does not belong at the top of the repository")
        problems.extend(problems_of(root, path))
    return problems


if __name__ == "__main__":
    finish(check(sys.argv[1]))
