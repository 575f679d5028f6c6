package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/folder"
	"moonwire/scripts"
)

const accountTemplate = `# The operator's file: who this account is. ` + "`moonwire dev`" + ` makes up whatever is missing;
# ` + "`moonwire serve`" + ` wants all of it. Secrets stay outside: in the environment or in files (${file:/run/secrets/…}).
# app_id: wx…                       # 微信开发者平台: 我的业务 > 公众号/服务号 > 基础信息
kind: service                       # service | subscription | test
mode: safe                          # plain | compatible | safe, as set there under 域名与消息推送配置
token: ${env:{NAME}_TOKEN}
encoding_aes_key: ${env:{NAME}_AES_KEY}
app_secret: ${env:{NAME}_SECRET}
timezone: Asia/Shanghai
`

func newCommand(p Process) *cobra.Command {
	var template, dir string
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Make a new account folder", Args: exactly("new", "NAME"),
		Long:    "An account is a folder; " + folder.AccountNameWords + ".\nIts variables begin with its name in capitals, with _ for - and in front of a digit: SHOP_TOKEN, _9X_TOKEN.",
		Example: "  moonwire new shop --template demo",
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := makeAccount(dir, args[0], template)
			if err != nil {
				return err
			}
			return p.say(cmd.OutOrStdout(), "%s is there. With `moonwire dev%s` running it is live now: moonwire chat %s", made, scriptsFlag(dir), args[0])
		},
	}
	cmd.Flags().StringVar(&template, "template", "echo", "example to begin with: "+strings.Join(templates(), ", "))
	cmd.Flags().StringVar(&dir, "scripts", "./scripts", "folder of the accounts")
	return cmd
}

func templates() []string {
	entries, err := fs.ReadDir(scripts.Examples, ".")
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// makeAccount copies an example into a new folder. The folder is filled beside its place and renamed, so
// that a running server never sees half of it.
func makeAccount(dir, name, template string) (string, error) {
	if !folder.AccountName(name) {
		return "", fmt.Errorf("%q cannot be an account: %s", name, folder.AccountNameWords)
	}
	if _, err := fs.Stat(scripts.Examples, template); err != nil || strings.Contains(template, "/") || template == "." {
		return "", fmt.Errorf("no template %q: there are %s", template, strings.Join(templates(), ", "))
	}
	target := filepath.Join(dir, name)
	if _, err := os.Lstat(target); err == nil {
		return "", exitWith(ExitConfig, fmt.Errorf("%s exists already", target))
	}
	draft, err := makeDraft(dir)
	if err == nil {
		defer os.RemoveAll(draft)
		err = copyExample(draft, name, template)
	}
	if err == nil {
		err = os.Rename(draft, target)
	}
	if err != nil {
		return "", exitWith(ExitConfig, fmt.Errorf("%s cannot be made: %s", target, systemWords(err)))
	}
	return target, nil
}

func makeDraft(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(dir, ".new-")
}

// scriptsFlag is what a command needs to find a folder of accounts that is not the usual one.
func scriptsFlag(dir string) string {
	if filepath.Clean(dir) == "scripts" {
		return ""
	}
	if strings.ContainsAny(dir, " \t'\"()&;$") {
		dir = strconv.Quote(dir)
	}
	return " --scripts " + dir
}

func copyExample(draft, name, template string) error {
	if err := os.Chmod(draft, 0o755); err != nil {
		return err
	}
	err := fs.WalkDir(scripts.Examples, template, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(draft, filepath.FromSlash(strings.TrimPrefix(file, template)))
		switch {
		case d.IsDir():
			return os.MkdirAll(to, 0o755)
		case path.Base(file) == "account.yaml":
			return nil
		}
		body, err := scripts.Examples.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(to, body, 0o644)
	})
	if err != nil {
		return err
	}
	yaml := strings.ReplaceAll(accountTemplate, "{NAME}", account.VariableName(name))
	if settings := settingsOf(template); settings != "" {
		yaml += settings
	}
	return os.WriteFile(filepath.Join(draft, "account.yaml"), []byte(yaml), 0o644)
}

// settingsOf is the settings part of an example's account.yaml: what its script reads.
func settingsOf(template string) string {
	body, err := scripts.Examples.ReadFile(template + "/account.yaml")
	if err != nil {
		return ""
	}
	if _, rest, ok := strings.Cut(string(body), "\nsettings:"); ok {
		return "settings:" + rest
	}
	return ""
}
