package transcript_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
	"moonwire/transcript"
)

// TestTheExamplesPassTheirTests runs the tests of all accounts that ship; each has some.
func TestTheExamplesPassTheirTests(t *testing.T) {
	root, err := os.OpenRoot("../scripts")
	require.NoError(t, err)
	defer root.Close()
	accounts, _, err := folder.Accounts(root)
	require.NoError(t, err)
	require.NotEmpty(t, accounts)
	runner, err := transcript.NewRunner(transcript.Options{})
	require.NoError(t, err)
	for _, account := range accounts {
		found, err := transcript.Find("../scripts", account)
		require.NoError(t, err)
		require.NotEmpty(t, found, "%s has no tests", account)
		for _, f := range found {
			t.Run(f.String(), func(t *testing.T) {
				for _, r := range runner.Run(t.Context(), f) {
					passes(t, r)
				}
			})
		}
	}
}
