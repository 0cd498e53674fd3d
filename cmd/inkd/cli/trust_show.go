package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/cmd/verifycommand"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func trustShowCommand() *cobra.Command {
	var compare string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "查看信任锚或策略 · Show an anchor or a policy",
		Long: `显示信任锚（含四位一组的指纹）或策略文件的内容。--compare 与公布的指纹比较，不同则以 68 退出。
Shows what an anchor (with its fingerprint in groups of four) or a policy says. --compare
holds the fingerprint against a published one and ends with 68 if they differ.`,
		Example: "  inkd trust show anchor.ink\n  inkd trust show anchor.ink --compare 'c218 e3e4 9b16 …'\n  inkd trust show policy.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrustShow(cmd, args[0], compare)
		},
	}
	cmd.Flags().StringVar(&compare, "compare", "", "公布的指纹 · the fingerprint as it was published; spaces do not matter")
	addOutputFlag(cmd)
	return cmd
}

func runTrustShow(cmd *cobra.Command, path, compare string) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	wanted := cmd.Flags().Changed("compare") // an empty one is a script's mistake, and compares nothing
	b, err := ReadBounded(path, bundle.MaxBytes)
	if err != nil {
		return File("无法读取文件", "the file", err, "")
	}
	if strings.HasPrefix(strings.TrimSpace(string(b[:min(len(b), 64)])), "{") {
		return s.showPolicy(cmd, path, b, wanted)
	}
	a, err := bundle.ParseAnchor(b)
	if err != nil {
		if errors.Is(err, bundle.ErrMagic) {
			return eitherFile.unusable("", path, b, err)
		}
		return anchorFile.unusable("", path, b, err)
	}
	print := a.Fingerprint()
	if wanted {
		if err := compareFingerprint(hexOf(print[:]), compare); err != nil {
			return err
		}
	}
	shown := newShownAnchor(a)
	shown.Matches = wanted
	if s.OutputFormat == "json" {
		return printJSON(cmd.OutOrStdout(), shown)
	}
	return shown.text(cmd.OutOrStdout())
}

func compareFingerprint(got, want string) error {
	plain := strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == ':' || r == '-' {
			return -1
		}
		return r
	}, want))
	if _, err := verify.ParseHash(plain); err != nil {
		return BadInput("指纹不正确", "--compare", err, "")
	}
	if plain != got {
		return File("指纹不同：这不是所公布的信任锚", fmt.Sprintf("the fingerprint: expected %s, got %s", verifycommand.Groups(plain), verifycommand.Groups(got)), nil, "请勿使用该信任锚；仅同一 --log-size 导出的指纹可比 · do not use this anchor; fingerprints are compared of the same inkd trust export --log-size only")
	}
	return nil
}

// shownAnchor is an anchor as `inkd trust show` prints it.
type shownAnchor struct {
	Fingerprint  string           `json:"fingerprint"`
	Matches      bool             `json:"fingerprint_matches,omitempty"` // the published one was given, and is this
	LogID        string           `json:"log_id"`
	Eras         []shownEra       `json:"eras"`
	Institutions []shownTrustedIn `json:"institutions"`
}

type shownEra struct {
	ChainID       string           `json:"chain_id"`
	InitialHeight uint64           `json:"initial_height"`
	LogSize       uint64           `json:"log_size"`
	LogRoot       string           `json:"log_root"`
	Validators    []shownTrustedBy `json:"validators"`
}

type shownTrustedBy struct {
	Institution uint64 `json:"institution,omitempty"` // 0: the anchor does not name it
	Name        string `json:"name,omitempty"`
	KeyType     string `json:"key_type"`
	Key         string `json:"key"`
	Power       uint64 `json:"power"`
}

type shownTrustedIn struct {
	ID   uint64     `json:"id"`
	Name string     `json:"name"`
	Kind string     `json:"kind"`
	Keys []shownKey `json:"keys"`

	kind said // for people
}

type shownKey struct {
	Type string `json:"type"`
	Key  string `json:"key"`
}

func newShownAnchor(a *bundle.Anchor) shownAnchor {
	print := a.Fingerprint()
	out := shownAnchor{Fingerprint: hexOf(print[:]), LogID: hexOf(a.LogID[:]), Institutions: []shownTrustedIn{}}
	holders := map[shownKey]bundle.Institution{}
	for _, in := range a.Institutions {
		shown := shownTrustedIn{ID: in.ID, Name: in.Name, Kind: enumWord(logtypes.InstitutionKind(in.Kind).String(), "INSTITUTION_KIND_"), Keys: []shownKey{}, kind: kindName(logtypes.InstitutionKind(in.Kind))}
		for _, k := range in.Keys {
			key := newShownKey(k)
			shown.Keys = append(shown.Keys, key)
			holders[key] = in
		}
		out.Institutions = append(out.Institutions, shown)
	}
	for _, e := range a.Eras {
		era := shownEra{ChainID: e.ChainID, InitialHeight: e.InitialHeight, LogSize: e.LogSize, LogRoot: hexOf(e.LogRoot[:])}
		for _, v := range e.Validators {
			key := newShownKey(v.PublicKey)
			in := holders[key]
			era.Validators = append(era.Validators, shownTrustedBy{in.ID, in.Name, key.Type, key.Key, v.Power})
		}
		out.Eras = append(out.Eras, era)
	}
	return out
}

func newShownKey(k bundle.PublicKey) shownKey {
	return shownKey{keyTypeName(k.Type), hexOf(k.Key)}
}

// keyTypeName is the name of a key's type, as policies have it.
func keyTypeName(t uint32) string {
	switch t {
	case bundle.KeyEd25519:
		return "ed25519"
	case bundle.KeyMLDSA65:
		return "ml-dsa-65"
	}
	return "type " + strconv.FormatUint(uint64(t), 10)
}

// shortKey keeps a long key on its line; JSON has all of it.
func shortKey(key string) string {
	if len(key) > 64 {
		return key[:64] + "…"
	}
	return key
}

func (a shownAnchor) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "信任锚指纹 · anchor fingerprint: %s\n日志 · log: %s\n", verifycommand.Groups(a.Fingerprint), a.LogID)
	if a.Matches {
		b.WriteString("指纹与所公布的一致 · the fingerprint matches the published one\n")
	}
	for i, e := range a.Eras {
		fmt.Fprintf(&b, "纪元 %d · era %d: 链 · chain %s, 自高度 · from height %d, 日志 · log of %d 条 · entries, 根 · root %s\n", i+1, i+1, e.ChainID, e.InitialHeight, e.LogSize, e.LogRoot)
		for _, v := range e.Validators {
			who := "机构不明 · institution unknown"
			if v.Institution != 0 {
				who = fmt.Sprintf("%d %s", v.Institution, verifycommand.Safe(v.Name))
			}
			fmt.Fprintf(&b, "  %s: 权重 · power %d, %s %s\n", who, v.Power, v.KeyType, shortKey(v.Key))
		}
	}
	b.WriteString("机构 · institutions:\n")
	for _, in := range a.Institutions {
		fmt.Fprintf(&b, "  %d %s, %s\n", in.ID, verifycommand.Safe(in.Name), in.kind)
		for _, k := range in.Keys {
			fmt.Fprintf(&b, "    %s %s\n", k.Type, shortKey(k.Key))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// showPolicy prints a policy; as JSON in its own canonical form.
func (s *session) showPolicy(cmd *cobra.Command, path string, b []byte, compared bool) error {
	if compared {
		return Usage("策略没有指纹", "--compare: expected an anchor, got a policy", "")
	}
	p, err := verify.ParsePolicy(b)
	if err != nil {
		return policyFile.unusable("", path, b, err)
	}
	if s.OutputFormat == "json" {
		_, err := cmd.OutOrStdout().Write(p.JSON())
		return err
	}
	rows := []row{
		{"必须签署的机构", "institutions that must have signed", strings.Join(p.RequiredInstitutions, "、")},
		{"利害关系方", "interested parties", strings.Join(p.Interested, "、")},
		{"必需检查", "required checks", strings.Join(p.Require, ", ")},
	}
	if p.MinInstitutions > 0 {
		rows = append(rows, row{"至少签署机构数", "least number of institutions", strconv.Itoa(p.MinInstitutions)})
	}
	if p.MaxStatusAge > 0 {
		rows = append(rows, row{"状态最长期限", "greatest age of a status", fmt.Sprintf("%d s", p.MaxStatusAge)})
	}
	rows = append(rows, row{"时间戳机构证书", "certificates of time-stamping authorities", strconv.Itoa(len(p.TSACertificates))},
		row{"见证密钥", "witness keys", strconv.Itoa(len(p.WitnessKeys))},
		row{"固定点", "pins", strconv.Itoa(len(p.Pins))})
	for _, pin := range p.Pins {
		rows = append(rows, row{"  前 N 条", "first N entries", pinText(pin)})
	}
	for i := range rows {
		rows[i].value = verifycommand.Safe(rows[i].value)
	}
	return printRows(cmd.OutOrStdout(), rows)
}

func pinText(p verify.Pin) string {
	text := fmt.Sprintf("%d, 根 · root %x, %s %s", p.Size, p.Root, beijing(p.Date), p.Source)
	if p.NextValidatorsHash != nil {
		text += fmt.Sprintf(", 高度 · height %d, 其后验证人 · next set %x", p.Height, *p.NextValidatorsHash)
	}
	return text
}
