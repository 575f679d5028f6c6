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
	asked    *prometheus.CounterVec
	tokens   *prometheus.CounterVec
	cost     *prometheus.CounterVec
	seconds  prometheus.Histogram
	jobs     *prometheus.CounterVec
	late     prometheus.Histogram
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
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_llm_questions_total", Help: "Questions to language models, by account and result (answered, or the kind of error).",
		}, []string{"account", "result"}),
		tokens: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_llm_tokens_total", Help: "Tokens of language models, by account and kind (prompt, completion).",
		}, []string{"account", "kind"}),
		cost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_llm_cost_total", Help: "What language models cost, by account, in the money of llm: price.",
		}, []string{"account"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "moonwire_jobs_total", Help: "Runs of jobs of scripts, by result (done, continued, failed, retried, interrupted, missed, dead, cancelled).",
		}, []string{"result"}),
		late: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "moonwire_job_late_seconds", Help: "How long after its time a job began.",
			Buckets: []float64{.01, .05, .1, .5, 1, 5, 30, 60, 300, 3600},
		}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "moonwire_turn_seconds", Help: "Time from a push to its answer.",
			Buckets: []float64{.0002, .0005, .001, .002, .005, .01, .025, .1, .5, 1, 2.5, 4.5, 15, 60},
		}),
	}
	m.Registry.MustRegister(m.messages, m.stopped, m.saves, m.seconds, m.asked, m.tokens, m.cost, m.jobs, m.late,
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

// Asked counts one question to a language model; failed is the kind of its error, "" = it answered.
func (m *Metrics) Asked(account, failed string, prompt, completion int) {
	if failed == "" {
		failed = "answered"
	}
	m.asked.WithLabelValues(account, failed).Inc()
	m.tokens.WithLabelValues(account, "prompt").Add(float64(prompt))
	m.tokens.WithLabelValues(account, "completion").Add(float64(completion))
}

// Job counts what became of a job once.
func (m *Metrics) Job(result string) { m.jobs.WithLabelValues(result).Inc() }

// JobLate counts a run that began so long after its time.
func (m *Metrics) JobLate(late time.Duration) { m.late.Observe(late.Seconds()) }

// Cost counts what a language model costs.
func (m *Metrics) Cost(account string, cost float64) { m.cost.WithLabelValues(account).Add(cost) }

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
