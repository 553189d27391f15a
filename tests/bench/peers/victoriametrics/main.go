// Peer: VictoriaMetrics/metrics over a set that holds every series as a live metric. The library
// has no histograms with `le` (lines of one are counters here), no gzip, and in Debian 12 no HELP
// and TYPE lines.
//
//	peer_victoriametrics DUMP
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

	"github.com/VictoriaMetrics/metrics"
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

func series(name string, labels, values []string, more ...string) string {
	var pairs []string
	for i, value := range values {
		pairs = append(pairs, labels[i]+"="+strconv.Quote(value))
	}
	pairs = append(pairs, more...)
	if len(pairs) == 0 {
		return name
	}
	return name + "{" + strings.Join(pairs, ",") + "}"
}

func load(path string) *metrics.Set {
	set := metrics.NewSet()
	dump, err := os.Open(path)
	check(err)
	defer dump.Close()
	var family, labels []string
	lines := bufio.NewScanner(dump)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		switch {
		case fields[0] == "F":
			family, labels = fields, strings.Split(fields[4], ",")
		case fields[0] == "H":
			var count string
			for _, bucket := range strings.Split(fields[2], ",") {
				var bound string
				bound, count, _ = strings.Cut(bucket, ":")
				name := series(family[2]+"_bucket", labels, fields[3:], "le="+strconv.Quote(bound))
				set.NewFloatCounter(name).Set(number(count))
			}
			set.NewFloatCounter(series(family[2]+"_sum", labels, fields[3:])).Set(number(fields[1]))
			set.NewFloatCounter(series(family[2]+"_count", labels, fields[3:])).Set(number(count))
		case family[1] == "counter":
			set.NewFloatCounter(series(family[2], labels, fields[2:])).Set(number(fields[1]))
		default:
			value := number(fields[1])
			set.NewGauge(series(family[2], labels, fields[2:]), func() float64 { return value })
		}
	}
	check(lines.Err())
	return set
}

func main() {
	set := load(os.Args[1])
	debug.FreeOSMemory()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println("listening on", listener.Addr())
	http.HandleFunc("/metrics", func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "text/plain; version=0.0.4")
		set.WritePrometheus(answer)
	})
	check(http.Serve(listener, nil))
}
