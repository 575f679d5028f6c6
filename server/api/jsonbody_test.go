package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/server/api"
)

func TestBodiesAreBoundBeforeTheyAreParsed(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"deep", `{"path":"/cgi-bin/x","body":` + strings.Repeat("[", 900_000), "is nested deeper than 1000 levels, from byte 1028 on"},
		{"of many small maps", `{"path":"/cgi-bin/x","body":[` + strings.Repeat(`{"a":0},`, 100_000) + `0]}`, "has more than 50000 values, from byte 200021 on"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, field, wrong := api.CheckBody("call", []byte(tt.body))
			require.Equal(t, "body", field)
			require.Equal(t, tt.want, wrong)
		})
	}
}
