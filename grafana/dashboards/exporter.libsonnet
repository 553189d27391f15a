// Exporter: whether the figures of the other dashboards can be trusted, and why not.
function(_config, g)
  local c = _config.dashboards;
  // As of the scrape, for which timestamp() stands: what is polled every 5 s and scraped once a minute
  // is not late.
  local late = 'max by (operation, collector) (max by (job, operation, collector) (timestamp(wolkvox_poll_last_success_timestamp_seconds{%(operation)s}) - wolkvox_poll_last_success_timestamp_seconds{%(operation)s}) / on (job, operation, collector) max by (job, operation, collector) (wolkvox_poll_interval_seconds{%(operation)s}))';
  local by_collector(family) = 'sum by (operation, collector) (increase(wolkvox_%s{%%(operation)s}[$__rate_interval]))' % family;
  local each = '{{operation}} · {{collector}}';

  g.dashboard(
    'exporter',
    'Exporter',
    'Whether the collectors keep their time, what the daily quota allows, what went wrong, and how the ledger and the process are. Facts of the exporter are as fresh as the last scrape.',
    ['instance', 'operation'],
    { from: 'now-24h', to: 'now' },
    [
      g.row('At a glance'),
      g.stat(
        'Collectors failing',
        'Collectors whose last poll failed, as of the last scrape.',
        'short',
        [g.now('exporter', 'count(wolkvox_up{%(operation)s} == 0) or vector(0) and on () count(wolkvox_up{%(operation)s})')],
        thresholds=g.high(1, 3)
      ),
      g.stat(
        'Most polls behind',
        'Age of the oldest last success, in poll intervals of its collector: up to 1 is normal. As of the last scrape.',
        'short',
        [g.now('exporter', 'max(' + late + ')')],
        thresholds=g.high(c.intervals_late.warning, c.intervals_late.critical)
      ),
      g.stat(
        'Budget left',
        'Share of the daily quota that the exporter may still spend today without touching the reserve, for the operation with the least. As of the last poll of quota (every 15 minutes).',
        'percentunit',
        [g.now('quota', 'min(wolkvox_budget_remaining_requests{%(operation)s} / wolkvox_quota_limit_requests{%(operation)s})')],
        thresholds=g.low(c.budget_left.warning, c.budget_left.critical)
      ),
      g.stat(
        'Ledger',
        'Whether the last write to the ledger succeeded; nothing is counted while it does not. As of the last scrape.',
        'short',
        [g.now('exporter', 'min(wolkvox_ledger_writable{%(own)s})')],
        thresholds=g.low(1, 1),
        more={ fieldConfig+: { defaults+: { mappings: g.mapping({
          '0': { text: 'not writable', color: 'red' },
          '1': { text: 'writable', color: 'green' },
        }) } } }
      ),
      g.stat(
        'Configuration',
        'Whether the last load of the configuration succeeded; if not, the old one is in force. As of the last scrape.',
        'short',
        [g.now('exporter', 'min(wolkvox_exporter_config_last_reload_successful{%(own)s})')],
        thresholds=g.low(1, 1),
        more={ fieldConfig+: { defaults+: { mappings: g.mapping({
          '0': { text: 'refused', color: 'red' },
          '1': { text: 'loaded', color: 'green' },
        }) } } }
      ),
      g.stat(
        'Up for',
        'Time since the exporter was started, the youngest instance. As of the last scrape.',
        'dtdurations',
        [g.now('exporter', 'time() - max(process_start_time_seconds{%(own)s})')],
        thresholds=g.plain('blue')
      ),

      g.row('Clocks'),
      g.table(
        'Collectors',
        'Clock of each collector: whether its last poll succeeded, the interval in force after stretching to the budget, the ages of its last attempt and success, the end of what its report is counted up to, and what an outage left to catch up. As of the last scrape.',
        [
          g.rows('exporter', 'min by (operation, collector) (wolkvox_up{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (wolkvox_poll_interval_seconds{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (time() - wolkvox_poll_last_attempt_timestamp_seconds{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (time() - wolkvox_poll_last_success_timestamp_seconds{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (wolkvox_poll_duration_seconds{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (time() - wolkvox_window_end_timestamp_seconds{%(operation)s})'),
          g.rows('exporter', 'max by (operation, collector) (wolkvox_catch_up_remaining_seconds{%(operation)s})'),
        ],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'collector', title: 'Collector' },
          { value: 0, title: 'Last poll', unit: 'bool_yes_no', thresholds: g.low(1, 1) },
          { value: 1, title: 'Interval', unit: 's' },
          { value: 2, title: 'Since last attempt', unit: 's' },
          { value: 3, title: 'Since last success', unit: 's' },
          { value: 4, title: 'Duration', unit: 's' },
          { value: 5, title: 'Delay of the window', unit: 's' },
          { value: 6, title: 'To catch up', unit: 's', thresholds: g.high(3600, 86400) },
        ],
        size=[24, 11],
        sort='Since last success'
      ),
      g.lines(
        'Polls behind',
        'Whole poll intervals since the last success of each collector: 0 is normal, 1 for a moment too. As of each scrape.',
        'short',
        [g.range('exporter', 'floor(' + late + ')', each)],
        thresholds=g.high(c.intervals_late.warning, c.intervals_late.critical)
      ),
      g.lines(
        'Poll interval in force',
        'Time between polls of each collector after stretching to the daily budget, as of each scrape.',
        's',
        [g.range('exporter', 'max by (operation, collector) (wolkvox_poll_interval_seconds{%(operation)s})', each)],
        steps=true
      ),
      g.lines(
        'Duration of polls',
        "Time from the first request to the last answer of each collector's last poll, as of each scrape.",
        's',
        [g.range('exporter', 'max by (operation, collector) (wolkvox_poll_duration_seconds{%(operation)s})', each)]
      ),
      g.lines(
        'Delay of the reports',
        'How far before the last successful poll the end of the counted window of each report lay, as of each scrape; the platform publishes rows 10 to 20 minutes late besides.',
        's',
        [g.range('exporter', 'max by (operation, collector) (wolkvox_poll_last_success_timestamp_seconds{%(operation)s} - wolkvox_window_end_timestamp_seconds{%(operation)s})', each)],
        more={ fieldConfig+: { defaults+: { min: null } } }
      ),

      g.row('Budget'),
      g.lines(
        'Requests left today',
        'Requests the platform still allows today, all users of the quota together, and what of them the exporter may spend. Steps of 15 minutes, the poll of quota.',
        'short',
        [
          g.range('quota', 'max by (operation) (wolkvox_quota_remaining_requests{%(operation)s})', '{{operation}} · quota'),
          g.range('quota', 'max by (operation) (wolkvox_budget_remaining_requests{%(operation)s})', '{{operation}} · budget'),
        ],
        steps=true
      ),
      g.lines(
        'Requests spent today',
        "Requests the exporter has sent today, by collector, as of each scrape; begins anew with the platform's day.",
        'short',
        [g.range('exporter', 'sum by (operation, collector) (wolkvox_budget_spent_requests{%(operation)s})', each)],
        stacked=true,
        steps=true
      ),
      g.lines(
        'Used of the quota by others',
        'Requests used today that the exporter did not send: other users of the same quota. Steps of 15 minutes, the poll of quota.',
        'short',
        [g.range('quota', |||
          clamp_min(
            max by (operation) (wolkvox_quota_used_requests{%(operation)s})
            - sum by (operation) (wolkvox_budget_spent_requests{%(operation)s}),
            0
          )
        |||, '{{operation}}')],
        steps=true
      ),
      g.table(
        'Quota of each operation',
        'Daily quota, what of it is used by all, and when it begins anew, as of the last poll of quota (every 15 minutes).',
        [
          g.rows('quota', 'max by (operation) (wolkvox_quota_limit_requests{%(operation)s})'),
          g.rows('quota', 'max by (operation) (wolkvox_quota_used_requests{%(operation)s})'),
          g.rows('quota', 'max by (operation) (wolkvox_quota_reset_timestamp_seconds{%(operation)s}) - time()'),
        ],
        [
          { label: 'operation', title: 'Operation' },
          { value: 0, title: 'Quota', unit: 'short' },
          { value: 1, title: 'Used', unit: 'short' },
          { value: 2, title: 'Begins anew in', unit: 'dtdurations' },
        ],
        size=[12, 8]
      ),

      g.row('Errors'),
      g.lines(
        'Requests to the API',
        'Requests of each collector over windows of four minutes or more, as of each scrape.',
        'short',
        [g.range('exporter', by_collector('api_requests_total'), each)]
      ),
      g.lines(
        'Failed requests by reason',
        'Requests that failed over windows of four minutes or more, by reason, as of each scrape. 0 is good.',
        'short',
        [g.range('exporter', 'sum by (operation, reason) (increase(wolkvox_api_errors_total{%(operation)s}[$__rate_interval]))', '{{operation}} · {{reason}}')]
      ),
      g.heatmap(
        'Time of requests',
        'Number of requests by how long they took, over windows of four minutes or more, as of each scrape. The platform gives up after 60 seconds.',
        's',
        [g.buckets('exporter', 'sum by (le) (increase(wolkvox_api_request_duration_seconds_bucket{%(operation)s}[$__rate_interval]))')]
      ),
      g.lines(
        'Mean size of answers',
        "Mean size of the answers of each collector after decoding, over windows of four minutes or more, as of each scrape. The platform's limit is 256 MB.",
        'bytes',
        [g.range('exporter', |||
          sum by (operation, collector) (increase(wolkvox_api_response_bytes_sum{%(operation)s}[$__rate_interval]))
          /
          (sum by (operation, collector) (increase(wolkvox_api_response_bytes_count{%(operation)s}[$__rate_interval])) > 0)
        |||, each)],
        size=[12, 9]
      ),

      g.row('Rows'),
      g.lines(
        'Rows counted',
        'Rows of reports counted for the first time, over windows of 20 minutes or more, as of each scrape.',
        'short',
        [g.range('calls', by_collector('rows_total'), each)]
      ),
      g.lines(
        'Rows late, revised or repeated',
        'Rows that came after their window was counted, that the platform changed afterwards, and that were known already (usual, as windows overlap), over windows of 20 minutes or more, as of each scrape.',
        'short',
        [
          g.range('calls', 'sum by (operation) (increase(wolkvox_rows_late_total{%(operation)s}[$__rate_interval]))', '{{operation}} · late'),
          g.range('calls', 'sum by (operation) (increase(wolkvox_rows_revised_total{%(operation)s}[$__rate_interval]))', '{{operation}} · revised'),
          g.range('calls', 'sum by (operation) (increase(wolkvox_rows_duplicate_total{%(operation)s}[$__rate_interval]))', '{{operation}} · repeated'),
        ]
      ),
      g.lines(
        'Rows ignored and values unreadable',
        'Rows read and not counted, by reason, and values that could not be read and left no sample, by field; over windows of 20 minutes or more, as of each scrape.',
        'short',
        [
          g.range('calls', 'sum by (operation, collector, reason) (increase(wolkvox_rows_ignored_total{%(operation)s}[$__rate_interval]))', '{{collector}} · {{reason}}'),
          g.range('calls', 'sum by (operation, collector, field) (increase(wolkvox_field_errors_total{%(operation)s}[$__rate_interval]))', '{{collector}} · {{field}}'),
        ]
      ),
      g.lines(
        'Answers cut and series dropped',
        "Answers at the platform's row cap, which were split and asked again, and series left out over the limit of the configuration; over windows of 20 minutes or more, as of each scrape. 0 is good.",
        'short',
        [
          g.range('calls', 'sum by (operation) (increase(wolkvox_windows_truncated_total{%(operation)s}[$__rate_interval]))', '{{operation}} · cut'),
          g.range('calls', 'sum by (operation) (increase(wolkvox_series_dropped_total{%(operation)s}[$__rate_interval]))', '{{operation}} · dropped'),
        ]
      ),

      g.row('Ledger and process'),
      g.lines(
        'Size of the ledger',
        "Size of the ledger's file on disk, as of each scrape.",
        'bytes',
        [g.range('exporter', 'max by (instance) (wolkvox_ledger_size_bytes{%(own)s})', '{{instance}}')],
        size=[8, 8]
      ),
      g.lines(
        'Failed writes to the ledger',
        'Writes to the ledger that failed, over windows of four minutes or more, as of each scrape. 0 is good.',
        'short',
        [g.range('exporter', 'sum by (instance) (increase(wolkvox_ledger_errors_total{%(own)s}[$__rate_interval]))', '{{instance}}')],
        size=[8, 8]
      ),
      g.lines(
        'Clock of the platform',
        "The platform's clock minus the exporter's, by the Date header of its last answer, as of each scrape.",
        's',
        [g.range('exporter', 'max by (operation) (wolkvox_platform_clock_skew_seconds{%(operation)s})', '{{operation}}')],
        size=[8, 8],
        more={ fieldConfig+: { defaults+: { min: null } } }
      ),
      g.lines(
        'Processor',
        'Share of one processor that the exporter uses, over windows of four minutes or more, as of each scrape.',
        'percentunit',
        [g.range('exporter', 'sum by (instance) (rate(process_cpu_seconds_total{%(own)s}[$__rate_interval]))', '{{instance}}')],
        size=[8, 8]
      ),
      g.lines(
        'Memory',
        'Resident memory of the exporter, as of each scrape.',
        'bytes',
        [g.range('exporter', 'max by (instance) (process_resident_memory_bytes{%(own)s})', '{{instance}}')],
        size=[8, 8]
      ),
      g.lines(
        'Scrapes',
        'Scrapes answered and refused per minute, over windows of four minutes or more, as of each scrape.',
        'short',
        [
          g.range('exporter', 'sum by (format, encoding) (rate(wolkvox_exporter_scrapes_total{%(own)s}[$__rate_interval])) * 60', '{{format}} · {{encoding}}'),
          g.range('exporter', 'sum(rate(wolkvox_exporter_scrapes_rejected_total{%(own)s}[$__rate_interval])) * 60', 'refused'),
        ],
        size=[8, 8]
      ),
      g.table(
        'Versions',
        'What each instance was built from, as of the last scrape.',
        [g.rows('exporter', 'max by (instance, version, revision, compiler) (wolkvox_exporter_build_info{%(own)s})')],
        [
          { label: 'instance', title: 'Instance' },
          { label: 'version', title: 'Version' },
          { label: 'revision', title: 'Revision' },
          { label: 'compiler', title: 'Compiler' },
          { value: 0, title: 'Instances', unit: 'short' },
        ],
        size=[24, 4]
      ),
    ]
  )
