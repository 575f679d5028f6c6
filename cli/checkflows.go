package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/folder"
	"moonwire/server/admin"
)

// flowsCheck asks a running moonwire what the folders that were looked over would do to fans who wait.
type flowsCheck struct {
	asked bool
	admin adminOptions
}

func (f *flowsCheck) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.asked, "flows", false, "ask the running moonwire what the folders would do to fans who wait in conversations")
	flags.StringVar(&f.admin.data, "data", "", "with --flows: data folder of the running moonwire (from moonwire.yaml, else ./.moonwire)")
	flags.StringVar(&f.admin.addr, "admin", "", "with --flows: URL of its admin address in place of --data; the token stands in "+adminTokenVariable)
}

// triedFlows is what a folder would do, or why that cannot be told.
type triedFlows struct {
	admin.Tried
	Error string `json:"error,omitempty"`
}

func (t triedFlows) words() string {
	if t.Error != "" {
		return t.Error
	}
	return t.Words
}

// ask asks for each account of which a snapshot was taken.
func (f *flowsCheck) ask(cmd *cobra.Command, c *checker) (all []triedFlows, err error) {
	if !f.asked {
		return nil, nil
	}
	client, err := f.admin.client(cmd)
	if err != nil {
		return nil, err
	}
	for _, at := range c.looked {
		tried := triedFlows{Tried: admin.Tried{Account: at.name, Differ: []admin.TriedAsked{}}}
		if c.wrong(at.name) {
			tried.Error = "not asked: what is wrong above comes first"
		} else if err := f.askOne(cmd, client, at, &tried); err != nil {
			return nil, f.admin.explain(err)
		}
		all = append(all, tried)
	}
	return all, nil
}

func (f *flowsCheck) askOne(cmd *cobra.Command, client admin.Client, at lookedAt, tried *triedFlows) error {
	draft, err := at.draft()
	if err != nil {
		return err
	}
	err = client.Call(cmd.Context(), "flows/try", draft, &tried.Tried)
	var refused *admin.Refused
	if errors.As(err, &refused) { // of this account alone
		tried.Error, err = oneLine(refused.Error()), nil
	}
	return err
}

// lookedAt is an account's folder.
type lookedAt struct {
	dir, name string
	limits    folder.Limits
}

// draft is what the running moonwire must know of a folder.
func (at lookedAt) draft() (admin.Draft, error) {
	d := admin.Draft{Account: at.name, Media: map[string]int64{}}
	root, err := os.OpenRoot(at.dir)
	if err != nil {
		return d, fmt.Errorf("%s: %s", at.dir, systemWords(err))
	}
	defer root.Close()
	snap, err := folder.Read(root, at.name, at.limits)
	if err != nil {
		return d, fmt.Errorf("%s: %s", filepath.Join(at.dir, at.name), systemWords(err))
	}
	for _, f := range snap.Files {
		if f.Name != account.FileName {
			d.Files = append(d.Files, admin.DraftFile{Name: f.Name, Base64: f.Data})
		}
	}
	for _, m := range snap.Media {
		d.Media[m.Name] = m.Size
	}
	return d, nil
}

// wrong reports whether anything was found in an account that keeps it from serving.
func (c *checker) wrong(name string) bool {
	for _, f := range c.found {
		if f.Account == name && !f.Warning {
			return true
		}
	}
	return false
}
