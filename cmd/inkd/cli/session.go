package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
)

// ChooseNodes reads the list of nodes from --node, INKD_NODE or client.toml, and
// leaves the first reachable one in its place, since the SDK takes one only. It
// has to run before the SDK reads any of them.
func ChooseNodes(cmd *cobra.Command, v *viper.Viper) []string {
	home := homeOf(cmd)
	list := config.DefaultConfig().Node
	file := viper.New()
	file.SetConfigFile(filepath.Join(home, "config", "client.toml"))
	if file.ReadInConfig() == nil && file.GetString(flags.FlagNode) != "" {
		list = file.GetString(flags.FlagNode)
	}
	if env := os.Getenv("INKD_NODE"); env != "" {
		list = env
	}
	flag := cmd.Flags().Lookup(flags.FlagNode)
	if flag != nil && flag.Changed {
		list = flag.Value.String()
	}
	urls := SplitNodes(list)
	one := firstReachable(urls)
	v.Set(flags.FlagNode, one)
	if os.Getenv("INKD_NODE") != "" {
		os.Setenv("INKD_NODE", one) // the SDK copies it into the flag
	}
	if flag != nil {
		_ = flag.Value.Set(one)
		flag.Changed = false // or the SDK would make a client of its own
	}
	return urls
}

// homeOf is --home, or INKD_HOME, which the SDK would forget for client.toml.
func homeOf(cmd *cobra.Command) string {
	flag := cmd.Flags().Lookup(flags.FlagHome)
	if flag == nil {
		return ""
	}
	if env := os.Getenv("INKD_HOME"); env != "" && !flag.Changed {
		_ = cmd.Flags().Set(flags.FlagHome, env)
	}
	return flag.Value.String()
}

// HomeDir is --home, or else INKD_HOME, as an absolute path.
func HomeDir(cmd *cobra.Command) (string, error) { return filepath.Abs(homeOf(cmd)) }

// UseNodes makes the command's client one that asks all the nodes.
func UseNodes(cmd *cobra.Command, urls []string) error {
	c := client.GetClientContextFromCmd(cmd)
	n, err := NewNodes(urls)
	if err != nil {
		return err
	}
	n.good = max(slices.Index(urls, c.NodeURI), 0) // the one that ChooseNodes found
	if flag := cmd.Flags().Lookup(flags.FlagNode); flag != nil {
		flag.Changed = false
	}
	return client.SetCmdClientContext(cmd, c.WithClient(n))
}

// session is what the commands here work with.
type session struct {
	client.Context
	nodes *Nodes
}

// sessionOf is the session of a command that was prepared, or nil.
func sessionOf(cmd *cobra.Command) *session {
	if cmd.Context() == nil {
		return nil
	}
	c := client.GetClientContextFromCmd(cmd)
	n, ok := c.Client.(*Nodes)
	if !ok {
		return nil
	}
	return &session{Context: c, nodes: n}
}

// newSession is sessionOf for the body of a command.
func newSession(cmd *cobra.Command) (*session, error) {
	s := sessionOf(cmd)
	if s == nil {
		return nil, internal(errors.New("expected a prepared command"))
	}
	return s, nil
}

// realKeyring replaces the empty keyring that the SDK takes for --dry-run: which
// enterprise may deposit depends on the key.
func (s *session) realKeyring(cmd *cobra.Command) error {
	if !s.Simulate {
		return nil
	}
	backend := s.Viper.GetString(flags.FlagKeyringBackend)
	if f := cmd.Flags().Lookup(flags.FlagKeyringBackend); f != nil && f.Changed {
		backend = f.Value.String()
	}
	c := s.Context.WithSimulation(false)
	keyring, err := client.NewKeyringFromBackend(c, backend)
	if err != nil {
		return BadInput("无法打开密钥环", "the keyring", err, "--keyring-backend")
	}
	s.Context = c.WithKeyring(keyring)
	return nil
}
