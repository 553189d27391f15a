// Alert rules of the mixin, and (alertRecordings) the recording rules that only they need.
(import 'abandonment.libsonnet') +
(import 'centre.libsonnet') +
(import 'exporter.libsonnet')
