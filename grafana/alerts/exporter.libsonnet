// Alerts on the way of the data: exporter, collectors, budget, ledger. Alertmanager mutes the alerts
// on the contact centre while these say that its data are old (grafana/alertmanager.example.yml).
local rule = import 'rule.libsonnet';

{
  local config = $._config.alerts,
  local selected(name, more='') =
    local both = std.filter(function(one) one != '', [config.selector, more]);
    if both == [] then name else '%s{%s}' % [name, std.join(',', both)],

  // Old at the scrape, for which timestamp() stands: how long ago that was depends on Prometheus, and
  // without scrapes the exporter is down.
  local stale(severity, match) = rule.alert(config, 'WolkvoxDataStale', severity, {
    expr: |||
      timestamp(%(success)s) - %(success)s
      > %(polls)d * %(interval)s
      or
      (
        %(up)s == 0
        unless %(success)s
      ) * 0 + %(polls)d * %(interval)s
    ||| % {
      success: selected('wolkvox_poll_last_success_timestamp_seconds', match),
      interval: selected('wolkvox_poll_interval_seconds', match),
      up: selected('wolkvox_up', match),
      polls: config.stale.polls,
    },
    'for': config.stale['for'],
    keep_firing_for: config.stale.keep_firing_for,
    annotations: {
      summary: 'Data of {{ $labels.collector }} ({{ $labels.operation }}) are {{ $value | humanizeDuration }} old',
      description: '%d polls of {{ $labels.collector }} in a row brought nothing. Live figures have been withdrawn; alerts that need them cannot fire.' % config.stale.polls,
    },
  }),

  prometheusAlerts+:: {
    groups+: [{
      name: 'wolkvox-exporter-alerts',
      interval: config.interval,
      rules: [
        stale('page', 'collector=~"%s"' % config.stale.page_collectors),
        stale('ticket', 'collector!~"%s"' % config.stale.page_collectors),
        rule.alert(config, 'WolkvoxCollectorFailing', 'ticket', {
          expr: '%s == 0' % selected('wolkvox_up'),
          'for': config.failing['for'],
          keep_firing_for: config.failing.keep_firing_for,
          annotations: {
            summary: 'The collector {{ $labels.collector }} of {{ $labels.operation }} fails',
            description: "Every poll of {{ $labels.collector }} has failed for %s. The exporter's status page names the last error." % config.failing['for'],
          },
        }),
        rule.alert(config, 'WolkvoxClockSuspect', 'ticket', {
          expr: '%s == 1' % selected('wolkvox_clock_suspect'),
          'for': config.clock['for'],
          keep_firing_for: config.clock.keep_firing_for,
          annotations: {
            summary: 'Dates of {{ $labels.collector }} ({{ $labels.operation }}) contradict zone or clock',
            description: "Every poll is a success, and yet calls may be missing: the windows may lie in the wrong hours. The exporter's log and status page say what contradicts what.",
          },
        }),
        rule.alert(config, 'WolkvoxBudgetNearlySpent', 'ticket', {
          expr: |||
            %(left)s / %(limit)s < %(share)g
            and
            %(reset)s - time() > %(before)d
          ||| % {
            left: selected('wolkvox_budget_remaining_requests'),
            limit: selected('wolkvox_quota_limit_requests'),
            reset: selected('wolkvox_quota_reset_timestamp_seconds'),
            share: config.budget.left,
            before: rule.seconds(config.budget.before_reset),
          },
          'for': config.budget['for'],
          keep_firing_for: config.budget.keep_firing_for,
          annotations: {
            summary: '{{ $value | humanizePercentage }} of the daily API requests of {{ $labels.operation }} are left',
            description: 'The exporter stretches its polls; at the reserve the reports stop and live figures go on from what is left.',
          },
        }),
        rule.alert(config, 'WolkvoxExporterDown', 'page', {
          expr: 'up{%(job)s} == 0\nor\nabsent(up{%(job)s})' % { job: config.job_selector },
          'for': config.exporter_down['for'],
          annotations: {
            summary: 'wolkvox_exporter {{ $labels.instance }} does not answer',
            description: 'Prometheus has had no scrape for %s: nothing about the contact centre is seen.' % config.exporter_down['for'],
          },
        }),
        rule.alert(config, 'WolkvoxLedgerNotWriting', 'page', {
          expr: '%s == 0' % selected('wolkvox_ledger_writable'),
          'for': config.ledger['for'],
          keep_firing_for: config.ledger.keep_firing_for,
          annotations: {
            summary: 'The ledger of wolkvox_exporter {{ $labels.instance }} cannot be written',
            description: 'Reports are not counted while this lasts. They are caught up afterwards, as far as the lookback reaches.',
          },
        }),
        rule.alert(config, 'WolkvoxSeriesDropped', 'ticket', {
          expr: 'increase(%s[%s]) > 0' % [selected('wolkvox_series_dropped_total'), config.dropped.window],
          'for': config.dropped['for'],
          annotations: {
            summary: 'Series of {{ $labels.collector }} ({{ $labels.operation }}) are left out',
            description: 'More series than series_limit allows: what they count is kept in the ledger, but no page shows it. Sums over the family are too small.',
          },
        }),
      ],
    }],
  },
}
