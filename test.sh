#!/usr/bin/env bash
# One command on a fresh Debian 12 or 13: installs what the tests need, builds, runs every test.
# Arguments go to ctest: ./test.sh -L style, ./test.sh -R ledger.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
packaging/install-packages.sh --no-services packaging/packages-build.txt packaging/packages-test.txt </dev/null
packaging/build.sh debug
exec ctest --preset debug --parallel 2 "$@"
