package testutil

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Step is a block as it was executed: its time and its transactions.
type Step struct {
	Time time.Time
	Txs  [][]byte
}

// wrong says what is deliberately wrong with an operation.
type wrong int

const (
	nothing wrong = iota
	wrongSigner
	wrongTarget
	wrongField
	wrongForm
	wrongs
)

// Operations draws blocks of messages of all types from a seed and executes them.
// It knows from the chain's tables who could do what, and the owners' secrets; one
// message in six is wrong on purpose. The same seed draws the same operations.
type Operations struct {
	c *Chain
	r *rand.Rand
	// Sent and Accepted count messages by type.
	Sent, Accepted map[string]int

	logID    format.Hash
	logSize  uint64
	signers  map[string]Signer // by public key
	contents map[format.Hash]Content
	evidence []uint64 // seqs of records
	known    map[uint64]Content
	requests []*evidencetypes.MsgSubmitRecord
	drawn    int // makes names
	turn     int // of the decisions

	// What the chain says of itself before the block.
	consortium  *consortiumtypes.GenesisState
	enterprises *enterprisetypes.GenesisState
	decisions   *evidencetypes.GenesisState
	opened      map[uint64]evidencetypes.Opened

	// Of the block that is being drawn.
	wrong   wrong
	ahead   map[string]uint64 // transactions of a signer so far
	spent   map[string]bool   // signers who sent something wrong: their sequence is not known
	claimed map[claim]bool
}

// claim keeps two operations of a block off one target.
type claim struct {
	what string
	id   uint64
}

// NewOperations draws operations for a founded chain.
func NewOperations(c *Chain, seed uint64) *Operations {
	o := &Operations{
		c: c, r: rand.New(rand.NewPCG(seed, 2026)),
		Sent: map[string]int{}, Accepted: map[string]int{},
		signers: map[string]Signer{}, contents: map[format.Hash]Content{}, known: map[uint64]Content{},
		logID: format.Hash(Commitment("log id")),
	}
	for _, in := range Institutions {
		o.know(Operator(in.Name))
	}
	return o
}

func (o *Operations) know(s Signer) Signer {
	o.signers[string(s.Key.PubKey().Bytes())] = s
	return s
}

// Draw draws the transactions of a block of so many messages, in the order in
// which they would be executed; of fewer if nobody is left who can send any.
func (o *Operations) Draw(messages int) [][]byte {
	o.refresh()
	o.ahead, o.spent, o.claimed = map[string]uint64{}, map[string]bool{}, map[claim]bool{}
	var txs [][]byte
	for n, tries := 0, 100*messages; n < messages && tries > 0; tries-- {
		s, msgs := o.next()
		if len(msgs) == 0 || o.spent[s.Address()] || n+len(msgs) > messages {
			continue
		}
		for _, m := range msgs {
			o.Sent[sdk.MsgTypeURL(m)]++
		}
		n += len(msgs)
		txs = append(txs, o.sign(s, msgs))
	}
	return txs
}

// Block draws a block of messages and executes it after a random pause.
func (o *Operations) Block(messages int) Step {
	o.c.Advance(o.pause())
	step := Step{Time: o.c.Now, Txs: o.Draw(messages)}
	for i, result := range o.c.Block(step.Txs...) {
		if result.Code != 0 {
			continue
		}
		tx, err := o.c.App.TxConfig.TxDecoder()(step.Txs[i])
		require.NoError(o.c.T, err)
		for _, m := range tx.GetMsgs() {
			o.Accepted[sdk.MsgTypeURL(m)]++
		}
	}
	o.countDecided()
	return step
}

// pause is from a second to days: over midnight, and now and then over the life of
// a request id.
func (o *Operations) pause() time.Duration {
	switch p := o.r.IntN(100); {
	case p < 70:
		return 0 // the second that passes anyway
	case p < 85:
		return time.Duration(o.r.IntN(600)) * time.Second
	case p < 94:
		return time.Duration(o.r.IntN(12)) * time.Hour
	case p < 98:
		return time.Duration(o.r.IntN(3)) * 24 * time.Hour
	}
	return evidencetypes.RequestLife + time.Duration(o.r.IntN(48))*time.Hour
}

// next draws an operation, nothing if it cannot be done now.
func (o *Operations) next() (Signer, []sdk.Msg) {
	o.wrong = nothing
	if o.r.IntN(6) == 0 {
		o.wrong = wrong(1 + o.r.IntN(int(wrongs)-1))
	}
	total := 0
	for _, d := range draws {
		total += d.weight
	}
	n := o.r.IntN(total)
	for _, d := range draws {
		if n -= d.weight; n < 0 {
			return d.draw(o)
		}
	}
	panic("unreachable")
}

// sign makes the transaction, or something that resembles one.
func (o *Operations) sign(s Signer, msgs []sdk.Msg) []byte {
	ahead := o.ahead[s.Address()]
	o.ahead[s.Address()]++
	if o.wrong != nothing {
		o.spent[s.Address()] = true
	}
	if o.wrong != wrongForm {
		return o.c.SignAhead(s, ahead, msgs...)
	}
	change := func(change func(client.TxBuilder)) []byte { return o.c.SignWith(s, ahead, change, msgs...) }
	switch o.r.IntN(6) {
	case 0:
		return o.c.SignAhead(s, ahead+3, msgs...)
	case 1:
		return change(func(b client.TxBuilder) { b.SetMemo("memo") })
	case 2:
		return change(func(b client.TxBuilder) { b.SetFeeAmount(sdk.NewCoins(sdk.NewInt64Coin("ink", 1))) })
	case 3:
		return change(func(b client.TxBuilder) { b.SetGasLimit(30_000) }) // runs out
	case 4:
		raw := o.c.SignAhead(s, ahead, msgs...)
		raw[len(raw)-1] ^= 1 // of the signature
		return raw
	}
	junk := make([]byte, 1+o.r.IntN(300))
	for i := range junk {
		junk[i] = byte(o.r.Uint32())
	}
	return junk
}

// refresh reads the tables and which records came.
func (o *Operations) refresh() {
	ctx, t := o.c.Ctx(), o.c.T
	var err error
	o.consortium, err = o.c.App.ConsortiumKeeper.ExportGenesis(ctx)
	require.NoError(t, err)
	o.enterprises, err = o.c.App.EnterpriseKeeper.ExportGenesis(ctx)
	require.NoError(t, err)
	o.decisions, err = o.c.App.EvidenceKeeper.ExportGenesis(ctx)
	require.NoError(t, err)
	o.opened = map[uint64]evidencetypes.Opened{}
	for _, opening := range o.decisions.Openings {
		o.opened[opening.EvidenceSeq] = opening.Opened
	}
	head, err := o.c.App.LogKeeper.Head(ctx)
	require.NoError(t, err)
	for ; o.logSize < head.Size_; o.logSize++ {
		e, err := o.c.App.LogKeeper.Entry(ctx, o.logSize)
		require.NoError(t, err)
		if r := e.GetRecord(); r != nil {
			o.evidence = append(o.evidence, e.Seq)
			o.known[e.Seq] = o.contents[format.Hash(r.Commitment)]
		}
	}
}

// The functions below give what an operation needs, or something else if that is
// what is to be wrong with it.

// act is the signer, or anybody.
func (o *Operations) act(s Signer) Signer {
	if o.wrong != wrongSigner {
		return s
	}
	if o.r.IntN(4) == 0 {
		return NewSigner("nobody")
	}
	return o.holder(pick(o, o.consortium.Keys).Id)
}

// id is the target, or any number near the ids in use.
func (o *Operations) id(id uint64) uint64 {
	if o.wrong != wrongTarget {
		return id
	}
	return o.r.Uint64N(id + 4)
}

// bytes32 are 32 bytes, or almost.
func (o *Operations) bytes32() []byte {
	b := make([]byte, 0, 32)
	for range 4 {
		b = binary.BigEndian.AppendUint64(b, o.r.Uint64())
	}
	if o.wrong == wrongField {
		return b[:31]
	}
	return b
}

// reason is one of a refusal, none of an approval, or the other way round.
func (o *Operations) reason(required bool) logtypes.Reason {
	if required != (o.wrong == wrongField) {
		return logtypes.Reason(1 + o.r.IntN(len(logtypes.Reason_name)-1))
	}
	return logtypes.REASON_UNSPECIFIED
}

// free takes a target for this block, unless the operation is wrong anyway.
func (o *Operations) free(what string, id uint64) bool {
	c := claim{what, id}
	if o.wrong == nothing && o.claimed[c] {
		return false
	}
	o.claimed[c] = true
	return true
}

// newSigner makes a key of any type.
func (o *Operations) newSigner() Signer {
	o.drawn++
	types := []logtypes.KeyType{logtypes.KEY_TYPE_ED25519, logtypes.KEY_TYPE_SECP256K1, logtypes.KEY_TYPE_SECP256R1, logtypes.KEY_TYPE_ML_DSA_65}
	return o.know(NewSignerOf(pick(o, types), "drawn "+string(rune('a'+o.drawn%26))+time.Duration(o.drawn).String()))
}

// holder is the signer of a bound key.
func (o *Operations) holder(keyID uint64) Signer {
	return o.signers[string(o.consortium.Keys[keyID-1].PublicKey.Key)]
}

// one in n.
func (o *Operations) one(n int) bool { return o.r.IntN(n) == 0 }

func pick[T any](o *Operations, list []T) T { return list[o.r.IntN(len(list))] }

// where draws one of those of a list that match.
func where[T any](o *Operations, list []T, match func(T) bool) (T, bool) {
	var found []T
	for _, x := range list {
		if match(x) {
			found = append(found, x)
		}
	}
	if len(found) == 0 {
		var none T
		return none, false
	}
	return pick(o, found), true
}
