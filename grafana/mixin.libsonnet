// The mixin: dashboards, recording rules and alerts for wolkvox_exporter, in the layout of the
// monitoring mixins. `_config` is in config.libsonnet.
(import 'config.libsonnet') +
(import 'alerts/alerts.libsonnet') +
(import 'rules/rules.libsonnet') +
(import 'dashboards/dashboards.libsonnet') +
{
  prometheusRules+:: { groups+: $.kpiRecordings.groups + $.alertRecordings.groups },
}
