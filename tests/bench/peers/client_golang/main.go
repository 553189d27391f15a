// Peer: client_golang's promhttp over a registry that holds every series as a live metric.
//
//	peer_client_golang DUMP
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func number(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	check(err)
	return value
}

// The histogram's bounds are known with its first series.
func observe(vector **prometheus.HistogramVec, registry *prometheus.Registry, family, fields []string) {
	var bounds []float64
	var counts []int
	before := 0
	for _, bucket := range strings.Split(fields[2], ",") {
		bound, count, _ := strings.Cut(bucket, ":")
		cumulative := int(number(count))
		bounds = append(bounds, number(bound))
		counts = append(counts, cumulative-before)
		before = cumulative
	}
	if *vector == nil {
		*vector = prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: family[2], Help: family[3], Buckets: bounds[:len(bounds)-1]}, labels(family))
		registry.MustRegister(*vector)
	}
	series := (*vector).WithLabelValues(fields[3:]...)
	for i, count := range counts {
		value := bounds[i]
		if i == len(bounds)-1 {
			value = bounds[i-1] * 2
		}
		for ; count > 0; count-- {
			series.Observe(value)
		}
	}
}

func labels(family []string) []string {
	if family[4] == "" {
		return nil
	}
	return strings.Split(family[4], ",")
}

func load(path string) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	dump, err := os.Open(path)
	check(err)
	defer dump.Close()
	var family []string
	var counters *prometheus.CounterVec
	var gauges *prometheus.GaugeVec
	var histograms *prometheus.HistogramVec
	lines := bufio.NewScanner(dump)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		switch {
		case fields[0] == "F":
			family, counters, gauges, histograms = fields, nil, nil, nil
			if family[1] == "counter" {
				counters = prometheus.NewCounterVec(
					prometheus.CounterOpts{Name: family[2], Help: family[3]}, labels(family))
				registry.MustRegister(counters)
			} else if family[1] == "gauge" {
				gauges = prometheus.NewGaugeVec(
					prometheus.GaugeOpts{Name: family[2], Help: family[3]}, labels(family))
				registry.MustRegister(gauges)
			}
		case fields[0] == "H":
			observe(&histograms, registry, family, fields)
		case counters != nil:
			counters.WithLabelValues(fields[2:]...).Add(number(fields[1]))
		default:
			gauges.WithLabelValues(fields[2:]...).Set(number(fields[1]))
		}
	}
	check(lines.Err())
	return registry
}

func main() {
	registry := load(os.Args[1])
	debug.FreeOSMemory()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println("listening on", listener.Addr())
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	check(http.Serve(listener, nil))
}
