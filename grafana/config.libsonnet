// What users of the mixin may change. Render again after a change: grafana/render.sh.
{
  _config+:: {
    // Dashboards: what their panels ask for and when they turn yellow or red.
    dashboards: {
      uid_prefix: 'wolkvox-',
      tags: ['wolkvox', 'contact-centre'],
      refresh: '1m',
      timezone: 'browser',
      // Longest time between two changes of a collector's families: its poll interval by default,
      // or the platform's rebuild where that is longer (hold_mute: 10 minutes). Panels draw no
      // finer than this, and Grafana's rate window is at least four times it.
      steps: {
        agents: '1m',
        skills: '1m',
        campaigns: '1m',
        abandoned_calls: '5m',
        hold_mute: '10m',
        calls: '5m',
        cdr: '10m',
        quota: '15m',
        exporter: '1m',
        rules: '1m',
      },
      week: '1w',  // what "same time last week" looks back
      rows: 15,  // length of the lists of the longest, the most and the dearest

      // Regular expressions on `status`; a state that none of them knows counts as a pause.
      states: {
        ready: '(?i)ready',
        ring: '(?i)ring(ing)?',
        talk: '(?i)(talk|talking|on ?call)',
        acw: '(?i)acw',
        logout: '(?i)log(ged)? ?out',
      },

      // Where panels turn yellow and red.
      service_level: { threshold: '20', warning: 0.9, target: 0.8 },
      abandonment: { warning: 0.05, critical: 0.1 },
      queue: { warning: 3, critical: 10 },
      state_seconds: { warning: 900, critical: 1800 },
      occupancy: { warning: 0.85, critical: 0.95 },
      budget_left: { warning: 0.25, critical: 0.1 },
      // Age of a collector's last success, in its poll intervals.
      intervals_late: { warning: 2, critical: 3 },
    },

    // Recording rules: the windows over which KPIs are taken. Descriptions of panels and the README
    // speak of these windows; change them too.
    rules: {
      interval: '1m',
      short_window: '30m',
      window: '1h',
      // What the reports lag behind the live figures; KPIs that need both look back this far.
      report_delay: '20m',
      // Service level thresholds in seconds that are also buckets of the wait histogram.
      thresholds: ['10', '20', '30'],
      // An abandoned call that waited no longer than this is a short abandon; a bucket too.
      short_abandon_seconds: '10',
      // What the platform divides by in service_level_XXseg: 'offered' or 'answered'. It does not
      // say; compare one skill with the Manager's own report.
      service_level_of: 'offered',
      // KPIs of each agent: seven series for the parts, four for the KPIs. Off: operations only.
      by_agent: true,
    },

    // Alerts: whom they speak to, what they tolerate. Meaning of each number: grafana/runbooks.
    alerts: {
      // Added to every wolkvox_* selector of the alerts, e.g. 'job="wolkvox"'.
      selector: '',
      // The scrape job, for WolkvoxExporterDown alone.
      job_selector: 'job=~"wolkvox.*"',
      // Where grafana/runbooks is served: <runbooks>/<alert>.md. The demo's Grafana serves it here.
      runbooks: 'http://localhost:3000/public/runbooks',
      // What becomes of the labels of a skill: instance and its like are left out, so that an
      // exporter that moves keeps its history and two replicas speak once.
      skill_labels: ['job', 'operation', 'skill_id', 'skill'],
      operation_labels: ['job', 'operation'],
      interval: '1m',

      abandonment: {
        // For slots with few calls, and before there is history, a skill may lose this share.
        ceiling: 0.1,
        // The ceiling weighs as much as this many calls of the slot's history.
        ceiling_calls: 40,
        // The history of a slot: the same hour of so many weeks and of so many days before.
        weeks: 4,
        days: 6,
        // With fewer slots than this the history may be one spike, and the ceiling bounds it.
        slots_least: 3,
        // What is tolerated: this times the usual ratio of the slot, within these bounds.
        tolerated_times: 1.75,
        tolerated_least: 0.005,
        tolerated_most: 0.6,
        // A caller who has waited through two polls counts as so many who have given up.
        waiting: 1,
        // More evidence in hours that have fewer calls than the skill's average: this for each factor
        // of e.
        evidence_by_quiet: 3,
        // Windows that are looked at, callers who must have given up, callers above the tolerated,
        // evidence for a skill of no calls and what ln(1 + calls an hour / 10) adds.
        page: { windows: ['3m', '5m', '12m', '20m'], gave_up: 2, callers: 4.5, evidence: 1, evidence_by_volume: 4.5 },
        // The same for what goes on slowly, for any volume.
        long: { windows: ['1h', '2h'], gave_up: 2, callers: 6, evidence: 7 },
        // While the other skills of the operation have lost so many callers more than tolerated,
        // their evidence and one's own together; volume is theirs. Of one's own at least so much.
        others: { windows: ['3m', '5m', '8m', '12m', '20m'], callers: 1, evidence: 10, evidence_by_volume: 3.7, own_callers: 0.5, own_evidence: 2 },
        // Tickets count callers: tolerated are so many times the usual number of the window and so
        // many more; so many beyond the usual must be lost, with this evidence.
        ticket: { window: '3h', times: 1.5, more: 2.25, callers: 9, evidence: 3, evidence_by_quiet: 6 },
        interval: '30s',
        keep_firing_for: '15m',
        // Proof by the per-call report: callers who waited no longer than this do not count; a
        // bucket of wolkvox_abandoned_call_wait_seconds. The report lags behind by `delay`. More
        // evidence than the ticket's, which has mostly been there before.
        report: { short_seconds: 5, delay: '15m', evidence: 6 },
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
      clock: { 'for': '5m', keep_firing_for: '15m' },
      budget: { left: 0.1, before_reset: '1h', 'for': '10m', keep_firing_for: '15m' },
      exporter_down: { 'for': '3m' },
      ledger: { 'for': '5m', keep_firing_for: '5m' },
      dropped: { window: '1h', 'for': '5m' },
    },
  },
}
