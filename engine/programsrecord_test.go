package engine_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/internal/luaprogram"
)

const (
	recordedPrograms = "testdata/programs51.json.gz"
	recordedCount    = 400
)

// recordedProgram is what lua5.1 answered to the program of a seed.
type recordedProgram struct {
	Seed   uint64 `json:"seed"`
	Text   string `json:"text"` // a hash of it
	Answer string `json:"answer"`
}

func hashOf(text string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return fmt.Sprintf("%016x", h.Sum64())
}

// Answers recorded from lua5.1 hold where there is none.
func TestProgramsAsRecorded(t *testing.T) {
	if *update {
		recordPrograms(t)
	}
	body, err := os.ReadFile(recordedPrograms)
	require.NoError(t, err)
	zipped, err := gzip.NewReader(bytes.NewReader(body))
	require.NoError(t, err)
	var records []recordedProgram
	require.NoError(t, json.NewDecoder(zipped).Decode(&records))
	require.Len(t, records, recordedCount)
	l := newProgramLab(t)
	differ := 0
	for _, r := range records {
		p := programOf(r.Seed)
		require.Equal(t, r.Text, hashOf(p.Text()), "internal/luaprogram writes another program for seed %d than when the answers were recorded; where lua5.1 is, go test ./engine -run TestProgramsAsRecorded -update records them anew", r.Seed)
		d := difference{r.Seed, p, judged(p, l.run(p.Text())), judged(p, r.Answer)}
		if d.got == d.want {
			continue
		}
		if differ++; differ <= 3 {
			t.Error(d)
		}
	}
	require.Zero(t, differ, "of %d programs", recordedCount)
}

func recordPrograms(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("lua5.1")
	require.NoError(t, err)
	real := newRealLua51(t)
	var records []recordedProgram
	for seed := uint64(1_000_000); len(records) < recordedCount; seed++ {
		p := programOf(seed)
		if answer := real.run(p.Text()); answer != tooLong && len(answer) < 20_000 {
			records = append(records, recordedProgram{seed, hashOf(p.Text()), answer})
		}
	}
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	require.NoError(t, err)
	require.NoError(t, json.NewEncoder(zipped).Encode(records))
	require.NoError(t, zipped.Close())
	require.NoError(t, os.WriteFile(recordedPrograms, out.Bytes(), 0o644))
}

// What lua5.1 answers hangs on nothing but the program: neither on the programs before it nor on where things lie in
// memory. So a difference is the engine's.
func TestProgramsAnswerTheSameTwice(t *testing.T) {
	first, second := newRealLua51(t), newRealLua51(t)
	if first == nil {
		t.Skip("lua5.1 is not installed")
	}
	const n = 1_500
	answers := make([]string, n)
	for i := range answers {
		answers[i] = first.run(programOf(uint64(i)).Text())
	}
	for i := n - 1; i >= 0; i-- {
		p := programOf(uint64(i))
		require.Equal(t, answers[i], second.run(p.Text()), "seed %d\n%s", i, p.Text())
		require.NotContains(t, answers[i], ": 0x", "an address: seed %d\n%s", i, p.Text())
	}
}

// FuzzPrograms makes programs out of any bytes: each compiles, ends, and answers what lua5.1 answers, if there is one.
func FuzzPrograms(f *testing.F) {
	for seed := range uint64(20) {
		data := make([]byte, 400)
		c := seed*2_654_435_761 + 1
		for i := range data {
			c = c*6_364_136_223_846_793_005 + 1_442_695_040_888_963_407
			data[i] = byte(c >> 56)
		}
		f.Add(data)
	}
	l, real := newProgramLab(f), newRealLua51(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4_000 {
			return
		}
		p := luaprogram.New(luaprogram.NewBytes(data))
		d := difference{program: p}
		if real != nil {
			if d.want = judged(p, real.run(p.Text())); d.want == tooLong {
				return
			}
		}
		d.got = judged(p, l.run(p.Text()))
		require.NotContains(t, d.got, "refused: ", "%v", d)
		require.NotContains(t, d.got, "over the limit", "%v", d)
		if real != nil && d.got != d.want {
			t.Fatal(d.minimised(t, l, real))
		}
	})
}
