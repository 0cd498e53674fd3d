package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	grpctypes "github.com/cosmos/cosmos-sdk/types/grpc"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// signer is a key of the keyring.
type signer struct {
	name    string
	address string
}

// signer finds the key by name or address.
func (s *Sender) signer(from string) (signer, error) {
	if from == "" {
		return signer{}, Usage("未指定签名密钥", "expected a key to sign with, got none", "--from NAME; "+s.keyNames())
	}
	address, name, _, err := client.GetFromFields(s.ctx, s.ctx.Keyring, from)
	if err != nil || name == "" {
		return signer{}, Usage("密钥环中没有该密钥："+from, fmt.Sprintf("expected a key of the keyring, got %q", from), s.keyNames())
	}
	return signer{name: name, address: address.String()}, nil
}

func (s *Sender) keyNames() string {
	records, err := s.ctx.Keyring.List()
	if err != nil || len(records) == 0 {
		return "the keyring is empty: inkd keys add NAME --key-type ed25519"
	}
	names := make([]string, 0, len(records))
	for _, r := range records {
		names = append(names, r.Name)
	}
	return "keys: " + strings.Join(names, ", ")
}

// findChainID asks a node if neither flag nor client.toml says it.
func (s *Sender) findChainID(ctx context.Context) error {
	if s.ctx.ChainID != "" {
		return nil
	}
	status, err := s.nodes.Status(ctx)
	if err != nil {
		return err
	}
	s.ctx = s.ctx.WithChainID(status.NodeInfo.Network)
	return nil
}

// account is a signer's account as it was at a height.
type account struct {
	number, sequence uint64
	height           int64
}

// account asks a node for the signer's account.
func (s *Sender) account(ctx context.Context, who signer) (account, error) {
	var header metadata.MD
	res, err := authtypes.NewQueryClient(s.ctx).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: who.address}, grpc.Header(&header))
	if err != nil {
		var e *Error
		if errors.As(err, &e) && e.Exit == ExitRefused {
			unknown := consortiumtypes.ErrUnknownSigner
			return account{}, Refused(unknown.Codespace(), unknown.ABCICode(), "expected an enrolled key, got "+who.address)
		}
		return account{}, err
	}
	a := account{number: res.Info.AccountNumber, sequence: res.Info.Sequence}
	if a.height, err = heightOf(header); err != nil {
		return account{}, internal(err)
	}
	return a, nil
}

// heightOf is the height at which a query was answered.
func heightOf(header metadata.MD) (int64, error) {
	values := header.Get(grpctypes.GRPCBlockHeightHeader)
	if len(values) != 1 {
		return 0, fmt.Errorf("expected the height of an answer, got %d", len(values))
	}
	return strconv.ParseInt(values[0], 10, 64)
}

// txBlocks are the blocks after the latest in which a transaction may stand. One that was
// refused, or that nobody saw committed, must not come to life when its signer has
// forgotten it.
const txBlocks = 1_000

// lastBlock is the timeout height of a transaction that is made at a height.
func lastBlock(height int64) uint64 { return uint64(max(height, 0)) + txBlocks }

// sign makes the bytes of a transaction, always the same for the same arguments.
func (s *Sender) sign(ctx context.Context, who signer, of account, msgs []sdk.Msg) ([]byte, error) {
	b := s.ctx.TxConfig.NewTxBuilder()
	if err := b.SetMsgs(msgs...); err != nil {
		return nil, internal(err)
	}
	b.SetGasLimit(gasFor(msgs))
	b.SetTimeoutHeight(lastBlock(of.height))
	f := tx.Factory{}.
		WithKeybase(s.ctx.Keyring).
		WithTxConfig(s.ctx.TxConfig).
		WithChainID(s.ctx.ChainID).
		WithAccountNumber(of.number).
		WithSequence(of.sequence).
		WithSignMode(signing.SignMode_SIGN_MODE_DIRECT)
	if err := tx.Sign(ctx, f, who.name, b, true); err != nil {
		return nil, BadInput("签名失败", "signing with "+who.name, err, "")
	}
	raw, err := s.ctx.TxConfig.TxEncoder()(b.GetTx())
	if err != nil {
		return nil, internal(err)
	}
	return raw, nil
}

// Gas is a limit here and costs nothing, but a block has only so much of it: so
// each transaction declares what it may need, by its size and messages.
const (
	gasBase       = 250_000 // signature, account, and the ante chain
	gasPerMessage = 300_000
	gasPerByte    = 40 // to be hashed, gossiped and stored
)

func gasFor(msgs []sdk.Msg) uint64 {
	gas := uint64(gasBase)
	for _, m := range msgs {
		gas += gasPerMessage * carriedBy(m)
		if sized, ok := m.(interface{ Size() int }); ok {
			gas += gasPerByte * uint64(sized.Size())
		}
	}
	return min(gas, app.MaxTxGas)
}

// carriedBy counts the messages that one message has carried out: a proposal tries
// its own and may execute them, a vote may execute as many as a proposal may hold.
func carriedBy(m sdk.Msg) uint64 {
	switch m := m.(type) {
	case *consortiumtypes.MsgPropose:
		return 1 + 2*uint64(len(m.Messages))
	case *consortiumtypes.MsgVote:
		return 1 + consortiumtypes.MaxProposalMessages
	}
	return 1
}
