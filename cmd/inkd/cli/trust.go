package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/cmd/verifycommand"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func trustCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "信任：信任锚、固定点、补充证明 · Trust: anchors, pins, separate proofs",
		Long: `核验以用户自己的信任为起点：信任锚说明是哪部日志、由谁创立；策略中的固定点说明日志当时的样子。
二者都须经平台以外的途径核对。
Verification begins with the user's own trust: the anchor says which log it is and who
founded it, the pins of a policy what the log was like at a time. Both are compared by
another way than this platform.`,
		Example: "  inkd trust export --out anchor.ink\n  inkd trust show anchor.ink\n  inkd trust pin --anchor anchor.ink --policy policy.json",
		RunE:    client.ValidateCmd,
	}
	cmd.AddCommand(trustExportCommand(), trustShowCommand(), trustPinCommand(), trustProofCommand())
	return cmd
}

// exportFlags are what a user says of an anchor to be made.
type exportFlags struct {
	genesis  string
	previous string
	logSize  uint64
	out      outFile
}

func trustExportCommand() *cobra.Command {
	f := &exportFlags{out: outFile{magic: bundle.AnchorMagic}}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "制作信任锚并给出指纹 · Make the anchor and print its fingerprint",
		Long: `由创世文件（--genesis，不联网）或由自己的节点制作信任锚。所制信任锚即所据来源之言：请与其他机构
各自制作的核对指纹，并在平台以外公布。日志历经多条链时，以 --previous 给出此前的信任锚。
指纹取决于 --log-size：信任锚列出日志前 N 条所述的机构及其密钥，N 不同，指纹可以不同。两家机构核对
指纹前须约定同一 --log-size（由创世文件所制者只列创始机构）；公布指纹时请一并公布所用条数。
Makes the anchor from the genesis file (--genesis, offline) or from your own node. It is
the word of what it was made from: compare its fingerprint with those that other
institutions made, and publish it outside of the platform. If the log went through
several chains, --previous gives the anchor so far.
The fingerprint depends on --log-size: the anchor names the institutions and keys of the
first N entries, so another N may give another fingerprint. Two institutions compare
fingerprints of the same --log-size only (one made of the genesis file names the founders);
publish the size with the fingerprint.`,
		Example: "  inkd trust export --out anchor.ink\n  inkd trust export --genesis genesis.json --out anchor.ink -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrustExport(cmd, f)
		},
	}
	s := cmd.Flags()
	s.StringVar(&f.genesis, "genesis", "", "创世文件 · make it from this genesis file, asking no node")
	s.StringVar(&f.previous, "previous", "", "此前的信任锚 · the anchor of the eras so far")
	s.Uint64Var(&f.logSize, "log-size", 0, "机构以日志前 N 条为准，影响指纹 · institutions as the first N entries name them, which the fingerprint depends on (default: all there are now)")
	s.StringVar(&f.out.path, "out", "anchor.ink", "信任锚文件 · the file to write")
	s.BoolVar(&f.out.force, "force", false, "覆盖已有的同类文件 · replace the file if it is there and of the same kind")
	addClientFlags(cmd)
	return cmd
}

// exportedAnchor is what is printed of a new anchor.
type exportedAnchor struct {
	Anchor       string `json:"anchor"`
	Fingerprint  string `json:"fingerprint"`
	LogID        string `json:"log_id"`
	ChainID      string `json:"chain_id"`
	Eras         int    `json:"eras"`
	Institutions int    `json:"institutions"`
	// LogSize is how many entries of the log the institutions are taken from.
	LogSize uint64 `json:"log_size"`
	Source  string `json:"source"` // genesis or node
}

func runTrustExport(cmd *cobra.Command, f *exportFlags) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	if f.genesis != "" && cmd.Flags().Changed("log-size") {
		return Usage("--log-size 不与 --genesis 同用：创世文件只述创始机构", "--log-size: expected none with --genesis, which names the founders, got "+fmt.Sprint(f.logSize), "")
	}
	f.out.inputs = []string{f.previous, f.genesis}
	if err := f.out.check(); err != nil {
		return err
	}
	var previous *bundle.Anchor
	if f.previous != "" {
		if previous, err = readAnchor(f.previous); err != nil {
			return err
		}
	}
	out := exportedAnchor{Anchor: f.out.path}
	var a *bundle.Anchor
	if f.genesis != "" {
		out.Source = "genesis"
		a, out.LogSize, err = s.anchorOfGenesis(f.genesis, previous)
	} else {
		out.Source = "node"
		a, out.LogSize, err = s.anchorOfNode(cmd.Context(), f.logSize, previous)
	}
	if err == nil {
		err = cmd.Context().Err()
	}
	if err != nil {
		return err
	}
	if err := f.out.write(a.Bytes()); err != nil {
		return err
	}
	print := a.Fingerprint()
	out.Fingerprint, out.LogID = hexOf(print[:]), hexOf(a.LogID[:])
	out.ChainID, out.Eras, out.Institutions = a.Eras[len(a.Eras)-1].ChainID, len(a.Eras), len(a.Institutions)
	by := fmt.Sprintf("%d（据日志前 %d 条 · by the first %d entries）", out.Institutions, out.LogSize, out.LogSize)
	if out.LogSize == 0 {
		by = fmt.Sprintf("%d（创始机构 · the founders）", out.Institutions)
	}
	again := ""
	if out.LogSize != 0 {
		again = fmt.Sprintf("inkd trust export --log-size %d", out.LogSize)
	}
	return s.print(cmd, out, []row{
		{"信任锚", "anchor", out.Anchor},
		{"指纹（请在平台以外核对）", "fingerprint, compare it outside of the platform", verifycommand.Groups(out.Fingerprint)},
		{"日志", "log", out.LogID},
		{"链", "chain", fmt.Sprintf("%s（第 %d 个纪元 · era %d）", out.ChainID, out.Eras, out.Eras)},
		{"机构", "institutions", by},
		{"他人比对指纹须用", "others compare with the fingerprint of", again},
		{"来源", "made from", map[string]string{"genesis": "创世文件 · the genesis file", "node": "节点 · the node"}[out.Source]},
	})
}

// anchorOfNode makes the anchor of what the nodes say, or of former eras with the
// institutions as the nodes say.
func (s *session) anchorOfNode(ctx context.Context, logSize uint64, previous *bundle.Anchor) (*bundle.Anchor, uint64, error) {
	size, err := s.logSize(ctx)
	if err != nil {
		return nil, 0, err
	}
	if logSize > size {
		return nil, 0, Usage("日志没有这么多条", fmt.Sprintf("--log-size: expected up to %d, got %d", size, logSize), "")
	}
	if logSize == 0 {
		logSize = size
	}
	src := s.source()
	if previous == nil {
		era, err := firstEra(ctx, src)
		if err != nil {
			return nil, 0, explained(err)
		}
		a, err := prove.Anchor(ctx, src, logSize, era)
		return a, logSize, explained(err)
	}
	id, err := src.LogID(ctx)
	if err != nil {
		return nil, 0, err
	}
	if id != previous.LogID {
		return nil, 0, otherLog(id, previous.LogID)
	}
	a, err := prove.Anchor(ctx, src, logSize, previous.Eras...)
	return a, logSize, explained(err)
}

func otherLog(want, got bundle.Hash) *Error {
	return Usage("此前的信任锚属于另一部日志", fmt.Sprintf("--previous: expected the anchor of log %x, got of %x", want, got), "")
}

// logSize is how many entries the log has.
func (s *session) logSize(ctx context.Context) (uint64, error) {
	head, err := s.log().Head(ctx, &logtypes.QueryHeadRequest{})
	if err != nil {
		return 0, err
	}
	return head.Head.Size_, nil
}

// anchorOfGenesis makes the anchor of what a genesis file says.
func (s *session) anchorOfGenesis(file string, previous *bundle.Anchor) (*bundle.Anchor, uint64, error) {
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return nil, 0, BadInput("不是创世文件："+file, file+": expected a genesis file", err, "")
	}
	g, err := s.founding(doc)
	if err != nil {
		return nil, 0, BadInput("创世文件不可用："+file, file, err, "check it: inkd genesis validate "+file)
	}
	a, err := g.anchor(previous)
	return a, uint64(len(g.entries)), err
}
