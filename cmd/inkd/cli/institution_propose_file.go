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
	"time"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// maxProposalFile is far more than a proposal may hold.
const maxProposalFile = 1 << 20

func proposeFile() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "file FILE.json|-",
		Short: "从文件提出一项或多项，一并执行 · Propose what a file says: one or several messages, carried out together",
		Long: `文件是一条消息、消息的列表，或 {"messages": […]}；消息为带 @type 的 protobuf JSON，
authority 可以不写；title、document_digest、expires_at 可一并写入。其他 propose 命令加 --dry-run -o json 就给出这样的文件。
The file holds one message, a list of them, or {"messages": […]}, each as protobuf JSON
with @type; authority may be left out; beside "messages" it may say title, document_digest and expires_at, which the flags
override. Every other propose command makes such a file with --dry-run -o json.
每项提案最多 ` + fmt.Sprint(consortiumtypes.MaxProposalMessages) + ` 条消息 · at most ` + fmt.Sprint(consortiumtypes.MaxProposalMessages) + ` messages in one proposal.`,
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
	Title          string            `json:"title"`
	DocumentDigest string            `json:"document_digest"`
	ExpiresAt      string            `json:"expires_at"`
	Messages       []json.RawMessage `json:"messages"`
	// Described is what --dry-run adds for people.
	Described json.RawMessage `json:"described"`
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
	if file.ExpiresAt != "" && !p.deadlineGiven {
		if p.expires, err = parseExpiry(file.ExpiresAt, time.Now()); err != nil {
			return nil, err
		}
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
			return nil, s.badMessage(i+1, raw, err)
		}
		if f := reflect.ValueOf(msg).Elem().FieldByName("Authority"); f.IsValid() && f.Kind() == reflect.String && f.String() == "" {
			f.SetString(app.Authority)
		}
		msgs = append(msgs, msg)
	}
	return msgs, nil
}

// badMessage names the field of a message that could not be read.
func (s *session) badMessage(number int, raw json.RawMessage, err error) error {
	zh, en := fmt.Sprintf("第 %d 项不正确", number), fmt.Sprintf("message %d: ", number)
	tree, treeErr := decodeTree(raw)
	if treeErr != nil {
		return Usage(zh, en+`expected a JSON object with "@type", got something else`, "")
	}
	kind, ok := tree["@type"].(string)
	if !ok {
		return Usage(zh, en+`@type: expected the type of a message, got none`, "")
	}
	if _, unknown := s.InterfaceRegistry.Resolve(kind); unknown != nil {
		return Usage(zh, en+fmt.Sprintf("@type: expected the type of a message of this chain, got %q", kind), "")
	}
	delete(tree, "@type")
	wrong := wrongField(tree, err, func(part []byte) error {
		typed, err := json.Marshal(kind)
		if err != nil {
			return err
		}
		var msg sdk.Msg
		return s.Codec.UnmarshalInterfaceJSON(append([]byte(`{"@type":`+string(typed)+`,`), part[1:]...), &msg)
	})
	return Usage(zh+"："+wrong.path, en+wrong.String(), "")
}

func parseProposalFile(b []byte) (proposalFile, error) {
	var f proposalFile
	if len(b) > 0 && b[0] == '[' {
		return f, plainJSON(json.Unmarshal(b, &f.Messages))
	}
	tree, err := decodeTree(b)
	if err != nil {
		return f, plainJSON(err)
	}
	if _, one := tree["@type"]; one { // whatever its fields are called
		return proposalFile{Messages: []json.RawMessage{b}}, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, plainJSON(err)
	}
	if len(f.Messages) == 0 {
		return f, errors.New(`expected "@type" or "messages", got neither`)
	}
	return f, nil
}
