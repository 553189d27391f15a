// Alert rules of the mixin.
{
  prometheusAlerts+:: { groups: [] },
}
