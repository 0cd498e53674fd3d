package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/inkchain/inkd/format"
)

// certFile is what the issuer keeps of a certificate: its fields and the nonce
// under which the chain holds a commitment to them. docs/spec/forms.md has the bytes.
type certFile struct {
	fields []byte // canonical format.CertificateFields
	nonce  format.Hash
}

const (
	certMagic = "INKCERT1"
	// certFrame are the bytes around the fields: magic, length, nonce, check sum.
	certFrame   = len(certMagic) + 4 + 32 + 32
	maxCertFile = certFrame + format.MaxCertificateBytes
)

func (c certFile) encode() []byte {
	b := append([]byte(certMagic), binary.BigEndian.AppendUint32(nil, uint32(len(c.fields)))...)
	b = append(b, c.fields...)
	b = append(b, c.nonce[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func parseCertFile(b []byte) (certFile, error) {
	if len(b) < certFrame || len(b) > maxCertFile || string(b[:len(certMagic)]) != certMagic {
		return certFile{}, fmt.Errorf("expected a file that begins with %s, got %d other bytes", certMagic, len(b))
	}
	body, sum := b[:len(b)-32], sha256.Sum256(b[:len(b)-32])
	if !bytes.Equal(sum[:], b[len(b)-32:]) {
		return certFile{}, errors.New("the file is damaged: its check sum does not match")
	}
	n := int(binary.BigEndian.Uint32(body[len(certMagic):]))
	fields := body[len(certMagic)+4 : len(body)-32]
	if n != len(fields) {
		return certFile{}, fmt.Errorf("expected %d bytes of fields, got %d", n, len(fields))
	}
	return certFile{fields: fields, nonce: format.Hash(body[len(body)-32:])}, nil
}

// commitment is F, which the issued entry holds.
func (c certFile) commitment() (format.Hash, error) {
	f, err := format.ParseCertificateFields(c.fields)
	if err != nil {
		return format.Hash{}, err
	}
	return f.Commitment(c.nonce)
}

// pendingCertPath is the file's place until the number is known.
func pendingCertPath(dir string, certSeq uint64) string {
	return filepath.Join(dir, fmt.Sprintf("cert-%d.inkcert", certSeq))
}

// keepCert has the file on disk before anything is sent: a new one, or the one of
// an earlier try for the same fields.
func keepCert(path string, fields []byte, nonce format.Hash) (certFile, error) {
	c := certFile{fields: fields, nonce: nonce}
	err := writeFile(path, c.encode())
	if err == nil {
		return c, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return c, File("证书字段文件无法写入，未发送", "the certificate file; nothing was sent", err, "")
	}
	old, err := readCert(path)
	if err != nil {
		return c, err
	}
	if !bytes.Equal(old.fields, fields) {
		return c, File("已有同名的证书字段文件，内容不同", fmt.Sprintf("%s: expected the same certificate fields, got others", path), nil, "move it away, or give another directory with --out")
	}
	return old, nil
}

func readCert(path string) (certFile, error) {
	b, err := ReadBounded(path, int64(maxCertFile))
	if err != nil {
		return certFile{}, File("无法读取证书字段文件", "the certificate file", err, "")
	}
	c, err := parseCertFile(b)
	if err != nil {
		return c, File("证书字段文件已损坏", path, err, "")
	}
	return c, nil
}

// nameCert gives the file its number; another file of that name is not replaced.
func nameCert(pending, number string) (string, error) {
	named := filepath.Join(filepath.Dir(pending), number+".inkcert")
	if err := os.Link(pending, named); err != nil {
		return pending, File("证书字段文件无法改名", "the certificate was issued; its file stays at "+pending, err, "")
	}
	if err := syncDir(filepath.Dir(named)); err != nil {
		return pending, File("证书字段文件无法改名", "the certificate was issued; its file stays at "+pending, err, "")
	}
	_ = os.Remove(pending)
	return named, nil
}
