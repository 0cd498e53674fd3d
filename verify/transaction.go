package verify

import (
	"errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// parseTransaction reads a transaction in the one form that the chain accepts: the
// canonical one, without the fields that the chain refuses (memo, extensions, fees).
// A second reading of the same bytes is not possible. With an error it returns what
// could be read.
func parseTransaction(raw []byte) (*transaction, error) {
	d := format.NewDecoder("transaction", raw, bundle.MaxTx)
	tx := &transaction{body: d.Raw(1, bundle.MaxTx), authInfo: d.Raw(2, bundle.MaxTx), signature: d.Raw(3, bundle.MaxTx)}
	return tx, errors.Join(d.Close(), tx.parseBody(), tx.parseAuthInfo())
}

func (tx *transaction) parseBody() error {
	d := format.NewDecoder("body", tx.body, bundle.MaxTx)
	for b, ok := d.Message(1); ok; b, ok = d.Message(1) {
		m, err := parseAny(b)
		if err != nil {
			d.Fail(1, err)
		}
		tx.messages = append(tx.messages, m)
	}
	d.Uint(3) // timeout height
	return d.Close()
}

func (tx *transaction) parseAuthInfo() error {
	d := format.NewDecoder("auth info", tx.authInfo, bundle.MaxTx)
	for b, ok := d.Message(1); ok; b, ok = d.Message(1) {
		s, err := parseSigner(b)
		if err != nil {
			d.Fail(1, err)
		}
		tx.signers = append(tx.signers, s)
	}
	if b, ok := d.Message(2); ok {
		fee := format.NewDecoder("fee", b, bundle.MaxTx)
		fee.Uint(2) // gas limit
		if err := fee.Close(); err != nil {
			d.Fail(2, err)
		}
	}
	return d.Close()
}

func parseSigner(b []byte) (signerInfo, error) {
	d := format.NewDecoder("signer info", b, bundle.MaxTx)
	var s signerInfo
	if b, ok := d.Message(1); ok {
		key, err := parseAny(b)
		if err != nil {
			d.Fail(1, err)
		}
		s.key = &key
	}
	b, _ = d.Message(2)
	mode := format.NewDecoder("mode", b, bundle.MaxTx)
	b, _ = mode.Message(1) // of a single key; several keys are field 2
	single := format.NewDecoder("single mode", b, bundle.MaxTx)
	s.mode = single.Uint(1)
	d.Uint(3) // sequence
	return s, errors.Join(single.Close(), mode.Close(), d.Close())
}

func parseAny(b []byte) (message, error) {
	d := format.NewDecoder("message", b, bundle.MaxTx)
	m := message{typeURL: string(d.Raw(1, 256)), value: d.Raw(2, bundle.MaxTx)}
	return m, d.Close()
}
