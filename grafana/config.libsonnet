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

    // Recording rules: the windows over which KPIs are taken.
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
  },
}
