#!/usr/bin/env python3
# Runs clang-tidy 19 on the files that changed: since the branch left origin's, or in the last
# commit (a merge: all that it brought) where it did not. `--all` takes every source file.
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

from sources import files, finish

SKIPPED = 77  # told to CTest as SKIP_RETURN_CODE
# A file takes 5 to 25 s, and the whole of continuous integration should take 20 minutes.
MOST = 24


def git(root, *arguments):
    run = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(root), *arguments],
                         capture_output=True, text=True)
    return run.stdout.strip() if run.returncode == 0 else ""


def base_of(root):
    head = git(root, "rev-parse", "HEAD")
    left = git(root, "merge-base", "HEAD", "origin/HEAD")
    return left if left and left != head else git(root, "rev-parse", "HEAD~1")


def units_of(changed, sources):
    """The source files to check: changed ones, and for a changed header the file of its name."""
    wanted = {re.sub(r"\.hpp$", ".cpp", path) for path in changed if path.endswith((".cpp", ".hpp"))}
    return [path for path in sources if path in wanted]


def compiled(root, build):
    """The source files that this build compiles: clang-tidy knows how to read no others."""
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    known = {os.path.relpath(command["file"], root) for command in commands}
    return [path for path in files(root, ".cpp") if path in known]


def changed_files(root):
    base = base_of(root)
    return git(root, "diff", "--name-only", base).split("\n") if base else []


def findings_in(changed, root, found):
    """The findings in changed files: an older one in a header is not the change's fault."""
    return [line for line in found
            if os.path.relpath(line.split(":")[0], root) in changed or " clang-tidy failed: " in line]


def tidy(root, build, unit):
    run = subprocess.run(["clang-tidy-19", "--quiet", "-p", build, unit], cwd=root,
                         capture_output=True, text=True)
    found = [line for line in run.stdout.splitlines() if re.search(r": (error|warning): ", line)]
    if run.returncode and not found:
        found = [f"{unit}: clang-tidy failed: {run.stderr.strip()[-400:]}"]
    return found


def check(root, build, units):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda unit: tidy(root, build, unit), units)
        return sorted({line for unit in found for line in unit})


def main(root, build, *rest):
    if "--all" in rest:
        finish(check(root, build, compiled(root, build)))
    changed = changed_files(root)
    units = units_of(changed, compiled(root, build))
    if not units:
        print("no source file changed")
        sys.exit(SKIPPED)
    if len(units) > MOST:
        print(f"{len(units)} files changed; checking {MOST} of them")
        # Spread over the folders rather than the first of the alphabet.
        units = [units[index * len(units) // MOST] for index in range(MOST)]
    print("checked:", *units)
    finish(findings_in(changed, root, check(root, build, units)))


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()), *sys.argv[2:])
