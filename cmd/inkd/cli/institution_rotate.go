package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	cmttypes "github.com/cometbft/cometbft/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

func rotateKeyCommand() *cobra.Command {
	var yes bool
	var newNode string
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "rotate-key KEY.json|-",
		Short: "更换本机构的共识密钥，不漏签 · Give your validator another key without missing a block",
		Long: `不漏签的做法：
  1. 用 inkd node init 另建一个节点（新目录、新密钥），与旧节点同时运行，等它追上：inkd status；
  2. 用新节点的公钥运行本命令；旧节点继续运行；
  3. 本命令说“新密钥已在签名集合中”之后，再停旧节点，并销毁旧密钥。
绝不可让两个节点使用同一把密钥：那是双重签名，会失去权重。旧密钥永远不能再用。

How not to miss a block:
  1. make a second node (inkd node init: a new home, a new key), run it beside the old one
     and wait until it has caught up: inkd status;
  2. run this command with the new node's public key; the old node goes on running;
  3. when this command says that the new key is in the set that signs, stop the old node
     and destroy the old key.
Never have two nodes with the same key: that is signing twice and costs your power. The
old key can never be used again.`,
		Example: `  inkd comet show-validator --home /srv/new-node > new-key.json
  inkd institution rotate-key new-key.json --new-node tcp://127.0.0.1:36657 --from court-operator`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRotate(cmd, args[0], newNode, limit, yes)
		},
	}
	f := cmd.Flags()
	f.StringVar(&newNode, "new-node", "", "新节点的 RPC 地址，发送前核对其密钥且已追上 · RPC URL of the new node: its key and that it caught up are checked before anything is sent")
	f.DurationVar(&limit, "wait-signing", 10*time.Minute, "等待新密钥参与签名的时间 · how long to wait until the new key is in the set that signs")
	addYesFlag(cmd, &yes)
	addTxFlags(cmd)
	return cmd
}

// rotated is what is printed of a rotation.
type rotated struct {
	InstitutionID uint64 `json:"institution_id"`
	OldAddress    string `json:"old_address"`
	NewAddress    string `json:"new_address"`
	TxHash        string `json:"tx_hash"`
	Height        int64  `json:"height"`
	CommittedMs   int64  `json:"committed_ms"`
	// SignsFrom is the first height of the set with the new key.
	SignsFrom uint64 `json:"signs_from"`
	// SignedHeight is the first block of these in whose commit, as the node has it, the
	// new key's signature stands; 0 if none was seen. Commits do not wait for all.
	SignedHeight int64 `json:"signed_height"`
}

func runRotate(cmd *cobra.Command, arg, newNode string, limit time.Duration, yes bool) error {
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	key, err := s.readKey(cmd, "KEY", arg, "on the new node: inkd comet show-validator > key.json")
	if err != nil {
		return err
	}
	if newNode != "" {
		if err := checkNewNode(ctx, newNode, key); err != nil {
			return err
		}
	}
	in, err := s.ownInstitution(ctx)
	if err != nil {
		return withOperatorHint(err)
	}
	out := rotated{InstitutionID: in.Id, OldAddress: consensusAddress(in.ConsensusKey), NewAddress: consensusAddress(key)}
	if err := s.confirm(cmd, yes, []row{
		{"机构", "institution", fmt.Sprintf("%d %s", in.Id, in.Name)},
		{"旧共识地址，永不再用", "old key, never to be used again", out.OldAddress},
		{"新共识地址，其节点须已在运行", "new key, whose node has to run already", out.NewAddress},
		unchecked(newNode),
	}); err != nil {
		return err
	}
	if yes && newNode == "" {
		s.note(cmd, unchecked(newNode).zh, unchecked(newNode).value)
	}
	r, err := s.actForInstitution(cmd, &consortiumtypes.MsgRotateConsensusKey{Operator: s.address, ConsensusKey: key})
	if err != nil && classify(err).Exit == ExitNotSeen {
		return addHint(err, keepOld)
	}
	if err != nil || r.Height == 0 {
		return err
	}
	out.TxHash, out.Height, out.CommittedMs = r.TxHash, r.Height, r.CommittedMs
	s.note(cmd, "已登记，等待新密钥进入签名集合；旧节点请继续运行", "entered; waiting until the new key is in the set that signs, keep the old node running")
	if out.SignsFrom, err = s.awaitSigning(ctx, in.Id, out.NewAddress, limit); err != nil {
		return stillWaiting(err)
	}
	if out.SignedHeight, err = s.firstSigned(ctx, int64(out.SignsFrom), key); err != nil {
		return stillWaiting(err)
	}
	return s.print(cmd, out, out.rows())
}

// keepOld belongs to whatever ends the command before the new key is seen to sign.
const keepOld = "旧节点请继续运行，直到新密钥签名 · keep the old node running until the new key signs: inkd institution uptime"

// unchecked warns of a key that no node is known to have; an empty row else.
func unchecked(newNode string) row {
	if newNode != "" {
		return row{}
	}
	return row{"警告", "warning", "未给 --new-node，无人核对使用新密钥的节点已在运行并追上；若没有，本机构将停止签名" +
		" · without --new-node nobody checked that a node with the new key runs and has caught up; if none does, your validator stops signing"}
}

// stillWaiting is what to say if the command ends after the key was entered.
func stillWaiting(err error) error {
	if isInterrupted(err) {
		return &Error{
			Exit: ExitNotSeen, Code: "not-seen", Cause: err,
			Zh:   "已中断等待；新密钥已登记，旧节点请继续运行",
			En:   "interrupted; the new key is entered, keep the old node running",
			Hint: "see what waits: inkd institution show; " + keepOld,
		}
	}
	return addHint(err, keepOld)
}

func (r rotated) rows() []row {
	rows := []row{
		{"新密钥已在签名集合中，自高度", "the new key is in the set that signs, from height", fmt.Sprint(r.SignsFrom)},
		{"新共识地址", "new key", r.NewAddress},
		{"旧共识地址", "old key", r.OldAddress},
	}
	if r.SignedHeight != 0 {
		rows = append(rows, row{"新密钥已签名，现在可以停旧节点", "the new key signed, the old node may be stopped now: block", fmt.Sprint(r.SignedHeight)})
	} else {
		rows = append(rows, row{"尚未见到新密钥的签名", "no signature of the new key was seen yet",
			fmt.Sprintf("请确认新节点在运行 · see that the new node runs: inkd institution uptime %d；旧节点已不再签名，可以停 · the old node signs no more and may be stopped", r.InstitutionID)})
	}
	return append(rows, row{"交易哈希", "tx_hash", r.TxHash}, row{"区块高度", "height", fmt.Sprint(r.Height)})
}

// checkNewNode refuses a rotation to a key with which no node is ready.
func checkNewNode(ctx context.Context, url string, key consortiumtypes.PublicKey) error {
	n, err := NewNodes([]string{url})
	if err != nil {
		return err
	}
	status, err := n.Status(ctx)
	if err != nil {
		return err
	}
	if !bytes.Equal(status.ValidatorInfo.PubKey.Bytes(), key.Key) {
		return Usage("新节点的共识密钥不是这一把", fmt.Sprintf("--new-node: expected a node with the key %s, got one with %s", consensusAddress(key), status.ValidatorInfo.Address),
			"the key of that node: inkd comet show-validator --home ITS_HOME")
	}
	if status.SyncInfo.CatchingUp {
		return Usage("新节点尚未追上", fmt.Sprintf("--new-node: expected a node that has caught up, got one at height %d that has not", status.SyncInfo.LatestBlockHeight),
			"wait until inkd status --node "+quoted(url)+" says catching_up false")
	}
	return nil
}

// ownInstitution is the one whose operator signs.
func (s *signedSession) ownInstitution(ctx context.Context) (consortiumtypes.Institution, error) {
	key, err := s.consortium().KeyByAddress(ctx, &consortiumtypes.QueryKeyByAddressRequest{Address: s.address})
	if err != nil {
		return consortiumtypes.Institution{}, err
	}
	if key.Key.InstitutionId == 0 {
		e := consortiumtypes.ErrNotPermitted
		return consortiumtypes.Institution{}, Refused(e.Codespace(), e.ABCICode(), "expected the operator of an institution, got "+key.Key.Holder())
	}
	res, err := s.consortium().Institution(ctx, &consortiumtypes.QueryInstitutionRequest{Id: key.Key.InstitutionId})
	if err != nil {
		return consortiumtypes.Institution{}, err
	}
	return res.Institution, nil
}

// awaitSigning waits for the first block that is signed by a set with the key and
// answers its height: the one after the header that names the set as next.
func (s *session) awaitSigning(ctx context.Context, institution uint64, address string, limit time.Duration) (uint64, error) {
	deadline := time.Now().Add(limit)
	var from uint64
	for {
		status, err := s.nodes.Status(ctx)
		if err != nil {
			return 0, err
		}
		if from == 0 {
			if from, err = s.signsFrom(ctx, address); err != nil {
				return 0, err
			}
		}
		if from != 0 && uint64(status.SyncInfo.LatestBlockHeight) >= from {
			return from, nil
		}
		if time.Now().After(deadline) {
			return 0, &Error{
				Exit: ExitNotSeen, Code: "not-seen",
				Zh:   "已登记，但在等待时间内新密钥未进入签名集合；旧节点请继续运行",
				En:   "entered, but the new key was not in the set that signs in time; keep the old node running",
				Hint: fmt.Sprintf("see what waits: inkd institution show %d", institution),
			}
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return 0, err
		}
	}
}

// signsFrom finds the first set of the history with the key, going back from the
// last one; 0 if the last one does not have it.
func (s *session) signsFrom(ctx context.Context, address string) (uint64, error) {
	const latest = 1<<63 - 1
	var from uint64
	for at := uint64(latest); at > 0; {
		res, err := s.consortium().ValidatorSet(ctx, &consortiumtypes.QueryValidatorSetRequest{Height: at})
		if err != nil {
			return from, err
		}
		has := false
		for _, m := range res.ValidatorSet.Members {
			has = has || upperHex(m.Address) == address
		}
		if !has {
			return from, nil
		}
		from, at = res.ValidatorSet.Height+1, res.ValidatorSet.Height-1
	}
	return from, nil
}

const (
	// signedBlocks are looked at for the new key's first signature, and for so long.
	signedBlocks = 4
	signedPause  = 40 * time.Second
)

// firstSigned looks for the key's first signature in the blocks from one on; 0 if
// none is there. What comes after a commit stands in it when the next block is there,
// so each is looked at again.
func (s *session) firstSigned(ctx context.Context, from int64, key consortiumtypes.PublicKey) (int64, error) {
	deadline := time.Now().Add(signedPause)
	for {
		status, err := s.nodes.Status(ctx)
		if err != nil {
			return 0, err
		}
		latest := status.SyncInfo.LatestBlockHeight
		for height := from; height <= min(latest, from+signedBlocks-1); height++ {
			if signed, err := s.signed(ctx, height, key); err != nil || signed {
				return height, err
			}
		}
		if latest >= from+signedBlocks || time.Now().After(deadline) {
			return 0, nil
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return 0, err
		}
	}
}

// signed tells whether a key's signature stands in the commit of a block as the
// node has it.
func (s *session) signed(ctx context.Context, height int64, key consortiumtypes.PublicKey) (bool, error) {
	crypto, err := key.CryptoKey()
	if err != nil {
		return false, internal(err)
	}
	res, err := s.nodes.Commit(ctx, &height)
	if err != nil {
		return false, err
	}
	for _, sig := range res.Commit.Signatures {
		if sig.BlockIDFlag == cmttypes.BlockIDFlagCommit && bytes.Equal(sig.ValidatorAddress, crypto.Address()) {
			return true, nil
		}
	}
	return false, nil
}
