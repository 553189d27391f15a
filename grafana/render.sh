#!/usr/bin/env bash
# Renders the mixin: dashboards (JSON, by language), recording rules (YAML) and their definitions.
# Usage: grafana/render.sh [directory], by default the directory of this file, where what is
# rendered is committed; without a directory the alerts too. Needs jsonnet and python3-yaml.
set -euo pipefail

mixin=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
target=${1:-$mixin}
jsonnet=(jsonnet --jpath "$mixin")

for language in en es; do
  mkdir -p "$target/dashboards/$language"
  "${jsonnet[@]}" --multi "$target/dashboards/$language" \
    --exec "(import 'mixin.libsonnet').dashboardsByLanguage.$language" >/dev/null
done

mkdir -p "$target/rules"
{
  echo "# Recording rules of the KPIs, defined in definitions.md. Written by grafana/render.sh."
  "${jsonnet[@]}" --string --exec \
    "std.manifestYamlDoc((import 'mixin.libsonnet').kpiRecordings, quote_keys=false)"
} >"$target/rules/recording.yml"
"${jsonnet[@]}" --string --exec "(import 'mixin.libsonnet').ruleDefinitions" >"$target/rules/definitions.md"

if [[ $# == 0 ]]; then
  "$mixin/alerts/render.py"
fi
