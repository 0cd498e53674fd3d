package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// printEntries replaces AutoCLI's printing of the queries that answer an entry:
// its encoder refuses a oneof.
func printEntries(query *cobra.Command) {
	replaceQuery(query, "log", "entry", func(cmd *cobra.Command, s *session, arg string) error {
		seq, err := strconv.ParseUint(arg, 10, 64)
		if err != nil {
			return BadInput("序号不正确："+arg, "SEQ: expected a number from 0", err, "")
		}
		res, err := s.log().Entry(cmd.Context(), &logtypes.QueryEntryRequest{Seq: seq})
		if err != nil {
			return err
		}
		return s.WithOutput(cmd.OutOrStdout()).PrintProto(res)
	})
	replaceQuery(query, "evidence", "record", func(cmd *cobra.Command, s *session, arg string) error {
		res, err := s.evidence().Record(cmd.Context(), &evidencetypes.QueryRecordRequest{Number: arg})
		if err != nil {
			return err
		}
		return s.WithOutput(cmd.OutOrStdout()).PrintProto(res)
	})
}

func replaceQuery(query *cobra.Command, module, name string, run func(cmd *cobra.Command, s *session, arg string) error) {
	parent := child(query, module)
	if parent == nil {
		return
	}
	c := child(parent, name)
	if c == nil {
		return
	}
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := newSession(cmd)
		if err != nil {
			return err
		}
		if height, err := cmd.Flags().GetInt64("height"); err == nil && height != 0 {
			s.Context = s.Context.WithHeight(height)
		}
		return run(cmd, s, args[0])
	}
}
