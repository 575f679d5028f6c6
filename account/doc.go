// Package account reads account.yaml, the operator's file in an account's folder: who the account is, its
// secrets, and how it behaves.
//
//	config, warnings, err := account.Load("demo", body, resolver, account.Options{Ceilings: limits})
//
// Where to change what: a key of the file in file.go (its place) and load.go (its checks), which Config (config.go)
// then carries; the servers that scripts may call in http.go; where secrets come from in secrets.go, whose they are in confine.go, how their files are read in filereader.go; what dev makes up in
// derive.go; the language model in llm.go; the words for mistakes of YAML in yamlwords.go, its bounds in yamlbounds.go, and what YAML reads
// otherwise than people expect in yamltraps.go. moonwire.yaml is read with the same words and bounds (ParseYAML,
// YAMLWords).
//
// No error, warning, String or log value holds a secret. A Config is immutable and safe for concurrent use.
package account
