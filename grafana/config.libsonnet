// What users of the mixin may change. Render again after a change: grafana/alerts/render.py.
{
  _config+:: {
    // Alerts: whom they speak to, what they tolerate. Meaning of each number: grafana/runbooks.
    alerts: {
      // Added to every wolkvox_* selector of the alerts, e.g. 'job="wolkvox"'.
      selector: '',
      // The scrape job, for WolkvoxExporterDown alone.
      job_selector: 'job=~"wolkvox.*"',
      runbook_url: 'https://github.com/wolkvox-exporter/wolkvox_exporter/blob/main/grafana/runbooks/%s.md',
      // What becomes of the labels of a skill: instance and its like are left out, so that an
      // exporter that moves keeps its history and two replicas speak once.
      skill_labels: ['job', 'operation', 'skill_id', 'skill'],
      operation_labels: ['job', 'operation'],
      interval: '1m',

      abandonment: {
        // Before there is history, and for slots with few calls, a skill may lose this share.
        ceiling: 0.1,
        // The ceiling weighs as much as this many calls of the slot's history.
        ceiling_calls: 40,
        weeks: 4,
        // What is tolerated: this times the usual ratio of the slot, within these bounds.
        tolerated_times: 1.5,
        tolerated_least: 0.02,
        tolerated_most: 0.6,
        // Windows that are looked at, and the callers above the tolerated ratio that each needs.
        page: { windows: ['3m', '5m', '8m', '12m', '20m', '40m'], callers: 2.5, evidence: 7 },
        ticket: { windows: ['1h', '2h'], callers: 6, evidence: 6 },
        keep_firing_for: '15m',
        // Proof by the per-call report: callers who waited no longer than this do not count; a
        // bucket of wolkvox_abandoned_call_wait_seconds. The report lags behind by `delay`.
        report: { short_seconds: 5, period: '1h', delay: '15m', callers: 6, evidence: 6 },
      },
      queue: { calls: 8, times_last_week: 3, times_recent: 2, 'for': '1m', keep_firing_for: '10m' },
      service_level: { threshold: '20', target: 0.8, burn: 2.5, offered_calls: 20, 'for': '5m', keep_firing_for: '15m' },
      no_agents: { calls: 2, ready: '(?i)ready', 'for': '2m', keep_firing_for: '5m' },
      // Seconds after which an agent counts as stuck, by status; the first that fits decides.
      // 'Ready' and 'Logout' may last.
      stuck: {
        states: [
          { status: '(?i)(ready|log ?out|logged ?out)', seconds: null },
          { status: '(?i)ring(ing)?', seconds: 120 },
          { status: '(?i)acw', seconds: 900 },
          { status: '(?i)talk(ing)?', seconds: 3600 },
          { status: '.+', seconds: 5400 },
        ],
        'for': '3m',
        keep_firing_for: '5m',
      },
      cost: { window: '2h', weeks: 4, times: 2, least: 1000, 'for': '10m', keep_firing_for: '30m' },
      stale: { polls: 5, 'for': '1m', keep_firing_for: '3m', page_collectors: 'skills|agents' },
      failing: { 'for': '15m', keep_firing_for: '10m' },
      budget: { left: 0.1, before_reset: '1h', 'for': '10m', keep_firing_for: '15m' },
      exporter_down: { 'for': '3m' },
      ledger: { 'for': '5m', keep_firing_for: '5m' },
    },
  },
}
