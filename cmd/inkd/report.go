package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// report prints an error and returns the exit status.
func report(cmd *cobra.Command, err error) int {
	fmt.Fprintln(cmd.ErrOrStderr(), "Error:", err)
	return 1
}
