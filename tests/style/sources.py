# What the style checks look at: the repository's files, and the lines of one of them.
import pathlib
import subprocess
import sys


def files(root, *endings):
    """Paths, relative to root, of the files that are committed or about to be."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z",
         "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(path for path in set(listed)
                  if path.endswith(endings or "") and (pathlib.Path(root) / path).is_file())


def lines(root, path):
    text = (pathlib.Path(root) / path).read_bytes()
    if b"\0" in text:  # a picture or another binary
        return []
    return text.decode("utf-8").split("\n")


def finish(problems):
    """Tells every problem, one a line, and ends with 1 when there is one."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
