package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const shop = `package shop

const most = 10

func Price(cups int) int {
	if cups > most {
		return cups * 9
	}
	return cups * 10
}

func Unseen() string { return "x" }

type Tea[T any] struct{}

func (Tea[T]) Name(_ [1]int, more ...string) (name string) {
	name = "oolong"
	for _, m := range more {
		if m == "" {
			continue
		}
		name += m
	}
	return name
}
`

const shopTest = `package shop_test

import ("testing"; "shop")

func TestPrice(t *testing.T) {
	if shop.Price(20) != 180 || shop.Price(1) != 10 { t.Fatal("price") }
}

func TestName(t *testing.T) {
	if (shop.Tea[int]{}).Name([1]int{}, "a", "", "b") != "oolongab" { t.Fatal("name") }
}
`

// TestSurvivors puts every fault there is into a small package and names those that its tests let pass.
func TestSurvivors(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a package several times")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "mutants")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	files := map[string]string{
		"go.mod": "module shop\n\ngo 1.26\n", "shop.go": shop, "shop_test.go": shopTest, "none.txt": "",
		"excused.txt": "# reasons\n\nshop.go: const most = 10 → * ## nobody buys so much\nshop.go: return nothing → return 1 ## it is gone\n",
	}
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	mutants := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	all := lines(mutants("-n", "1000", "-excused", "none.txt", "."))
	require.Regexp(t, `^shop, seed 1: of \d+ possible faults \d+ drawn, 0 excused; \d+ killed \(0 by the time\), 5 survived \(1 that no test runs\): \d+\.\d % killed$`, all[0])
	require.Equal(t, []string{
		"survived: shop.go:3: const most = 10 → const most = 11",
		"survived: shop.go:3: const most = 10 → const most = 9",
		"survived: shop.go:6: if cups > most { → if cups >= most {",
		`survived, as no test runs it: shop.go:12: func Unseen() string { return "x" } → func Unseen() string { return "" }`,
		"survived: shop.go:20: continue → (gone)",
	}, all[1:])

	some := lines(mutants("-n", "1000", "-excused", "excused.txt", "."))
	require.Contains(t, some[0], "2 excused")
	require.Len(t, some, 5)
	require.Equal(t, "excuses nothing any more: shop.go: return nothing → return 1 ## it is gone", some[4])

	few := mutants("-n", "4", "-seed", "7", "-v", "-excused", "none.txt", ".")
	require.Equal(t, 4, strings.Count(few, " → "), few)
	require.Equal(t, few, mutants("-n", "4", "-seed", "7", "-v", "-excused", "none.txt", "."), "the same seed, the same faults")
	hasty := lines(mutants("-n", "4", "-seed", "7", "-longest", "1ns", "-excused", "none.txt", "."))
	require.Contains(t, hasty[0], "0 killed (0 by the time), 4 survived (4 that no test runs)")
	require.Equal(t, []string{"left out, as it takes long: shop TestPrice", "left out, as it takes long: shop TestName"}, hasty[5:])
	for name, text := range files {
		after, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, text, string(after), "the tree is not touched")
	}
}

func lines(out string) []string { return strings.Split(strings.TrimSpace(out), "\n") }
