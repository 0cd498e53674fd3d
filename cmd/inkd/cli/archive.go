package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/inkchain/inkd/logindex"
	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/prove"
)

func archiveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "archive",
		Short:   "节点的证明存档：备份 · The proof archive of a node: its backup",
		Example: "  inkd archive backup /mnt/backup",
		RunE:    client.ValidateCmd,
	}
	cmd.AddCommand(archiveBackupCommand())
	return cmd
}

func archiveBackupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup DIR",
		Short: "备份运行中节点的证明存档 · Back up the proof archive of a running node",
		Long: `将自己节点的证明存档复制到 DIR/archive.db，节点照常运行；再次执行只补充新增部分。
存档无法由状态重建，宜每日备份至另一机器。恢复：停止节点，以备份替换 HOME/archive.db，再启动；
备份之后的部分由节点自行补齐，或取自 app.toml 中 [archive] 所列的对等节点。
Copies the proof archive of your own node to DIR/archive.db while the node runs; done
again it adds what is new. The archive cannot be made again from the state: back it up
to another machine, daily. To restore it, stop the node, put the backup in the place of
HOME/archive.db, and start; what came after the backup the node makes up for, or has
from the peers in [archive] of app.toml.

每项均经核对：日志头须通向其上区块的应用哈希，区块须有所附验证人集合三分之二以上的签名。该集合是否属于
本链，由 inkd audit --anchor 判断。
Everything is checked: heads lead to the app hash of the header above, and headers have
more than two thirds of the set beside them. Whether that set is the chain's, inkd audit
--anchor says of a restored home.`,
		Example: "  inkd archive backup /mnt/backup\n  inkd archive backup /mnt/backup --node tcp://127.0.0.1:26657 -o json",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runArchiveBackup(cmd, args[0]) },
	}
	addClientFlags(cmd)
	return cmd
}

// backedUp is what is printed of a backup.
type backedUp struct {
	Archive   string `json:"archive"`
	NewHeads  uint64 `json:"new_heads"`
	NewBlocks uint64 `json:"new_blocks"`
	Heads     uint64 `json:"heads"`
	Blocks    uint64 `json:"blocks"`
	// Left are heads whose next block the node has not, or not yet.
	Left uint64 `json:"left"`
}

func runArchiveBackup(cmd *cobra.Command, dir string) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	logID, err := s.source().LogID(cmd.Context())
	if err != nil {
		return err
	}
	db, err := openBackup(dir)
	if err != nil {
		return err
	}
	defer db.Close()
	archive, err := logindex.OpenArchive(db)
	if err != nil {
		return File("无法读取备份", dir, err, "")
	}
	copied, err := archive.Copy(cmd.Context(), archiveOf{s.source()}, logID, nil)
	if err != nil {
		return copyError(dir, err)
	}
	out := backedUp{Archive: filepath.Join(dir, logindex.ArchiveName+".db"), NewHeads: copied.Heads, NewBlocks: copied.Blocks, Left: copied.Left}
	out.Heads, out.Blocks, _, _, _ = archive.Stats()
	return s.print(cmd, out, []row{
		{"备份", "backup", out.Archive},
		{"新增日志头", "new heads", strconv.FormatUint(out.NewHeads, 10)},
		{"新增区块", "new blocks", strconv.FormatUint(out.NewBlocks, 10)},
		{"共计日志头", "heads in all", strconv.FormatUint(out.Heads, 10)},
		{"共计区块", "blocks in all", strconv.FormatUint(out.Blocks, 10)},
		{"尚待其上区块的日志头", "heads left, without the block above", strconv.FormatUint(out.Left, 10)},
	})
}

// openBackup opens the copy in a directory that is no node's home: what a node keeps
// it checks against its own state.
func openBackup(dir string) (dbm.DB, error) {
	_, err := os.Stat(filepath.Join(dir, "config"))
	if err == nil {
		return nil, Usage("该目录是节点主目录，请指定其他目录："+dir, fmt.Sprintf("expected a directory that is no home of a node, got %s", dir), "")
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, File("无法读取目录", dir, err, "")
	}
	db, err := dbm.NewGoLevelDB(logindex.ArchiveName, dir, nil)
	if err != nil {
		return nil, File("无法打开备份", dir, err, "")
	}
	return db, nil
}

func copyError(dir string, err error) error {
	var own *Error
	switch {
	case isInterrupted(err):
		return err
	case errors.Is(err, logindex.ErrOtherLog):
		return Usage("该备份属于另一部日志："+dir, err.Error(), "choose another directory")
	case errors.Is(err, logindex.ErrNotSound):
		return &Error{Exit: ExitInternal, Code: "internal", Zh: "节点的答复不可信：" + err.Error(), En: "the node's answer: " + err.Error(), Hint: "stop the node and look at it: inkd audit", Cause: err}
	case errors.As(err, &own):
		return err
	}
	return File("无法写入备份", dir, err, "")
}

// archiveOf is the archive behind the queries of nodes.
type archiveOf struct{ *source }

var _ logindex.Queries = archiveOf{}

func (a archiveOf) Heads(ctx context.Context, q *indextypes.QueryHeadsRequest) (*indextypes.QueryHeadsResponse, error) {
	return fromArchive[indextypes.QueryHeadsResponse](ctx, a.source, "Heads", q)
}

// Links is one page, unlike that of the source.
func (a archiveOf) Links(ctx context.Context, q *indextypes.QueryLinksRequest) (*indextypes.QueryLinksResponse, error) {
	return fromArchive[indextypes.QueryLinksResponse](ctx, a.source, "Links", q)
}

func (a archiveOf) Head(ctx context.Context, q *indextypes.QueryHeadRequest) (*indextypes.QueryHeadResponse, error) {
	return fromArchive[indextypes.QueryHeadResponse](ctx, a.source, "Head", q)
}

func (a archiveOf) Block(ctx context.Context, q *indextypes.QueryBlockRequest) (*indextypes.QueryBlockResponse, error) {
	return fromArchive[indextypes.QueryBlockResponse](ctx, a.source, "Block", q)
}

// fromArchive asks for a part of an archive; NotFound if no node has it.
func fromArchive[R any, PR interface {
	*R
	proto.Message
}](ctx context.Context, s *source, method string, q proto.Message) (*R, error) {
	resp, err := fromAny[R, PR](ctx, s, queryOf("index", method), q)
	if errors.Is(err, prove.ErrNotFound) {
		err = status.Error(codes.NotFound, err.Error())
	}
	return resp, err
}
