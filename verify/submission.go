package verify

import (
	"bytes"
	"crypto/sha256"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// Rules of a submission; those of its signature are in keys.go.
const (
	ruleSubmissionHash     = "submission.hash"
	ruleSubmissionEncoding = "submission.encoding"
	ruleSubmissionMessage  = "submission.message"
	ruleSubmissionFields   = "submission.fields"
	ruleSubmissionSigner   = "submission.signer"
	ruleSubmissionMode     = "submission.mode"
	ruleSubmissionAccount  = "submission.account"
)

// submitRecord is the message that deposits a record.
const submitRecord = "/ink.evidence.v1.MsgSubmitRecord"

// signModeDirect signs the bytes of the transaction as they stand.
const signModeDirect = 1

// submitted is what the log says of a record, and of the key that submitted it.
type submitted struct {
	txHash       []byte
	msgIndex     uint32
	enterpriseID uint64
	kind         uint64
	category     uint64
	commitment   []byte
	keyID        uint64
	key          bundle.PublicKey
	chainID      string // of the era that the record is of
}

// transaction is the part of cosmos.tx.v1beta1.TxRaw that matters here.
type transaction struct {
	body, authInfo []byte
	signature      []byte
	messages       []message
	signers        []signerInfo
}

// message is a google.protobuf.Any: the type's name and the encoded value.
type message struct {
	typeURL string
	value   []byte
}

// signerInfo says how a transaction was signed; key is nil if it does not say.
type signerInfo struct {
	key  *message
	mode uint64
}

// checkSubmission verifies that the record's own submitter signed it: that the
// transaction is the one the log names, that its message says what the record says,
// and that the key which the log gives to the submitter signed all of it for this
// chain. It returns how many other messages the transaction shows besides.
func checkSubmission(s *bundle.Submission, r *submitted) (siblings int, err error) {
	hash := sha256.Sum256(s.Tx)
	if err := must(bytes.Equal(hash[:], r.txHash), ruleSubmissionHash,
		"expected the transaction %X, got %X", r.txHash, hash); err != nil {
		return 0, err
	}
	tx, err := parseTransaction(s.Tx)
	if err != nil {
		if err := refuse(ruleSubmissionEncoding, "expected a transaction in canonical form, got: %s", err); err != nil {
			return 0, err
		}
	}
	if int(r.msgIndex) >= len(tx.messages) {
		return 0, refuse(ruleSubmissionMessage, "expected a message at index %d, got %d messages", r.msgIndex, len(tx.messages))
	}
	if err := first(
		checkMessage(tx.messages[r.msgIndex], r),
		checkSigner(tx.signers, r),
		must(s.AccountNumber == r.keyID, ruleSubmissionAccount, "expected the account number to be the key's id %d, got %d", r.keyID, s.AccountNumber),
		verifyAccount(r.key, signDoc(tx, r.chainID, s.AccountNumber), tx.signature),
	); err != nil {
		return 0, err
	}
	return len(tx.messages) - 1, nil
}

// checkMessage compares the message with the record, field by field.
func checkMessage(m message, r *submitted) error {
	if err := must(m.typeURL == submitRecord, ruleSubmissionMessage,
		"expected %s at index %d, got %q", submitRecord, r.msgIndex, m.typeURL); err != nil {
		return err
	}
	d := format.NewDecoder("MsgSubmitRecord", m.value, bundle.MaxTx)
	submitter := string(d.Raw(1, 128))
	enterprise, kind, category, commitment := d.Uint(2), d.Uint(3), d.Uint(4), d.Raw(5, 32)
	d.Raw(6, 32) // the request id is the submitter's own affair
	if err := d.Close(); err != nil {
		if err := refuse(ruleSubmissionEncoding, "expected a message in canonical form, got: %s", err); err != nil {
			return err
		}
	}
	expected := accountAddress(r.key)
	return first(
		must(enterprise == r.enterpriseID, ruleSubmissionFields, "expected enterprise %d in the transaction, got %d", r.enterpriseID, enterprise),
		must(kind == r.kind, ruleSubmissionFields, "expected kind %d in the transaction, got %d", r.kind, kind),
		must(category == r.category, ruleSubmissionFields, "expected category %d in the transaction, got %d", r.category, category),
		must(bytes.Equal(commitment, r.commitment), ruleSubmissionFields, "expected commitment %x in the transaction, got %x", r.commitment, commitment),
		must(expected == "" || submitter == expected, ruleSubmissionSigner, "expected the submitter %s, the key's address, got %q", expected, submitter),
	)
}

// checkSigner wants one signer who signed the bytes themselves, and if the
// transaction brings a key, then the one that the log names.
func checkSigner(signers []signerInfo, r *submitted) error {
	if len(signers) != 1 {
		return refuse(ruleSubmissionSigner, "expected one signer, got %d", len(signers))
	}
	if err := must(signers[0].mode == signModeDirect, ruleSubmissionMode,
		"expected sign mode %d, got %d", signModeDirect, signers[0].mode); err != nil || signers[0].key == nil {
		return err
	}
	var bound format.Encoder
	bound.Raw(1, r.key.Key)
	brought := signers[0].key
	return must(brought.typeURL == "/"+keyNames[r.key.Type] && bytes.Equal(brought.value, bound.Bytes()), ruleSubmissionSigner,
		"expected no key in the transaction or the submitter's, got another of type %s", brought.typeURL)
}

// signDoc is what the submitter signed: cosmos.tx.v1beta1.SignDoc by ADR-027, in
// which an account number of 0 is absent.
func signDoc(tx *transaction, chainID string, accountNumber uint64) []byte {
	var e format.Encoder
	e.Raw(1, tx.body)
	e.Raw(2, tx.authInfo)
	e.Text(3, chainID)
	e.Uint(4, accountNumber)
	return e.Bytes()
}
