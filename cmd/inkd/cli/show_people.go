package cli

import (
	"context"
	"fmt"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// showPeople fills in the enterprise, the category and the submitter of a record.
func (s *session) showPeople(ctx context.Context, out *shown, r *logtypes.Record) error {
	e, err := s.enterprises().Enterprise(ctx, &enterprisetypes.QueryEnterpriseRequest{Id: r.EnterpriseId})
	if err != nil {
		return err
	}
	out.Enterprise = shownEnterprise{e.Enterprise.Id, e.Enterprise.Name, e.Enterprise.Uscc}
	params, err := s.enterprises().Params(ctx, &enterprisetypes.QueryParamsRequest{})
	if err != nil {
		return err
	}
	out.Category.Code = r.Category
	ever := enterprisetypes.Params{Categories: append(params.Params.Categories, params.Former...)}
	if c, ok := ever.Category(r.Category); ok {
		out.Category.Name, out.Category.Zh = c.Name, c.Zh
	}
	key, err := s.consortium().Key(ctx, &consortiumtypes.QueryKeyRequest{Id: r.KeyId})
	if err != nil {
		return err
	}
	out.Submitter = shownSubmitter{r.UserId, r.KeyId, enumWord(key.Key.Custody.String(), "CUSTODY_")}
	return nil
}

// statusWord is the word that people see for a certificate's state.
func statusWord(state logtypes.CertificateState) string {
	switch state {
	case logtypes.CERTIFICATE_STATE_APPLIED, logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED, logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED:
		return "审核中"
	case logtypes.CERTIFICATE_STATE_ISSUED:
		return "已完成"
	case logtypes.CERTIFICATE_STATE_REJECTED:
		return "未通过"
	case logtypes.CERTIFICATE_STATE_REVOKED:
		return "已撤销"
	}
	return "未知"
}

// stateWord is a certificate's state in kebab case: applied, initially-reviewed,
// finally-reviewed, issued, rejected, revoked.
func stateWord(state logtypes.CertificateState) string {
	return enumWord(state.String(), "CERTIFICATE_STATE_")
}

// rows are the text form, in the order of the platform's detail page.
func (o *shown) rows() []row {
	rows := []row{
		{"数据存证编号", "number", o.Number},
		{"存证种类", "kind", o.kind},
		{"企业", "enterprise", fmt.Sprintf("%d %s", o.Enterprise.ID, o.Enterprise.Name)},
		{"企业存证序号", "enterprise_seq", fmt.Sprint(o.EnterpriseSeq)},
		{"数据类型", "category", fmt.Sprintf("%d %s %s", o.Category.Code, o.Category.Name, o.Category.Zh)},
		{"提交人", "submitter", fmt.Sprintf("user %d, key %d, %s", o.Submitter.UserID, o.Submitter.KeyID, o.Submitter.Custody)},
		{"承诺值", "commitment", o.Commitment},
		{"区块高度", "height", fmt.Sprint(o.Height)},
		{"区块记载时间（非证明时间）", "block stamp, not a proven time", beijing(o.BlockTime)},
		{"交易哈希", "tx_hash", fmt.Sprintf("%s, message %d", o.TxHash, o.MsgIndex)},
	}
	rows = append(rows, o.Opening.rows()...)
	switch c := o.Certificate; {
	case c == nil:
		return append(rows, row{"存证证书", "certificate", "未申请 · none applied for"})
	case c.Number == "":
		return append(rows, row{"存证证书", "certificate", fmt.Sprintf("%s · %s (cert_seq %d)", c.Status, c.State, c.CertSeq)})
	default:
		return append(rows, row{"存证证书", "certificate", fmt.Sprintf("%s %s · %s (cert_seq %d)", c.Number, c.Status, c.State, c.CertSeq)})
	}
}

func (o *shownOpening) rows() []row {
	if o == nil {
		return []row{{"公开部分", "public part", "未公开 · not open"}}
	}
	return []row{
		{"公开条目", "opening_seq", fmt.Sprint(o.Seq)},
		{"根哈希", "root", o.Root},
		{"取证方式", "recipe", o.Recipe},
		{"条数", "count n − h", fmt.Sprintf("%d (n %d, h %d)", o.Count, o.Items, o.HeaderItems)},
		{"数据总量", "total size", fmt.Sprintf("%d bytes", o.TotalSize)},
		{"产生时间起（声明）", "claimed production from", beijing(o.ProducedFrom)},
		{"产生时间止（声明）", "claimed production to", beijing(o.ProducedTo)},
	}
}
