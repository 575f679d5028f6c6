package server

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what operators watch. Series of an account begin with its first message; no histogram
// has the account as a label, so ten thousand accounts stay cheap.
type Metrics struct {
	Registry *prometheus.Registry
	messages *prometheus.CounterVec
	stopped  *prometheus.CounterVec
	saves    *prometheus.CounterVec
	seconds  prometheus.Histogram
}

// NewMetrics makes the process's registry.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_messages_total", Help: "Messages and events handled, by account and outcome.",
		}, []string{"account", "outcome"}),
		stopped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_stopped_total", Help: "Turns stopped at a limit, by account and limit.",
		}, []string{"account", "limit"}),
		saves: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_saves_total", Help: "Saves of script folders, by result (live, refused).",
		}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "moonwire_turn_seconds", Help: "Time from a push to its answer.",
			Buckets: []float64{.0002, .0005, .001, .002, .005, .01, .025, .1, .5, 1, 2.5, 4.5, 15, 60},
		}),
	}
	m.Registry.MustRegister(m.messages, m.stopped, m.saves, m.seconds,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Message counts one turn.
func (m *Metrics) Message(account, outcome string, took time.Duration) {
	m.messages.WithLabelValues(account, outcome).Inc()
	m.seconds.Observe(took.Seconds())
}

// Stopped counts a turn that a limit ended.
func (m *Metrics) Stopped(account, limit string) { m.stopped.WithLabelValues(account, limit).Inc() }

// Save counts one save.
func (m *Metrics) Save(live bool) {
	result := "refused"
	if live {
		result = "live"
	}
	m.saves.WithLabelValues(result).Inc()
}

// Gauge serves a number that somebody else keeps, read when the page is asked for.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Gauges serves numbers that somebody else keeps, one for each value of a label, read when the page is asked for.
func (m *Metrics) Gauges(name, help, label string, read func() map[string]float64) {
	m.Registry.MustRegister(gauges{prometheus.NewDesc(name, help, []string{label}, nil), read})
}

// gauges is a collector of Gauges.
type gauges struct {
	desc *prometheus.Desc
	read func() map[string]float64
}

// Describe implements prometheus.Collector.
func (g gauges) Describe(out chan<- *prometheus.Desc) { out <- g.desc }

// Collect implements prometheus.Collector.
func (g gauges) Collect(out chan<- prometheus.Metric) {
	for value, n := range g.read() {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, n, value)
	}
}

func metricsHandler(r *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}
