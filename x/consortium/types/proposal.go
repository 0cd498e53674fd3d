package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
)

// CheckProposal checks what a proposal says at a block time; whether its messages
// can be carried out is another question. ErrProposal.
func CheckProposal(m *MsgPropose, now time.Time) error {
	if err := format.CheckText(m.Title, MaxTitleBytes); err != nil || m.Title == "" {
		return errorsmod.Wrapf(ErrProposal, "title: expected 1 to %d bytes of plain text, got %d bytes (%v)", MaxTitleBytes, len(m.Title), err)
	}
	if err := checkDeadline(m.ExpiresAt, now); err != nil {
		return err
	}
	if n := len(m.Messages); n == 0 || n > MaxProposalMessages {
		return errorsmod.Wrapf(ErrProposal, "messages: expected 1 to %d, got %d", MaxProposalMessages, n)
	}
	size, admits, admission := 0, false, sdk.MsgTypeURL(&MsgAdmitInstitution{})
	for i, a := range m.Messages {
		if a == nil {
			return errorsmod.Wrapf(ErrProposal, "messages: expected a message, got none as message %d", i+1)
		}
		size += len(a.Value)
		admits = admits || a.TypeUrl == admission
	}
	if size > MaxProposalBytes {
		return errorsmod.Wrapf(ErrProposal, "messages: expected at most %d bytes in all, got %d", MaxProposalBytes, size)
	}
	if len(m.DocumentDigest) == 0 && !admits {
		return nil
	}
	if len(m.DocumentDigest) == 0 {
		return errorsmod.Wrap(ErrProposal, "document_digest: expected that of the access test's report with an admission, got none")
	}
	return CheckCommitment("document_digest", m.DocumentDigest)
}

func checkDeadline(expiresAt uint64, now time.Time) error {
	if now.IsZero() {
		return nil // the mempool of a node that started and saw no block yet: the block will check
	}
	from, to := uint64(now.Add(MinDeadline).UnixNano()), uint64(now.Add(MaxDeadline).UnixNano())
	if expiresAt < from || expiresAt > to {
		return errorsmod.Wrapf(ErrProposal, "expires_at: expected %d to %d (a minute to 90 days after %s), got %d",
			from, to, FormatUTC8(now.Unix()), expiresAt)
	}
	return nil
}

// Vote returns the institution's vote, if it voted.
func (m *Proposal) Vote(institutionID uint64) (Vote, bool) {
	for _, v := range m.Votes {
		if v.InstitutionId == institutionID {
			return v, true
		}
	}
	return Vote{}, false
}

// Cast enters a vote: the institution's last one counts.
func (m *Proposal) Cast(vote Vote) {
	for i, v := range m.Votes {
		if v.InstitutionId == vote.InstitutionId {
			m.Votes[i] = vote
			return
		}
	}
	m.Votes = append(m.Votes, vote)
}

// Tally is the power behind a proposal.
type Tally struct{ Approving, Rejecting, Total uint64 }

// Passed: more than 2/3 of the power approved.
func (t Tally) Passed() bool { return 3*t.Approving > 2*t.Total }

// Lost: what is left is not more than 2/3 of the power.
func (t Tally) Lost() bool { return 3*(t.Total-t.Rejecting) <= 2*t.Total }

// Unpacked are the messages of a proposal.
func Unpacked(messages []*codectypes.Any) ([]sdk.Msg, error) {
	out := make([]sdk.Msg, len(messages))
	for i, a := range messages {
		msg, ok := a.GetCachedValue().(sdk.Msg)
		if !ok {
			return nil, errorsmod.Wrapf(ErrMessage, "message %d: expected a message that this chain knows, got %s", i+1, a.TypeUrl)
		}
		out[i] = msg
	}
	return out, nil
}

// UnpackInterfaces fills in the messages after decoding.
func (m MsgPropose) UnpackInterfaces(u codectypes.AnyUnpacker) error { return unpack(m.Messages, u) }

// UnpackInterfaces fills in the messages after decoding.
func (m Proposal) UnpackInterfaces(u codectypes.AnyUnpacker) error { return unpack(m.Messages, u) }

// UnpackInterfaces fills in the messages after decoding.
func (m QueryProposalResponse) UnpackInterfaces(u codectypes.AnyUnpacker) error {
	return m.Proposal.UnpackInterfaces(u)
}

// UnpackInterfaces fills in the messages after decoding.
func (m QueryProposalsResponse) UnpackInterfaces(u codectypes.AnyUnpacker) error {
	return unpackAll(m.Proposals, u)
}

// UnpackInterfaces fills in the messages after decoding.
func (m GenesisState) UnpackInterfaces(u codectypes.AnyUnpacker) error {
	return unpackAll(m.Proposals, u)
}

func unpackAll(proposals []Proposal, u codectypes.AnyUnpacker) error {
	for _, p := range proposals {
		if err := p.UnpackInterfaces(u); err != nil {
			return err
		}
	}
	return nil
}

func unpack(messages []*codectypes.Any, u codectypes.AnyUnpacker) error {
	for _, a := range messages {
		var msg sdk.Msg
		if err := u.UnpackAny(a, &msg); err != nil {
			return err
		}
	}
	return nil
}
