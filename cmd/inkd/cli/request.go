package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
)

// requestKeyFile holds the key under which request texts become request ids, so
// that the chain learns nothing of the text.
const requestKeyFile = "request.key"

// requestKey reads the client's key, or makes it the first time: 32 random bytes,
// mode 0600, on disk before it is used.
func requestKey(home string) ([32]byte, error) {
	dir := filepath.Join(home, "config")
	path := filepath.Join(dir, requestKeyFile)
	key, err := readRequestKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return key, File("无法建立请求密钥", "making the request key", err, "")
	}
	if _, err := rand.Read(key[:]); err != nil {
		return key, internal(err)
	}
	err = writeFile(path, key[:])
	if errors.Is(err, fs.ErrExist) { // another command was first
		return readRequestKey(path)
	}
	if err != nil {
		return key, File("无法建立请求密钥", "making the request key", err, "")
	}
	return key, nil
}

func readRequestKey(path string) ([32]byte, error) {
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return [32]byte{}, err
	case err != nil:
		return [32]byte{}, File("无法读取请求密钥", "reading the request key", err, "")
	case len(b) != 32:
		return [32]byte{}, File("请求密钥已损坏", fmt.Sprintf("%s: expected 32 bytes, got %d", path, len(b)), nil, "restore it from a backup")
	}
	return [32]byte(b), nil
}

// randomText is the text of a request that the user did not name.
func randomText() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", internal(err)
	}
	return hex.EncodeToString(b[:]), nil
}

// checkRequestText refuses what the opening file could not hold.
func checkRequestText(text string) error {
	if text == "" {
		return Usage("请求号不能为空", "--request-id: expected a text, got none", "leave the flag out for a random one")
	}
	if err := format.CheckText(text, opening.MaxRequestText); err != nil {
		return BadInput("请求号不正确", "--request-id", err, "")
	}
	return nil
}

// writeFile writes a file that must not exist yet: mode 0600, complete and on disk
// under its name, or not there at all. Error: fs.ErrExist.
func writeFile(path string, b []byte) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a new name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
