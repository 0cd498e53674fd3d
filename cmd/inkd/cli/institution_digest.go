package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func topics() []string { return enumNames(logtypes.DigestTopic_name, "DIGEST_TOPIC_") }

func publishDigestCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "publish-digest TOPIC FILE",
		Short: "以本机构名义公布文件摘要 · Publish SHA-256 of a file under your institution's name",
		Long: `只有 32 字节的 SHA-256 上链，文件留在本机；链上不说明文件内容。
Only the 32 bytes of SHA-256 go on chain; the file stays here. TOPIC is one of
` + strings.Join(topics(), ", ") + ".",
		Example: "  inkd institution publish-digest release inkd-linux-amd64 --from center-operator",
		Args:    cobra.ExactArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return topics(), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPublish(cmd, args[0], args[1], yes)
		},
	}
	addYesFlag(cmd, &yes)
	addTxFlags(cmd)
	return cmd
}

// published is what is printed of a digest.
type published struct {
	Seq         uint64 `json:"seq"`
	Topic       string `json:"topic"`
	Digest      string `json:"digest"`
	TxHash      string `json:"tx_hash"`
	Height      int64  `json:"height"`
	CommittedMs int64  `json:"committed_ms"`
}

func runPublish(cmd *cobra.Command, word, file string, yes bool) error {
	topic, err := parseEnum("主题", "TOPIC", logtypes.DigestTopic_name, "DIGEST_TOPIC_", word)
	if err != nil {
		return err
	}
	digest, err := digestOfFile("FILE", file)
	if err != nil {
		return err
	}
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	if err := s.confirm(cmd, yes, []row{{"主题", "topic", word}, {"文件", "file", file}, {"SHA-256", "digest", hexOf(digest)}}); err != nil {
		return err
	}
	r, err := s.actForInstitution(cmd, &consortiumtypes.MsgPublishDigest{Operator: s.address, Topic: logtypes.DigestTopic(topic), Digest: digest})
	if err != nil || r.Height == 0 {
		return err
	}
	var resp consortiumtypes.MsgPublishDigestResponse
	if err := decodeResponse(r, 0, &resp); err != nil {
		return err
	}
	return s.print(cmd, published{resp.Seq, word, hexOf(digest), r.TxHash, r.Height, r.CommittedMs}, []row{
		{"已公布，日志序号", "published, seq in the log", fmt.Sprint(resp.Seq)},
		{"主题", "topic", word},
		{"SHA-256", "digest", hexOf(digest)},
		{"交易哈希", "tx_hash", r.TxHash},
		{"区块高度", "height", fmt.Sprint(r.Height)},
	})
}
