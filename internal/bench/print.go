package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The tables are printed as docs/speed.md shows them.

// printLoad prints medians over the rounds, and of the first ratio the lowest and the highest.
func printLoad(w io.Writer, targets []*target, o options) {
	fmt.Fprintf(w, "\n%d rounds; the file of the server with 1,000,000 fans has %d rows.\n\n", o.rounds, o.rows)
	fmt.Fprintln(w, "| server or script | CPU µs a message | CPU ÷ floor | spread | CPU ÷ native | messages/s | rate ÷ silenceper | p50 at 1,000/s ÷ floor | p99 at full load |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	floor := targets[0]
	for _, t := range targets {
		low, mid, high := ratios(t.cpu, floor.cpu)
		_, paced, _ := ratios(t.paced, floor.paced)
		fmt.Fprintf(w, "| %s | %.1f | %.2f | %.2f–%.2f | %s | %.0f | %s | %.2f | %.1f ms |\n", t.name,
			float64(quantile(t.cpu, 0.5).Nanoseconds())/1000, mid, low, high, beside(t, like("native Go", t, targets), cpuOf), median(t.rate),
			beside(t, like("silenceper", t, targets), rateOf), paced, float64(quantile(t.p99, 0.5).Microseconds())/1000)
	}
}

func printCounts(w io.Writer, targets []*target, calls callCounter) {
	fmt.Fprintf(w, "\nA message's system calls (%s) and what it allocates:\n\n", calls.name)
	fmt.Fprintln(w, "| server or script | system calls | objects | bytes |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, t := range targets {
		fmt.Fprintf(w, "| %s | %.1f | %.0f | %.0f |\n", t.name, t.counts.calls, t.counts.objects, t.counts.bytes)
	}
}

// like is the row of a server compared with that is in the mode of t, or nil.
func like(name string, t *target, targets []*target) *target {
	for _, other := range targets {
		if strings.HasPrefix(other.name, name) && other.ask.sealed == t.ask.sealed {
			return other
		}
	}
	return nil
}

func cpuOf(t *target) []float64 {
	var out []float64
	for _, d := range t.cpu {
		out = append(out, float64(d))
	}
	return out
}

func rateOf(t *target) []float64 { return t.rate }

// beside is the median ratio to another row, where there is one.
func beside(t, other *target, of func(*target) []float64) string {
	if other == nil {
		return "–"
	}
	_, mid, _ := ratios(of(t), of(other))
	return fmt.Sprintf("%.2f", mid)
}

// ratios of two series, round by round: lowest, median, highest.
func ratios[N time.Duration | float64](a, b []N) (low, mid, high float64) {
	var r []float64
	for i := range min(len(a), len(b)) {
		if b[i] > 0 {
			r = append(r, float64(a[i])/float64(b[i]))
		}
	}
	if len(r) == 0 {
		return 0, 0, 0
	}
	slices.Sort(r)
	return r[0], median(r), r[len(r)-1]
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}
