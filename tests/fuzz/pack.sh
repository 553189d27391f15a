#!/usr/bin/env bash
# Makes the archive of a target's found inputs anew: pack.sh TARGET FOLDER, all files of the folder.
# The same files give the same bytes.
set -euo pipefail

target=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
find "$folder" -maxdepth 1 -type f -printf '%f\n' | LC_ALL=C sort |
  tar --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -C "$folder" -cf - -T - |
  gzip -n9 >"$here/corpus/$target.tar.gz"
