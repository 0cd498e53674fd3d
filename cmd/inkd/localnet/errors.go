package localnet

import "fmt"

// usage is a refusal of what the user asked for, in both languages.
func usage(zh, en, hint string) error { return fmt.Errorf("%s / %s / %s", zh, en, hint) }

// fileError is an error of a local file; nil stays nil.
func fileError(err error) error { return err }
