package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
)

// keyBytes are the lengths of public keys; ECDSA keys are compressed points.
var keyBytes = map[KeyType]int{
	KEY_TYPE_ED25519: 32, KEY_TYPE_SECP256K1: 33, KEY_TYPE_SECP256R1: 33, KEY_TYPE_ML_DSA_65: 1952,
}

// checker collects the first field of an entry that §0 or §3 of the evidence
// format forbids. Whether the entry may follow now is the keeper's question.
type checker struct{ err error }

func (c *checker) fail(field, text string, args ...any) {
	if c.err == nil {
		c.err = errorsmod.Wrapf(ErrEntry, field+": "+text, args...)
	}
}

// hash is a digest, a commitment, a salt or a nonce.
func (c *checker) hash(field string, b []byte) {
	if len(b) != len(format.Hash{}) {
		c.fail(field, "expected 32 bytes, got %d", len(b))
	}
}

func (c *checker) optionalHash(field string, b []byte) {
	if len(b) != 0 {
		c.hash(field, b)
	}
}

// requiredText is a text that is not empty.
func (c *checker) requiredText(field, s string, maxBytes int) {
	if s == "" {
		c.fail(field, "expected 1 to %d bytes, got none", maxBytes)
	}
	c.text(field, s, maxBytes)
}

func (c *checker) text(field, s string, maxBytes int) {
	if err := format.CheckText(s, maxBytes); err != nil {
		c.fail(field, "%s", err)
	}
}

// enum is a defined number of an enumeration, and not the one of "unspecified".
func (c *checker) enum(field string, names map[int32]string, v int32) {
	if _, ok := names[v]; !ok || v == 0 {
		c.fail(field, "expected a defined number from 1, got %d", v)
	}
}

// reason is present exactly when it is required.
func (c *checker) reason(r Reason, required bool) {
	if required {
		c.enum("reason", Reason_name, int32(r))
	} else if r != REASON_UNSPECIFIED {
		c.fail("reason", "expected none, got %d", r)
	}
}

func (c *checker) key(t KeyType, b []byte) {
	c.enum("key_type", KeyType_name, int32(t))
	if len(b) != keyBytes[t] {
		c.fail("public_key", "expected %d bytes for %s, got %d", keyBytes[t], t, len(b))
	}
}

// check refuses texts, numbers and lengths that no entry may have.
func (m *Entry) check() error {
	c := &checker{}
	c.optionalHash("tx_hash", m.TxHash)
	if len(m.TxHash) == 0 && m.MsgIndex != 0 {
		c.fail("msg_index", "expected 0 without a transaction, got %d", m.MsgIndex)
	}
	c.evidence(m.Body)
	c.certificate(m.Body)
	c.enterprise(m.Body)
	c.consortium(m.Body)
	c.decision(m.Body)
	return c.err
}

func (c *checker) evidence(body Body) {
	switch b := body.(type) {
	case *Entry_Record:
		c.enum("kind", RecordKind_name, int32(b.Record.Kind))
		c.hash("prev_acc", b.Record.PrevAcc)
		c.hash("commitment", b.Record.Commitment)
	case *Entry_Opening:
		c.hash("nonce", b.Opening.Nonce)
		c.hash("private_digest", b.Opening.PrivateDigest)
	case *Entry_ItemDisclosure:
		for _, item := range b.ItemDisclosure.Items {
			c.item(item)
		}
	}
}

func (c *checker) item(item *DisclosedItem) {
	c.hash("items.salt", item.Salt)
	c.hash("items.sha256", item.Sha256)
	c.hash("items.sm3", item.Sm3)
	c.text("items.label", item.Label, format.MaxLabelBytes)
	if len(item.Path) > format.MaxPath {
		c.fail("items.path", "expected at most %d hashes, got %d", format.MaxPath, len(item.Path))
	}
	for _, sibling := range item.Path {
		c.hash("items.path", sibling)
	}
}

func (c *checker) certificate(body Body) {
	switch b := body.(type) {
	case *Entry_CertificateApplied:
		c.hash("prev_acc", b.CertificateApplied.PrevAcc)
	case *Entry_CertificateIssued:
		c.hash("fields_commitment", b.CertificateIssued.FieldsCommitment)
	case *Entry_CertificateRejected:
		c.reason(b.CertificateRejected.Reason, true)
	case *Entry_CertificateRevoked:
		c.reason(b.CertificateRevoked.Reason, true)
	}
}

func (c *checker) enterprise(body Body) {
	switch b := body.(type) {
	case *Entry_QualificationDecided:
		c.reason(b.QualificationDecided.Reason, !b.QualificationDecided.Approved)
		c.hash("form_commitment", b.QualificationDecided.FormCommitment)
	case *Entry_QualificationRevoked:
		c.reason(b.QualificationRevoked.Reason, true)
	case *Entry_EnterpriseCertified:
		c.text("name", b.EnterpriseCertified.Name, MaxEntryBytes)
		c.text("uscc", b.EnterpriseCertified.Uscc, MaxEntryBytes)
		c.hash("dossier_commitment", b.EnterpriseCertified.DossierCommitment)
	case *Entry_EnterpriseSuspended:
		c.reason(b.EnterpriseSuspended.Reason, !b.EnterpriseSuspended.Lifted)
	}
}

func (c *checker) consortium(body Body) {
	switch b := body.(type) {
	case *Entry_KeyBound:
		c.key(b.KeyBound.KeyType, b.KeyBound.PublicKey)
		c.enum("custody", Custody_name, int32(b.KeyBound.Custody))
		if b.KeyBound.InstitutionId != 0 { // an operator's key is no person's
			c.optionalHash("person_commitment", b.KeyBound.PersonCommitment)
		} else {
			c.hash("person_commitment", b.KeyBound.PersonCommitment)
		}
	case *Entry_KeyRetired:
		c.reason(b.KeyRetired.Reason, true)
	case *Entry_InstitutionAdmitted:
		c.text("name", b.InstitutionAdmitted.Name, MaxEntryBytes)
		c.enum("kind", InstitutionKind_name, int32(b.InstitutionAdmitted.Kind))
		c.text("uscc", b.InstitutionAdmitted.Uscc, MaxEntryBytes)
	case *Entry_ValidatorKeyBound:
		c.key(b.ValidatorKeyBound.KeyType, b.ValidatorKeyBound.PublicKey)
	case *Entry_OfficerAppointed:
		for _, role := range b.OfficerAppointed.Roles {
			c.enum("roles", Role_name, int32(role))
		}
	case *Entry_OfficerDismissed:
		c.reason(b.OfficerDismissed.Reason, true)
	case *Entry_Era:
		c.text("old_chain_id", b.Era.OldChainId, MaxEntryBytes)
		c.hash("header_hash", b.Era.HeaderHash)
		c.hash("root", b.Era.Root)
		c.hash("minutes_digest", b.Era.MinutesDigest)
	}
}

// decision is what the institutions decide, do and suffer together.
func (c *checker) decision(body Body) {
	switch b := body.(type) {
	case *Entry_InstitutionRemoved:
		c.reason(b.InstitutionRemoved.Reason, true)
	case *Entry_InstitutionPower:
		// Power 0 with a reason is a suspension; without one it is the readmission of
		// an institution that has no validator.
		suspends := b.InstitutionPower.Power == 0 && b.InstitutionPower.Reason != REASON_UNSPECIFIED
		c.reason(b.InstitutionPower.Reason, suspends)
	case *Entry_ParametersChanged:
		c.requiredText("module", b.ParametersChanged.Module, MaxPackageBytes)
		if n := len(b.ParametersChanged.Message); n == 0 || n > MaxParametersBytes {
			c.fail("message", "expected 1 to %d bytes, got %d", MaxParametersBytes, n)
		}
	case *Entry_SoftwareUpgrade:
		c.upgrade(b.SoftwareUpgrade)
	case *Entry_Misbehaviour:
		if n := len(b.Misbehaviour.Address); n != AddressBytes {
			c.fail("address", "expected %d bytes, got %d", AddressBytes, n)
		}
		c.enum("kind", MisbehaviourKind_name, int32(b.Misbehaviour.Kind))
	case *Entry_InstitutionDigest:
		c.enum("topic", DigestTopic_name, int32(b.InstitutionDigest.Topic))
		c.hash("digest", b.InstitutionDigest.Digest)
	}
}

// upgrade has a head exactly when the new software wrote it.
func (c *checker) upgrade(u *SoftwareUpgrade) {
	c.enum("stage", UpgradeStage_name, int32(u.Stage))
	c.requiredText("name", u.Name, MaxUpgradeNameBytes)
	if u.Stage == UPGRADE_STAGE_APPLIED {
		c.hash("log_root", u.LogRoot)
		return
	}
	if u.LogSize != 0 {
		c.fail("log_size", "expected none with %s, got %d", u.Stage, u.LogSize)
	}
	if len(u.LogRoot) != 0 {
		c.fail("log_root", "expected none with %s, got %d bytes", u.Stage, len(u.LogRoot))
	}
}
