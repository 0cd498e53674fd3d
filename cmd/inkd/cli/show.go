package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// shown is a record as `inkd evidence show` prints it. Everything in it comes from
// the state at one height, so all nodes answer the same bytes.
type shown struct {
	Number         string           `json:"number"`
	Seq            uint64           `json:"seq"`
	Kind           string           `json:"kind"`
	Enterprise     shownEnterprise  `json:"enterprise"`
	EnterpriseSeq  uint64           `json:"enterprise_seq"`
	Category       shownCategory    `json:"category"`
	Submitter      shownSubmitter   `json:"submitter"`
	Commitment     string           `json:"commitment"`
	Height         uint64           `json:"height"`
	BlockTime      string           `json:"block_time"`
	BlockTimeLabel string           `json:"block_time_label"`
	TxHash         string           `json:"tx_hash"`
	MsgIndex       uint32           `json:"msg_index"`
	Status         *shownStatus     `json:"status"`
	Opening        *shownOpening    `json:"opening"`
	Certificate    *shownCertOfItem `json:"certificate"`
	// AsOfHeight is the height that was asked for with --height.
	AsOfHeight int64 `json:"as_of_height,omitempty"`

	kind string // for people
}

type shownEnterprise struct {
	ID   uint64 `json:"id"`
	Name string `json:"name"`
	USCC string `json:"uscc"`
}

type shownCategory struct {
	Code uint32 `json:"code"`
	Name string `json:"name"`
	Zh   string `json:"zh"`
}

type shownSubmitter struct {
	UserID  uint64 `json:"user_id"`
	KeyID   uint64 `json:"key_id"`
	Custody string `json:"custody"`
}

// shownStatus counts the events about the evidence; null before the first.
type shownStatus struct {
	EventCount     uint64 `json:"event_count"`
	LastEventIndex uint64 `json:"last_event_index"`
}

// shownOpening is the public part, the owner's word; null while not open.
type shownOpening struct {
	Seq           uint64 `json:"seq"`
	Root          string `json:"root"`
	Recipe        string `json:"recipe"`
	Items         uint64 `json:"items"`
	HeaderItems   uint32 `json:"header_items"`
	Count         uint64 `json:"count"`
	TotalSize     uint64 `json:"total_size"`
	ProducedFrom  string `json:"produced_from"`
	ProducedTo    string `json:"produced_to"`
	Nonce         string `json:"nonce"`
	PrivateDigest string `json:"private_digest"`
}

// shownCertOfItem is the latest certificate of the evidence.
type shownCertOfItem struct {
	Number  string `json:"number"`
	CertSeq uint64 `json:"cert_seq"`
	Status  string `json:"status"`
	State   string `json:"state"`
}

const blockTimeLabel = "block stamp: the median of the votes for the block before; not a proven time"

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show NUMBER|TXHASH|DIGEST",
		Short: "按存证编号、交易哈希或摘要查看存证 · Show a record by its number, transaction hash or a digest",
		Long: `同一高度上各节点的回答逐字节相同。所示为节点所述，证明见 inkd evidence bundle。
DIGEST 为承诺值，或已在链上公开的数据项的 SHA-256 或 SM3（随证书签发或数据项公开而公开）；
未公开的文件无法按摘要查到。节点须有日志索引。
At the same height all nodes answer the same bytes. They are the node's word: inkd evidence
bundle has the proof. The time is the block's stamp, not a proven time.
DIGEST is a commitment, or the SHA-256 or SM3 of an item that was disclosed on the chain,
with a certificate or on purpose; a file whose digests were never disclosed is not found
by them. The node must have an index of the log.`,
		Example: "  inkd evidence show CZ20260000000000427\n  inkd evidence show 9F3A…64 hex digits… -o json --height 1200",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runShow(cmd, args[0])
		},
	}
	addClientFlags(cmd)
	cmd.Flags().Int64(flags.FlagHeight, 0, "在该高度的状态 · the state at this height (default: the latest)")
	return cmd
}

func runShow(cmd *cobra.Command, what string) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	asked, _ := cmd.Flags().GetInt64(flags.FlagHeight)
	if asked < 0 {
		return Usage("高度须为正", fmt.Sprintf("--height: expected a height from 1, got %d", asked), "")
	}
	s.Context = s.Context.WithHeight(asked)
	ctx := cmd.Context()
	number, err := s.findRecord(ctx, what)
	if err != nil {
		return err
	}
	out, err := s.show(ctx, number)
	if err != nil {
		return err
	}
	out.AsOfHeight = asked
	return s.print(cmd, out, out.rows())
}

// findRecord turns what the user has into a number.
func (s *session) findRecord(ctx context.Context, what string) (string, error) {
	hash, err := hex.DecodeString(what)
	if err != nil || len(hash) != 32 {
		if _, err := evidenceSeq(what, "", format.Hash{}); err != nil {
			return "", err
		}
		return what, nil
	}
	res, err := s.nodes.Tx(ctx, hash, false)
	if err != nil {
		if !isAnswer(err) {
			return "", err
		}
		return s.findDigest(ctx, hash)
	}
	var data sdk.TxMsgData
	if err := data.Unmarshal(res.TxResult.Data); err != nil {
		return "", internal(err)
	}
	return s.onlyRecord(ctx, what, data)
}

// onlyRecord is the number of the record that a transaction made.
func (s *session) onlyRecord(ctx context.Context, hash string, data sdk.TxMsgData) (string, error) {
	var numbers []string
	for _, a := range data.MsgResponses {
		var resp evidencetypes.MsgSubmitRecordResponse
		if decodeAny(a, &resp) != nil {
			continue
		}
		number, err := s.numberOf(ctx, resp.Seq)
		if err != nil {
			return "", err
		}
		numbers = append(numbers, number)
	}
	switch len(numbers) {
	case 1:
		return numbers[0], nil
	case 0:
		return "", Usage("该交易没有存证", fmt.Sprintf("expected a transaction that deposited, got %s with other messages or refused", hash), "see it: inkd query tx "+hash)
	}
	return "", Usage("该交易有多条存证", fmt.Sprintf("expected a transaction with one record, got %s", strings.Join(numbers, ", ")), "请给出其中一个编号 · give one of the numbers")
}

// atOne fixes the height of all further queries to the one that answered.
func (s *session) atOne(md metadata.MD) {
	if s.Height != 0 {
		return
	}
	if h, err := client.GetHeightFromMetadataStrict(metadata.NewOutgoingContext(context.Background(), md)); err == nil {
		s.Context = s.Context.WithHeight(h)
	}
}

func (s *session) show(ctx context.Context, number string) (*shown, error) {
	var md metadata.MD
	res, err := s.evidence().Record(ctx, &evidencetypes.QueryRecordRequest{Number: number}, grpc.Header(&md))
	if err != nil {
		return nil, err
	}
	s.atOne(md)
	r := res.Entry.GetRecord()
	if r == nil {
		return nil, internal(fmt.Errorf("%s: expected a record, got %s", number, res.Entry.Kind()))
	}
	out := &shown{
		Number: res.Number, Seq: res.Entry.Seq, Kind: kindWord(r.Kind), kind: recordKindName(r.Kind).String(), EnterpriseSeq: r.EnterpriseSeq,
		Commitment: hexOf(r.Commitment), Height: res.Entry.Height,
		BlockTime: stamp(res.Entry.BlockTime), BlockTimeLabel: blockTimeLabel,
		TxHash: upperHex(res.Entry.TxHash), MsgIndex: res.Entry.MsgIndex,
	}
	if res.Status != nil {
		out.Status = &shownStatus{res.Status.EventCount, res.Status.LastEventIndex}
	}
	if err := s.showPeople(ctx, out, r); err != nil {
		return nil, err
	}
	if res.OpeningSeq != 0 {
		if out.Opening, err = s.showOpening(ctx, res.OpeningSeq); err != nil {
			return nil, err
		}
	}
	if res.Certificate != nil {
		c, err := s.evidence().Certificate(ctx, &evidencetypes.QueryCertificateRequest{Id: fmt.Sprint(res.Certificate.CertSeq)})
		if err != nil {
			return nil, err
		}
		out.Certificate = &shownCertOfItem{c.Number, c.Certificate.CertSeq, statusWord(c.Certificate.State), stateWord(c.Certificate.State)}
	}
	return out, nil
}

func (s *session) showOpening(ctx context.Context, seq uint64) (*shownOpening, error) {
	res, err := s.log().Entry(ctx, &logtypes.QueryEntryRequest{Seq: seq})
	if err != nil {
		return nil, err
	}
	o := res.Entry.GetOpening()
	p, err := format.ParsePublic(o.GetPublic())
	if err != nil {
		return nil, internal(err)
	}
	return &shownOpening{
		Seq: seq, Root: hexOf(p.Root[:]), Recipe: format.RecipeName(p.Recipe, p.HeaderItems),
		Items: p.Items, HeaderItems: p.HeaderItems, Count: p.Count(), TotalSize: p.TotalSize,
		ProducedFrom: stamp(p.ProducedFrom), ProducedTo: stamp(p.ProducedTo),
		Nonce: hexOf(o.Nonce), PrivateDigest: hexOf(o.PrivateDigest),
	}, nil
}
