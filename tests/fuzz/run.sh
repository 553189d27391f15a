#!/usr/bin/env bash
# Fuzzes one target for WOLKVOX_FUZZ_SECONDS (60 unless set; 0: only what the corpus holds).
# run.sh PROGRAM DIRECTORY ARCHIVE [libFuzzer's options, seeds]...: begins with what the archive and
# the seeds hold. Below DIRECTORY are what was unpacked (seeds), what is found (found), an input that
# broke something (crashes), and the log, whose end is told.
set -euo pipefail

program=$1 directory=$2 archive=$3
shift 3
seconds=${WOLKVOX_FUZZ_SECONDS:-60}
length=(-max_total_time="$seconds")
if [[ $seconds == 0 ]]; then
  length=(-runs=0)
fi
rm -rf "$directory"
mkdir -p "$directory"/{seeds,found,crashes}
tar -xf "$archive" -C "$directory/seeds"

status=0
"$program" "${length[@]}" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
  -artifact_prefix="$directory/crashes/" "$directory/found" "$directory/seeds" "$@" \
  >"$directory/log" 2>&1 || status=$?
tail -n 60 "$directory/log"  # what failed stands last, and a log of CI is cut
for input in "$directory"/crashes/*; do
  if [[ -e $input ]]; then
    echo "The input that failed is kept: $input"
    echo "To see it fail again: $program $input"
  fi
done
exit "$status"
