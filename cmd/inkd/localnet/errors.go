package localnet

import (
	"errors"
	"fmt"
	"strings"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// usage is a refusal of what the user asked for: exit status 64.
func usage(zh, en, hint string) error { return cli.Usage(zh, en, hint) }

// fileError is an error of a local file: exit status 68. Nil stays nil.
func fileError(err error) error {
	if err == nil {
		return nil
	}
	var known *cli.Error
	if errors.As(err, &known) {
		return err
	}
	return cli.File("本地文件", "local file", err, "")
}

// interrupted is the end by Ctrl-C before the network was ready.
func interrupted() error {
	return &cli.Error{
		Exit: cli.ExitInterrupted, Code: "interrupted",
		Zh: "已中断，已启动的节点已停止", En: "interrupted; the nodes that were started are stopped",
	}
}

// nodeEnded is the unexpected end of a node, with the tail of its log.
func nodeEnded(n node) error {
	tail := logTail(n, 20)
	return &cli.Error{
		Exit: cli.ExitInternal, Code: "node-ended",
		Zh:   fmt.Sprintf("节点 %s 意外停止，日志末尾如下", n.Name),
		En:   fmt.Sprintf("node %s ended unexpectedly; the end of its log:\n%s", n.Name, tail),
		Hint: "the whole log: " + short(n.logFile()),
	}
}

// nodesKilled is the end of a foreground with nodes that did not stop when asked.
func nodesKilled(names []string) error {
	list := strings.Join(names, ", ")
	return &cli.Error{
		Exit: cli.ExitInternal, Code: "nodes-killed",
		Zh: "节点未能按时停止，已强制停止：" + list, En: "these nodes did not stop in time and were killed: " + list,
	}
}

// notReady is a network that did not get to a height in time.
func notReady(height int64, all []nodeStatus) error {
	return &cli.Error{
		Exit: cli.ExitInternal, Code: "not-ready",
		Zh:   fmt.Sprintf("网络未能及时全部互联并到达高度 %d：%s", height, summary(all)),
		En:   fmt.Sprintf("expected all nodes connected to each other and at height %d in time, got: %s", height, summary(all)),
		Hint: "logs are in DIR/<name>/node.log; a busy machine may need another try",
	}
}
