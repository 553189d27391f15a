"""Minimal Debian systems to try things in: made by mmdebstrap, from where this machine's apt fetches."""

import glob
import os
import pathlib
import re
import shutil
import subprocess

RELEASES = ("bookworm", "trixie")  # Debian 12 and 13
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# What the installer writes on every machine, and a minimal Debian 12 has not.
HOSTS = (r"""[ -e "$1/etc/hosts" ] || """
         r"""printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n' > "$1"/etc/hosts""")


class Unavailable(Exception):
    """No room can be made here; says why."""


def this_release():
    """The code name of the Debian that this machine runs."""
    found = re.search(r"^VERSION_CODENAME=(\w+)$", pathlib.Path("/etc/os-release").read_text(), re.M)
    if not found:
        raise Unavailable("/etc/os-release names no VERSION_CODENAME: is this a Debian?")
    return found[1]


def _one_line_entries(text):
    for uri, suite, parts in re.findall(r"^deb +(?:\[[^]]*\] *)?(\S+) +(\S+) +(.+)$", text, re.M):
        yield uri, suite, parts


def _stanza_entries(text):
    for stanza in re.split(r"\n\s*\n", text):
        fields = {name.lower(): value.strip() for name, value in re.findall(
            r"^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)$", stanza, re.M)}
        if "deb" not in fields.get("types", "").split() or fields.get("enabled") == "no":
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield uri, suite, fields.get("components", "main")


def sources(release, folder="/etc/apt", own=None):
    """Lines of sources.list for `release`: those of this machine for its own, with the other name."""
    own = own or this_release()
    entries = []
    for path in [f"{folder}/sources.list", *sorted(glob.glob(f"{folder}/sources.list.d/*"))]:
        if pathlib.Path(path).is_file() and path.endswith((".list", ".sources")):
            reader = _stanza_entries if path.endswith(".sources") else _one_line_entries
            entries.extend(reader(pathlib.Path(path).read_text()))
    suites = {own, f"{own}-updates", f"{own}-security"}
    lines = [f"deb [signed-by={KEYRING}] {uri} {suite.replace(own, release)} {parts}"
             for uri, suite, parts in entries if suite in suites]
    if not lines:
        raise Unavailable(f"apt has no source for {own} in {folder}")
    return list(dict.fromkeys(lines))


def make(folder, release, packages=(), customize=()):
    """A minimal system in `folder`, a new one; `customize` are hooks as mmdebstrap takes them."""
    if os.geteuid() != 0:
        raise Unavailable("only root can make a system to boot or to enter")
    if not shutil.which("mmdebstrap"):
        raise Unavailable("mmdebstrap is not installed")
    include = [f"--include={','.join(packages)}"] if packages else []
    done = subprocess.run(
        ["mmdebstrap", "--variant=minbase", *include,
         *(f"--customize-hook={hook}" for hook in (HOSTS, *customize)), release, str(folder), "-"],
        input="\n".join(sources(release)) + "\n", text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mmdebstrap failed:\n{done.stderr[-3000:]}")
