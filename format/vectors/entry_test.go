package vectors

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func bytesOf(fill byte, n int) []byte { return slices.Repeat([]byte{fill}, n) }

// entryOf is an entry of transaction 5555…, message 1.
func entryOf(body logtypes.Body) *logtypes.Entry {
	return &logtypes.Entry{
		Version: 1, Seq: 7, Height: 9, BlockTime: 1_772_380_800_000_000_000, TxHash: bytesOf(0x55, 32), MsgIndex: 1, Body: body,
	}
}

// consortiumBodies are one entry or more of each kind about the consortium.
func consortiumBodies() []logtypes.Body {
	h, key, keyType := bytesOf(0x77, 32), bytesOf(0x66, 32), logtypes.KEY_TYPE_ED25519
	upgrade := func(stage logtypes.UpgradeStage, size uint64, root []byte) logtypes.Body {
		return &logtypes.Entry_SoftwareUpgrade{SoftwareUpgrade: &logtypes.SoftwareUpgrade{Stage: stage, Name: "v2", UpgradeHeight: 100, LogSize: size, LogRoot: root}}
	}
	power := func(power uint64, reason logtypes.Reason) logtypes.Body {
		return &logtypes.Entry_InstitutionPower{InstitutionPower: &logtypes.InstitutionPower{InstitutionId: 2, Power: power, Reason: reason}}
	}
	return []logtypes.Body{
		&logtypes.Entry_KeyBound{KeyBound: &logtypes.KeyBound{KeyId: 3, UserId: 4, KeyType: keyType, PublicKey: key, Custody: logtypes.CUSTODY_CUSTODIAL, BoundBy: 5, PersonCommitment: h, AgreementVersion: 1}},
		&logtypes.Entry_KeyBound{KeyBound: &logtypes.KeyBound{KeyId: 3, InstitutionId: 2, KeyType: keyType, PublicKey: key, Custody: logtypes.CUSTODY_SELF_HARDWARE}},
		&logtypes.Entry_KeyRetired{KeyRetired: &logtypes.KeyRetired{KeyId: 3, Reason: logtypes.REASON_KEY_COMPROMISED}},
		&logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{InstitutionId: 2, Name: "公证处", Kind: logtypes.INSTITUTION_KIND_NOTARY, Uscc: "12330000000000003J"}},
		&logtypes.Entry_InstitutionRemoved{InstitutionRemoved: &logtypes.InstitutionRemoved{InstitutionId: 2, Reason: logtypes.REASON_BREACH}},
		&logtypes.Entry_ValidatorKeyBound{ValidatorKeyBound: &logtypes.ValidatorKeyBound{InstitutionId: 2, KeyType: keyType, PublicKey: key, Power: 10}},
		&logtypes.Entry_OfficerAppointed{OfficerAppointed: &logtypes.OfficerAppointed{OfficerId: 6, InstitutionId: 2, Roles: []logtypes.Role{2, 5}, KeyId: 3, EnrolCap: 200}},
		&logtypes.Entry_OfficerDismissed{OfficerDismissed: &logtypes.OfficerDismissed{OfficerId: 6, InstitutionId: 2, Reason: logtypes.REASON_LEFT}},
		&logtypes.Entry_ParametersChanged{ParametersChanged: &logtypes.ParametersChanged{Module: "ink.consortium.v1", Message: []byte{0x12, 0x02, 0x08, 0x05}}},
		upgrade(logtypes.UPGRADE_STAGE_SCHEDULED, 0, nil), upgrade(logtypes.UPGRADE_STAGE_CANCELLED, 0, nil), upgrade(logtypes.UPGRADE_STAGE_APPLIED, 7, h),
		&logtypes.Entry_Misbehaviour{Misbehaviour: &logtypes.Misbehaviour{InstitutionId: 2, Address: bytesOf(0x44, 20), Kind: logtypes.MISBEHAVIOUR_KIND_DUPLICATE_VOTE, OffenceHeight: 8, OffenceTime: 1_772_380_799_000_000_000, PowerRemoved: true}},
		&logtypes.Entry_InstitutionDigest{InstitutionDigest: &logtypes.InstitutionDigest{InstitutionId: 2, Topic: logtypes.DIGEST_TOPIC_VERIFIER, Digest: h}},
		&logtypes.Entry_Era{Era: &logtypes.Era{OldChainId: "ink-1", LastHeight: 8, HeaderHash: h, LogSize: 7, Root: h, MinutesDigest: h}},
		power(12, 0), power(0, logtypes.REASON_BREACH), power(0, 0),
	}
}

// fields are a body's fields by their names in the proto file.
func fields(body logtypes.Body) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(body).Elem().Field(0).Elem()
	for i := range v.NumField() {
		_, after, _ := strings.Cut(v.Type().Field(i).Tag.Get("protobuf"), "name=")
		name, _, _ := strings.Cut(after, ",")
		switch f := v.Field(i).Interface().(type) {
		case string:
			out[name] = f
		case []byte:
			out[name] = hx(f)
		case bool:
			out[name] = num(map[bool]int{true: 1}[f])
		case []logtypes.Role:
			list := make([]string, len(f))
			for j, r := range f {
				list[j] = num(int(r))
			}
			out[name] = list
		default:
			if v.Field(i).CanInt() {
				out[name] = num(uint64(v.Field(i).Int()))
			} else {
				out[name] = num(v.Field(i).Uint())
			}
		}
	}
	return out
}

// entries are whole entries about the consortium, and what no entry may be.
func entries(t *testing.T) []vector {
	var out []vector
	for i, body := range consortiumBodies() {
		e := entryOf(body)
		if kind, _ := e.Subject(); kind != logtypes.NoSubject {
			e.EventNo = 2
		}
		b := must(e.Marshal())
		must(logtypes.ParseEntry(b))
		out = append(out, vector{"name": num(i) + " " + e.Kind(), "kind": e.Kind(), "bytes": hx(b), "leaf": hash(format.EntryLeaf(b)),
			"event_no": num(e.EventNo), "body": fields(body)})
	}
	return append(out, badEntries(t)...)
}

func badEntries(t *testing.T) []vector {
	retired := func(reason logtypes.Reason) *logtypes.Entry {
		return entryOf(&logtypes.Entry_KeyRetired{KeyRetired: &logtypes.KeyRetired{KeyId: 3, Reason: reason}})
	}
	parameters := func(module string, n int) *logtypes.Entry {
		return entryOf(&logtypes.Entry_ParametersChanged{ParametersChanged: &logtypes.ParametersChanged{Module: module, Message: bytesOf(1, n)}})
	}
	upgrade := func(u logtypes.SoftwareUpgrade) *logtypes.Entry {
		return entryOf(&logtypes.Entry_SoftwareUpgrade{SoftwareUpgrade: &u})
	}
	offence := func(kind logtypes.MisbehaviourKind, n int) *logtypes.Entry {
		return entryOf(&logtypes.Entry_Misbehaviour{Misbehaviour: &logtypes.Misbehaviour{InstitutionId: 2, Address: bytesOf(0x44, n), Kind: kind}})
	}
	digest := func(topic logtypes.DigestTopic, n int) *logtypes.Entry {
		return entryOf(&logtypes.Entry_InstitutionDigest{InstitutionDigest: &logtypes.InstitutionDigest{InstitutionId: 2, Topic: topic, Digest: bytesOf(1, n)}})
	}
	with := func(change func(*logtypes.Entry)) *logtypes.Entry {
		e := retired(logtypes.REASON_BREACH)
		change(e)
		return e
	}
	power := entryOf(&logtypes.Entry_InstitutionPower{InstitutionPower: &logtypes.InstitutionPower{InstitutionId: 2, Power: 5, Reason: 11}})
	good := must(retired(logtypes.REASON_BREACH).Marshal())
	var out []vector
	for _, c := range []struct {
		name  string
		bytes []byte
	}{
		{"retired without a reason", must(retired(0).Marshal())},
		{"an unknown reason", must(retired(14).Marshal())},
		{"another power with a reason", must(power.Marshal())},
		{"parameters of no module", must(parameters("", 1).Marshal())},
		{"parameters without a message", must(parameters("m", 0).Marshal())},
		{"parameters over the limit", must(parameters("m", 8193).Marshal())},
		{"an applied upgrade without a head", must(upgrade(logtypes.SoftwareUpgrade{Stage: 3, Name: "v2", LogSize: 7}).Marshal())},
		{"a scheduled upgrade with a head", must(upgrade(logtypes.SoftwareUpgrade{Stage: 1, Name: "v2", LogSize: 7}).Marshal())},
		{"an upgrade without a name", must(upgrade(logtypes.SoftwareUpgrade{Stage: 1}).Marshal())},
		{"an upgrade of no stage", must(upgrade(logtypes.SoftwareUpgrade{Name: "v2"}).Marshal())},
		{"an address of 21 bytes", must(offence(1, 21).Marshal())},
		{"misbehaviour of no kind", must(offence(0, 20).Marshal())},
		{"a digest of 31 bytes", must(digest(1, 31).Marshal())},
		{"an unknown topic", must(digest(5, 32).Marshal())},
		{"another version", must(with(func(e *logtypes.Entry) { e.Version = 2 }).Marshal())},
		{"a transaction hash of 31 bytes", must(with(func(e *logtypes.Entry) { e.TxHash = e.TxHash[1:] }).Marshal())},
		{"a message without a transaction", must(with(func(e *logtypes.Entry) { e.TxHash = nil }).Marshal())},
		{"no body", must(with(func(e *logtypes.Entry) { e.Body = nil }).Marshal())},
		{"two bodies", slices.Concat(good, good[len(good)-7:])},
		{"a kind that is not written", slices.Concat(good[:len(good)-7], []byte{43<<3&0x7f | 0x82, 43 >> 4, 0})},
		{"a field that the kind has not", slices.Concat(good[:len(good)-7], []byte{0xd2, 0x02, 0x06, 0x08, 0x03, 0x10, 0x0b, 0x18, 0x01})},
		{"an explicit zero", slices.Concat(good[:len(good)-7], []byte{0xd2, 0x02, 0x04, 0x08, 0x00, 0x10, 0x0b})},
		{"a byte after the end", append(slices.Clone(good), 0)},
	} {
		_, err := logtypes.ParseEntry(c.bytes)
		out = append(out, bad(t, c.name, "entry", err, vector{"bytes": hx(c.bytes)}))
	}
	require.Equal(t, []byte{0xd2, 0x02, 0x04, 0x08, 0x03, 0x10, 0x0b}, good[len(good)-7:], "the body that the cases above replace")
	return out
}
