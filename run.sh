#!/usr/bin/env bash
# One command on a fresh Debian 12 or 13: installs what the build needs, builds a release, runs.
# See ./run.sh --help.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
exporter=$root/build/release/bin/wolkvox_exporter
simulator=$root/build/release/bin/wolkvox_simulator

usage() {
  cat <<'TEXT'
usage: ./run.sh [flags...]

Installs the Debian packages of packaging/packages-build.txt that are missing, builds
wolkvox_exporter (release, in build/release) and runs it with the flags given.

  ./run.sh                              a demonstration: the exporter reads a simulated contact centre
  ./run.sh --config.file=wolkvox.yml    the exporter reads your own operations
  ./run.sh check-config wolkvox.yml     any command of the exporter

Then look at http://localhost:10042/. Ctrl-C ends it.
TEXT
  if [[ -x $exporter ]]; then
    printf '\n'
    "$exporter" --help
  fi
}

# die <exit status> <line>...
die() {
  local status=$1
  shift
  printf '%s\n' "$@" >&2
  exit "$status"
}

# Standard output belongs to the exporter: `once` prints the exposition there.
build() {
  "$root/packaging/install-packages.sh" "$root/packaging/packages-build.txt" </dev/null
  [[ -x $exporter && -x $simulator ]] || echo "Building; the first time takes some minutes." >&2
  "$root/packaging/build.sh" release wolkvox_exporter wolkvox_simulator >&2
}

# spelled <pattern>: the words so written in the program's table of flags and commands.
spelled() {
  tr '\n' ' ' <"$root/exporter/app/options.cpp" | grep -oE "$1" | grep -oE '"[^"]+"' | tr '\n' ' '
}

# readable <flag> <file>
readable() {
  [[ -r $2 && ! -d $2 ]] || die 2 "$1: '$2' is not there, or not a file that $(id -un) may read."
}

# What can be told of the arguments before a build of minutes; the program tells the rest. Sets
# with_demo, has_storage, serves, telemetry_path and addresses.
read_arguments() {
  local takes_value switches commands command='' name value
  takes_value=$(spelled 'flag\{ *"--[a-z.-]+", *"[^"]+"|add_option\( *"--[a-z.-]+"')
  switches=$(spelled 'flag\{ *"--[a-z.-]+", *""|add_flag\( *"--[a-z.-]+"')
  commands=$(spelled 'command_word\{ *command::[a-z_]+, *"[a-z-]+"')
  while (($#)); do
    name=${1%%=*}
    value=${1#*=}
    case $1 in
      -h | --help) usage; exit 0 ;;
      -*)
        if [[ $takes_value == *"\"$name\""* ]]; then
          if [[ $1 != *=* ]]; then
            (($# > 1)) || die 2 "$1: a value is missing"
            value=$2
            shift
          fi
        elif [[ $switches != *"\"$name\""* ]]; then
          die 2 "unknown flag '$name'; ./run.sh --help shows them"
        fi
        ;;
      *)
        if [[ -z $command ]]; then
          [[ $commands == *"\"$1\""* ]] || die 2 "unknown command '$1'; ./run.sh --help shows them"
          command=$1
        elif [[ $command == check-config ]]; then
          readable check-config "$1"
        fi
        ;;
    esac
    case $name in
      --config.file) with_demo=0; readable "$name" "$value" ;;
      --web.config.file | --web) readable "$name" "$value" ;;
      --storage.path) has_storage=1 ;;
      --web.telemetry-path) telemetry_path=$value ;;
      --web.listen-address) addresses+=("$value") ;;
      --web.systemd-socket) takes_port=0 ;;
      --version) with_demo=0; serves=0 ;;
    esac
    shift
  done
  case $command in
    '') ;;
    once) serves=0 ;;
    *) with_demo=0; serves=0 ;;
  esac
}

# The program would say so too, but after the build; and meanwhile another exporter would answer
# for it.
refuse_taken_ports() {
  local address host hosts port
  for address in "${addresses[@]}"; do
    host=${address%:*}
    port=${address##*:}
    if [[ $address == unix:* || ! $port =~ ^[1-9][0-9]*$ ]]; then
      continue
    fi
    host=${host#[}
    host=${host%]}
    case $host in
      '' | 0.0.0.0 | ::) hosts=(127.0.0.1 ::1) ;;
      *) hosts=("$host") ;;
    esac
    for host in "${hosts[@]}"; do
      # shellcheck disable=SC2016  # for the inner shell
      if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null; then
        die 1 "Port $port is taken, perhaps by another exporter or demonstration;" \
          "  ss --listening --tcp --processes 'sport = :$port'    names the program." \
          "Another port: ./run.sh --web.listen-address=:$((port + 1))"
      fi
    done
  done
}

# Etc/GMT zone in which it is about ten in the morning now, so that the centre is busy at any hour.
busy_zone() {
  local offset=$((10 - 10#$(date -u +%H)))
  if ((offset < -12)); then
    offset=$((offset + 24))
  fi
  # The sign is turned in these names: Etc/GMT-7 is seven hours east of Greenwich.
  if ((offset > 0)); then
    echo "Etc/GMT-$offset"
  elif ((offset < 0)); then
    echo "Etc/GMT+$((-offset))"
  else
    echo Etc/GMT
  fi
}

# write_configuration <address of the simulator> <zone>
write_configuration() {
  cat <<YAML
# A demonstration made by run.sh. Polls are far shorter than against wolkvox, so that things move.
defaults:
  timezone: $2
  collectors:
    agents: {interval: 5s}
    skills: {interval: 5s}
    campaigns: {interval: 5s}
    abandoned_calls: {interval: 15s}
    hold_mute: {interval: 15s}
    calls: {interval: 15s}
    cdr: {interval: 15s}
    quota: {interval: 1m}
    names: {interval: 5m}
operations:
  - name: demo
    base_url: http://$1/api/v2/
    token_env: WOLKVOX_DEMO_TOKEN
    licences: 200
    currency: COP
YAML
}

# start_simulator <directory> <zone>: sets simulator_pid and simulator_address.
start_simulator() {
  : >"$1/simulator.log"  # here before it is read
  "$simulator" --listen 127.0.0.1:0 --token "$WOLKVOX_DEMO_TOKEN" --licences 200 --timezone "$2" \
    >"$1/simulator.log" 2>&1 </dev/null &
  simulator_pid=$!
  local waited
  for ((waited = 0; waited < 300; ++waited)); do
    simulator_address=$(sed -n 's/^listening on //p' "$1/simulator.log")
    if [[ -n $simulator_address ]]; then
      return 0
    fi
    kill -0 "$simulator_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "The simulator did not start:" >&2
  cat "$1/simulator.log" >&2
  return 1
}

# Waits for the exporter to answer, then says where to look.
announce() {
  local tried
  for ((tried = 0; tried < 300; ++tried)); do
    kill -0 "$exporter_pid" 2>/dev/null || return 0
    "$exporter" healthcheck "$@" 2>/dev/null && break
    sleep 0.1
  done
  ((tried < 300)) || return 0  # on a port that only its log names
  local where="the addresses logged as \"listening\""
  if [[ " $* " != *" --web.listen-address"* ]]; then
    where=http://localhost:10042/
  fi
  printf '\n%s\n%s\n%s\n\n' \
    "  A simulated contact centre is being scraped. Look at $where (status page)" \
    "  and ${where%/}${telemetry_path} (metrics)." \
    "  Your own operations: ./run.sh --config.file=wolkvox.yml. Ctrl-C ends this." >&2
}

end_demo() {
  trap '' INT TERM HUP
  local pid
  for pid in $(jobs -p); do
    kill -TERM "$pid" 2>/dev/null || true
  done
  wait
  rm -rf -- "$demo"
}

run_demo() {
  demo=$(mktemp -d "${TMPDIR:-/tmp}/wolkvox-demo.XXXXXX")
  trap end_demo EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  export WOLKVOX_DEMO_TOKEN=demonstration
  local zone
  zone=$(busy_zone)
  start_simulator "$demo" "$zone"
  write_configuration "$simulator_address" "$zone" >"$demo/wolkvox.yml"

  local flags=("--config.file=$demo/wolkvox.yml")
  if ((!has_storage)); then
    flags+=("--storage.path=$demo/data")
  fi
  "$exporter" "${flags[@]}" "$@" </dev/null &
  exporter_pid=$!
  # From here on a signal is passed on, and the exporter's exit status becomes ours.
  local interrupted=0
  trap 'interrupted=1; kill -TERM "$exporter_pid" 2>/dev/null || true' INT TERM HUP
  if ((serves)); then
    announce "$@"
  fi
  # A trapped signal ends `wait` early, while the exporter still closes its ledger.
  local status
  while :; do
    interrupted=0
    status=0
    wait "$exporter_pid" || status=$?
    ((interrupted)) || break
  done
  return "$status"
}

with_demo=1
has_storage=0
serves=1
takes_port=1
telemetry_path=/metrics
addresses=()
read_arguments "$@"
if ((!serves || !takes_port)); then
  addresses=()
elif ((${#addresses[@]} == 0)); then
  addresses=(:10042)
fi

refuse_taken_ports
build
refuse_taken_ports
if ((with_demo)); then
  run_demo "$@"
else
  exec "$exporter" "$@"
fi
