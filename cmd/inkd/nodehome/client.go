package nodehome

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

const clientTOML = `# Commands with this home ask this node.
chain-id = %q
keyring-backend = "os"
keyring-default-keyname = ""
output = "text"
node = %q
broadcast-mode = "sync"
`

// writeClient writes client.toml unless there is one, which may be somebody's.
func (h Home) writeClient(chainID string) error {
	f, err := os.OpenFile(h.file("client.toml"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, clientTOML, chainID, "tcp://"+h.RPC)
	return errors.Join(err, f.Close())
}
