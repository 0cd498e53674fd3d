package cli

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

const (
	// maxRemark and maxPersonName are in characters.
	maxRemark     = 50
	maxPersonName = 64
	// membershipForm is the form of an application to join an enterprise.
	membershipForm = "membership/1"
)

// form is a filled form that stays with the applicant; the chain holds a salted
// commitment to it. docs/spec/forms.md has the bytes.
type form struct {
	Form       string `json:"form"`
	Salt       string `json:"salt"`
	Name       string `json:"name"`
	Remark     string `json:"remark"`
	Commitment string `json:"commitment"`
}

// formCommitment is H("ink/form/v1" ‖ salt ‖ be32(length) ‖ field …); the first
// field is the form's name.
func formCommitment(salt [32]byte, fields ...string) [32]byte {
	b := append([]byte("ink/form/v1"), salt[:]...)
	for _, f := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(len(f)))
		b = append(b, f...)
	}
	return sha256.Sum256(b)
}

func joinCommand() *cobra.Command {
	var name, remark, out string
	cmd := &cobra.Command{
		Use:   "join ENTERPRISE_ID",
		Short: "申请员工认证（填写姓名与备注）· Ask to join an enterprise, with name and remark",
		Long: `姓名与备注只写入本机的表单文件，链上只有加盐的承诺值；把表单文件交给企业管理员核对。
Name and remark stay in a local form file; the chain gets a salted commitment. Hand
the file to the enterprise's administrator, who decides.`,
		Example: "  inkd tx enterprise join 1 --name 张三 --remark 数据部 --from zhangsan",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runJoin(cmd, args[0], name, remark, out)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "姓名，不上链 · name; stays off chain")
	cmd.Flags().StringVar(&remark, "remark", "", "备注，至多 50 字，不上链 · remark of at most 50 characters; stays off chain")
	cmd.Flags().StringVar(&out, "out", "", "表单文件 · form file (default: membership-ENTERPRISE-<time>.inkform)")
	_ = cmd.MarkFlagRequired("name")
	addTxFlags(cmd)
	return cmd
}

// joined is what is printed of an application to join.
type joined struct {
	EnterpriseID   uint64 `json:"enterprise_id"`
	FormCommitment string `json:"form_commitment"`
	FormFile       string `json:"form_file"`
	TxHash         string `json:"tx_hash"`
	Height         int64  `json:"height"`
	CommittedMs    int64  `json:"committed_ms"`
}

func runJoin(cmd *cobra.Command, id, name, remark, out string) error {
	enterprise, err := strconv.ParseUint(id, 10, 64)
	if err != nil || enterprise == 0 {
		return Usage("企业编号不正确："+id, fmt.Sprintf("ENTERPRISE_ID: expected a number from 1, got %q", id), "")
	}
	if err := checkFormText(name, remark); err != nil {
		return err
	}
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	if _, err := s.enterprises().Enterprise(cmd.Context(), &enterprisetypes.QueryEnterpriseRequest{Id: enterprise}); err != nil {
		return err
	}
	if out == "" {
		out = fmt.Sprintf("membership-%d-%s.inkform", enterprise, time.Now().UTC().Format("20060102T150405.000"))
	}
	commitment, err := writeForm(out, name, remark)
	if err != nil {
		return err
	}
	r, err := s.act(cmd, &enterprisetypes.MsgApplyMembership{
		Applicant: s.address, EnterpriseId: enterprise, FormCommitment: commitment[:],
	})
	if err != nil {
		return err
	}
	if r.Height == 0 {
		s.note(cmd, "表单文件，请交企业管理员核对", "form file, hand it to the administrator: "+out)
		return nil
	}
	return s.print(cmd, joined{enterprise, hexOf(commitment[:]), out, r.TxHash, r.Height, r.CommittedMs}, []row{
		{"已申请，待企业管理员审核", "applied, waiting for the administrator", fmt.Sprintf("enterprise %d", enterprise)},
		{"表单文件，请交企业管理员核对", "form file, hand it to the administrator", out},
		{"交易哈希", "tx_hash", r.TxHash},
		{"区块高度", "height", fmt.Sprint(r.Height)},
	})
}

// checkFormText names the field and the length, never the text.
func checkFormText(name, remark string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxPersonName {
		return Usage(fmt.Sprintf("姓名须为 1 至 %d 字", maxPersonName), fmt.Sprintf("--name: expected 1 to %d characters, got %d", maxPersonName, n), "")
	}
	if n := utf8.RuneCountInString(remark); n > maxRemark {
		return Usage(fmt.Sprintf("备注至多 %d 字，现有 %d 字", maxRemark, n), fmt.Sprintf("--remark: expected at most %d characters, got %d", maxRemark, n), "shorten the remark")
	}
	for flag, text := range map[string]string{"--name": name, "--remark": remark} {
		if err := format.CheckText(text, 4*maxPersonName); err != nil {
			return BadInput("文字中有不允许的字符", flag, err, "")
		}
	}
	return nil
}

// writeForm has the filled form on disk before its commitment is sent.
func writeForm(path, name, remark string) ([32]byte, error) {
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return salt, internal(err)
	}
	commitment := formCommitment(salt, membershipForm, name, remark)
	b, err := json.MarshalIndent(form{membershipForm, hexOf(salt[:]), name, remark, hexOf(commitment[:])}, "", "  ")
	if err != nil {
		return commitment, internal(err)
	}
	if err := writeFile(path, append(b, '\n')); err != nil {
		hint := ""
		if errors.Is(err, fs.ErrExist) {
			hint = "an existing file is never replaced: --out FILE"
		}
		return commitment, File("表单文件无法写入，未发送", "the form file; nothing was sent", err, hint)
	}
	return commitment, nil
}
