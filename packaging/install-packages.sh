#!/usr/bin/env bash
# Installs what the given lists name and this Debian lacks. A line is a dependency as Debian writes
# it, `a | b (>= 2)` where releases name it differently; # begins a comment.
# Touches nothing and needs neither network nor root when nothing is missing.
# With --no-services no service starts because its package was installed.
set -euo pipefail

starts_services=1
if [[ ${1-} == --no-services ]]; then
  starts_services=0
  shift
fi

if ! command -v apt-get >/dev/null; then
  echo "Not a Debian system: the packages of $* are yours to install." >&2
  exit 0
fi

wanted=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' -- "$@" | sort -u | paste -sd,)

# apt decides, as it alone knows versions, alternatives and what is on hold. Without sources it sees
# only what is installed, and answers at once.
if apt-get --simulate -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null \
  satisfy "$wanted" >/dev/null 2>&1; then
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "Missing packages, and neither root nor sudo to install them. As root:" >&2
    echo "  apt-get update && apt-get satisfy --no-install-recommends '${wanted//,/, }'" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# The policy holds while this shell lives, which keeps the file locked. If it was killed, whoever asks next
# removes the file and may start.
forbid_services() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]] && ! grep -q 'wolkvox_exporter' "$policy"; then
    return  # somebody else's: it decides
  fi
  "${as_root[@]}" tee "$policy" >/dev/null <<'POLICY'
#!/bin/sh
# Made by wolkvox_exporter's tests while they install packages.
exec 9<"$0"
flock --nonblock 9 || exit 101
rm -f "$0"
POLICY
  "${as_root[@]}" chmod 755 "$policy"
  exec 8<"$policy"
  flock 8
  # shellcheck disable=SC2064  # expanded now: it names what this run made
  trap "${as_root[*]} rm -f $policy" EXIT
}

echo "Installing what is missing of: $*" >&2
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes -o Acquire::Retries=3)
"${apt[@]}" update >&2
if ((!starts_services)); then
  forbid_services
fi
"${apt[@]}" satisfy --no-install-recommends "$wanted" >&2
