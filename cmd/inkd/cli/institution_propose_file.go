package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
)

// maxProposalFile is far more than a proposal may hold.
const maxProposalFile = 1 << 20

func proposeFile() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "file FILE.json|-",
		Short: "从文件提出一项或多项，一并执行 · Propose what a file says: one or several messages, carried out together",
		Long: `文件是一条消息、消息的列表，或 {"messages": […]}；消息为带 @type 的 protobuf JSON，
authority 可以不写；title、document_digest 可一并写入。其他 propose 命令加 --dry-run -o json 就给出这样的文件。
The file holds one message, a list of them, or {"messages": […]}, each as protobuf JSON
with @type; authority may be left out; beside "messages" it may say title and document_digest.
Every other propose command makes such a file
with --dry-run -o json.`,
		Example: `  inkd institution propose power 3 20 --dry-run -o json > changes.json
  inkd institution propose file changes.json --title 调整权重 --from center-operator`,
		Args: cobra.ExactArgs(1),
	}
	p := &proposal{}
	return p.command(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		b, err := readAll(cmd, args[0])
		if err != nil {
			return nil, err
		}
		return p.fromFile(s, b)
	})
}

// proposalFile is what a file may say beside the messages; flags say it better.
type proposalFile struct {
	Type           string            `json:"@type"`
	Title          string            `json:"title"`
	DocumentDigest string            `json:"document_digest"`
	Messages       []json.RawMessage `json:"messages"`
}

// fromFile reads messages with @type and fills in the authority.
func (p *proposal) fromFile(s *session, b []byte) ([]sdk.Msg, error) {
	file, err := parseProposalFile(b)
	if err != nil {
		return nil, BadInput("文件不是提案", "FILE: expected messages as JSON with @type", err, "see: inkd institution propose file --help")
	}
	if p.title == "" {
		p.title = file.Title
	}
	if p.digest == nil && file.DocumentDigest != "" {
		digest, err := hex.DecodeString(file.DocumentDigest)
		if err != nil || len(digest) != sha256.Size {
			return nil, Usage("佐证文件摘要不正确", fmt.Sprintf("document_digest: expected 64 hex digits, got %q", file.DocumentDigest), "")
		}
		p.digest = digest
	}
	return s.parseMessages(file.Messages)
}

func readAll(cmd *cobra.Command, path string) ([]byte, error) {
	in := cmd.InOrStdin()
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, File("无法读取文件", "the file", err, "")
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxProposalFile+1))
	if err != nil {
		return nil, File("无法读取文件", "the file", err, "")
	}
	if len(b) > maxProposalFile {
		return nil, Usage("文件过大", fmt.Sprintf("FILE: expected at most %d bytes, got more", maxProposalFile), "")
	}
	return bytes.TrimSpace(b), nil
}

func (s *session) parseMessages(raws []json.RawMessage) ([]sdk.Msg, error) {
	msgs := make([]sdk.Msg, 0, len(raws))
	for i, raw := range raws {
		var msg sdk.Msg
		if err := s.Codec.UnmarshalInterfaceJSON(raw, &msg); err != nil {
			return nil, BadInput(fmt.Sprintf("第 %d 项不正确", i+1), fmt.Sprintf("message %d", i+1), err, "")
		}
		if f := reflect.ValueOf(msg).Elem().FieldByName("Authority"); f.IsValid() && f.Kind() == reflect.String && f.String() == "" {
			f.SetString(app.Authority)
		}
		msgs = append(msgs, msg)
	}
	return msgs, nil
}

func parseProposalFile(b []byte) (proposalFile, error) {
	var f proposalFile
	if len(b) > 0 && b[0] == '[' {
		err := json.Unmarshal(b, &f.Messages)
		return f, err
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return f, err
	}
	if f.Type != "" { // one message, whatever its fields are called
		return proposalFile{Messages: []json.RawMessage{b}}, nil
	}
	if len(f.Messages) == 0 {
		return f, errors.New(`expected "@type" or "messages", got neither`)
	}
	return f, nil
}
