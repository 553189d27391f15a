#!/usr/bin/env bash
# Configures and builds a preset, whatever was in its folder before.
# Usage: packaging/build.sh <preset> [<target>...]
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
preset=$1
shift
folder=build/$preset

# foreign: prints one of what ninja writes to and we may not.
foreign() {
  [[ -w build ]] || echo build
  if [[ -d $folder ]]; then
    find "$folder" ! -type l ! -writable \( -type d -o ! -path "$folder/*/*" \) -print -quit
  fi
}

if ! mkdir -p build || [[ -n $(foreign) ]]; then
  echo "Not yours to write: $PWD/build (made by an earlier run with sudo?)." >&2
  echo "  sudo chown --recursive $(id -un) '$PWD/build'    gives it to you" >&2
  echo "  sudo rm --recursive '$PWD/build'    makes the next run build anew" >&2
  exit 1
fi

# cached <variable>: what CMake remembers of it.
cached() {
  sed -n "s/^$1:[A-Z]*=//p" "$folder/CMakeCache.txt"
}

# CMake refuses a folder of another checkout; one of another Debian points at libraries that are gone.
if [[ -e $folder/CMakeCache.txt ]] &&
  [[ ! $(cached CMAKE_HOME_DIRECTORY) -ef $PWD || ! $(cached CMAKE_CACHEFILE_DIR) -ef $folder ||
    ! -d $(cached Boost_DIR) ]]; then
  echo "$folder was made elsewhere ($(cached CMAKE_HOME_DIRECTORY)): building anew." >&2
  rm -rf -- "$folder"
fi

if ! log=$(cmake --preset "$preset" 2>&1); then
  printf '%s\n' "$log" >&2
  exit 1
fi
cmake --build "$folder" ${1:+--target "$@"}
