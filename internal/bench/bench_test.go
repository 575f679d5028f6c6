package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestTablesArePrintedAsTheDocsShowThem(t *testing.T) {
	row := func(name string, sealed bool, cpu, rate float64) *target {
		micro := time.Duration(cpu * 1000)
		return &target{
			name: name, ask: ask{sealed: sealed}, cpu: []time.Duration{micro, micro * 2, micro * 3}, rate: []float64{rate, rate, rate},
			p99: []time.Duration{5 * time.Millisecond}, paced: []time.Duration{time.Millisecond}, counts: counts{26, 2048, 2.31},
		}
	}
	floor := row("net/http, fixed body", false, 10, 50_000)
	floor.cpu = []time.Duration{10_000, 10_000, 10_000}
	targets := []*target{floor, row("native Go, AES", true, 80, 10_000), row("silenceper, plain", false, 50, 20_000), row("one rule, AES, 10,000 fans", true, 20, 40_000)}
	var out strings.Builder
	printLoad(&out, targets, options{rounds: 3, rows: 7})
	printCounts(&out, targets, callCounter{name: "by hand"})
	lines := strings.Split(out.String(), "\n")
	require.Contains(t, lines, "3 rounds; the file of the server with 1,000,000 fans has 7 rows.")
	require.Contains(t, lines, "| net/http, fixed body | 10.0 | 1.00 | 1.00–1.00 | – | 50000 | 2.50 | 1.00 | 5.0 ms |")
	require.Contains(t, lines, "| one rule, AES, 10,000 fans | 40.0 | 4.00 | 2.00–6.00 | 0.25 | 40000 | – | 1.00 | 5.0 ms |")
	require.Contains(t, lines, "| one rule, AES, 10,000 fans | 2.3 | 26 | 2048 |")
	for _, line := range lines {
		if strings.HasPrefix(line, "|") {
			require.Contains(t, []int{10, 5}, strings.Count(line, "|"), line)
		}
	}
}

func TestCountersAreRead(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		of         []string
		want       []float64
		fault      string
	}{
		{"the kernel's", "rchar: 6976\nsyscr: 10\nsyscw: 3\n", []string{"syscr:", "syscw:"}, []float64{10, 3}, ""},
		{"metrics", "# HELP go_memstats_mallocs_total Count\ngo_memstats_mallocs_total 1.5e+06\ngo_memstats_frees_total 1\n", []string{"go_memstats_mallocs_total"}, []float64{1.5e6}, ""},
		{"missing", "objects 5\n", []string{"objects", "bytes"}, nil, "no bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := numbers(tt.body, tt.of...)
			if tt.fault != "" {
				require.EqualError(t, err, tt.fault)
			}
			require.Equal(t, tt.want, got)
		})
	}
	n, err := parsePerf("# started\n14630,,raw_syscalls:sys_enter,1000,100.00,,\n")
	require.NoError(t, err)
	require.EqualValues(t, 14630, n)
	_, err = parsePerf("Error: no permission\n")
	require.Error(t, err)
}

// TestSystemCallsAreCounted reads a file many times and wants at least so many calls, in whatever way this machine counts.
func TestSystemCallsAreCounted(t *testing.T) {
	if _, err := os.Stat("/proc/self/io"); err != nil {
		t.Skip("needs Linux's /proc")
	}
	n, err := procCalls(os.Getpid(), func() error {
		for range 500 {
			if _, err := os.ReadFile("bench_test.go"); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, int64(500))
}

func TestServersComparedWithAnswer(t *testing.T) {
	maker, err := newRequestMaker()
	require.NoError(t, err)
	for _, tt := range []struct {
		name   string
		serve  http.Handler
		sealed bool
		want   string
	}{
		{"floor", http.HandlerFunc(floor), false, "hello"},
		{"native", native(), false, "hello"},
		{"native, AES", native(), true, "Encrypt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(counted(tt.serve))
			defer server.Close()
			d, err := dial(strings.TrimPrefix(server.URL, "http://"))
			require.NoError(t, err)
			defer d.close()
			took, _, err := d.slice(t.Context(), maker.batch(100, ask{"/wx/x", "hello", tt.sealed, 10}), time.Minute, 0, tt.want)
			require.NoError(t, err)
			require.Len(t, took, 100)
			_, _, err = d.slice(t.Context(), maker.batch(1, ask{"/wx/x", "hello", tt.sealed, 10}), time.Minute, 0, "no such answer")
			require.ErrorContains(t, err, `lacks "no such answer"`)

			c := &child{allocations: server.URL + "/allocations", objects: "objects", bytes: "bytes"}
			objects, size, err := c.allocated()
			require.NoError(t, err)
			require.Greater(t, size, objects)
		})
	}
}

// TestAServerThatDoesNotAnswerIsAnError does not wait for it forever, and takes no other answer for the one wanted.
func TestAServerThatDoesNotAnswerIsAnError(t *testing.T) {
	open := make(chan struct{})
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"never", func(http.ResponseWriter, *http.Request) { <-open }, "timeout"},
		{"refused", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, "418"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			d, err := dial(strings.TrimPrefix(server.URL, "http://"))
			require.NoError(t, err)
			d.patience = time.Millisecond
			maker, err := newRequestMaker()
			require.NoError(t, err)
			_, _, err = d.slice(t.Context(), maker.batch(3, ask{"/wx/x", "hello", false, 10}), 100*time.Millisecond, 0, "hello")
			require.ErrorContains(t, err, tt.want)
			d.close()
			if tt.name == "never" {
				close(open)
			}
			server.Close()
		})
	}
}

// TestRowsAreInTheStore wants all records that were asked for, of fans and accounts as they were asked for.
func TestRowsAreInTheStore(t *testing.T) {
	data := t.TempDir()
	require.NoError(t, writeRows(t.Context(), data, []string{"one", "ten"}, 60, 3))
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(data, "moonwire.db")})
	require.NoError(t, err)
	defer db.Close()
	for _, account := range []string{"one", "ten"} {
		fans := map[string]bool{}
		messages, err := db.Messages(t.Context(), account, store.MessageFilter{Limit: 50})
		require.NoError(t, err)
		for _, m := range messages {
			fans[m.OpenID] = true
		}
		require.Len(t, messages, 30)
		require.Len(t, fans, 3)
	}
}

// TestScriptsAreWhatTheirNamesSay counts the rules.
func TestScriptsAreWhatTheirNamesSay(t *testing.T) {
	want := map[string]int{"one rule": 1, "ten rules": 10, "1,000 rules": 1000}
	for _, b := range botScripts() {
		rules := strings.Count("\n"+b.main, "\non.")
		require.Equal(t, want[b.name], rules, b.name)
		require.Less(t, len(b.main), 128<<10, "a source file has no more room")
	}
}
