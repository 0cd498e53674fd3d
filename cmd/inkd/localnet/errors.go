package localnet

import (
	"errors"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// usage is a refusal of what the user asked for: exit status 64.
func usage(zh, en, hint string) error { return cli.Usage(zh, en, hint) }

// fileError is an error of a local file: exit status 68. Nil stays nil.
func fileError(err error) error {
	if err == nil {
		return nil
	}
	var known *cli.Error
	if errors.As(err, &known) {
		return err
	}
	return cli.File("本地文件", "local file", err, "")
}
