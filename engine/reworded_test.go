package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestReworded: an author who rewords one question has changed nothing else that a conversation under way was told.
func TestReworded(t *testing.T) {
	const old = `say("多大？") say("好") say("好") local t = {name = "x"}`
	for _, c := range []struct {
		name, now, from, to string
		want                bool
	}{
		{"one text has other words", `say("几号？") say("好") say("好") local t = {name = "x"}`, "多大？", "几号？", true},
		{"code around it may differ", `local n = 1 say("几号？") say("好") print(n, "好") local t = {name = "x"}`, "多大？", "几号？", true},
		{"it stands elsewhere", `say("好") say("好") say("几号？") local t = {name = "x"}`, "多大？", "几号？", true},
		{"one of two equal ones", `say("多大？") say("行") say("好") local t = {name = "x"}`, "好", "行", true},
		{"both of two equal ones", `say("多大？") say("行") say("行") local t = {name = "x"}`, "好", "行", false},
		{"nothing is said to change", old, "多大？", "多大？", false},
		{"nothing changes", old, "多大？", "几号？", false},
		{"the old one is still there", `say("多大？") say("几号？") say("好") say("好") local t = {name = "x"}`, "多大？", "几号？", false},
		{"the new one is not there", `say("好") say("好") local t = {name = "x"}`, "多大？", "几号？", false},
		{"the new one comes twice", `say("几号？") say("几号？") say("好") say("好") local t = {name = "x"}`, "多大？", "几号？", false},
		{"another text comes", `say("几号？") say("好") say("好") say("再见") local t = {name = "x"}`, "多大？", "几号？", false},
		{"another text goes", `say("几号？") say("好") local t = {name = "x"}`, "多大？", "几号？", false},
		{"another text goes altogether", `say("几号？") say("好") say("好")`, "多大？", "几号？", false},
		{"another text changes, too", `say("几号？") say("好") say("好") local t = {name = "y"}`, "多大？", "几号？", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, engine.Reworded([]byte(old), []byte(c.now), c.from, c.to))
		})
	}
}
