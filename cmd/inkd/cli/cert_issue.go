package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func certIssueCommand() *cobra.Command {
	var copyFile, dir string
	cmd := &cobra.Command{
		Use:   "issue CERT",
		Short: "签发证书并公开公开部分 · Issue a certificate and publish the public part",
		Long: `核对审查副本后签发；证书字段与随机数先写入文件（ZS….inkcert），链上只有其承诺值。
The certificate's fields and a random nonce are on disk before anything is sent: the
chain holds only a commitment to them. The file gets its number after the issue.`,
		Example: "  inkd cert issue 431 --copy 数据.inkreview --from center-certifier --out /srv/certificates",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runIssue(cmd, args[0], copyFile, dir)
		},
	}
	cmd.Flags().StringVar(&copyFile, "copy", "", "审查副本 · the review copy (*.inkreview)")
	cmd.Flags().StringVar(&dir, "out", ".", "证书字段文件的目录 · directory for the certificate file")
	_ = cmd.MarkFlagRequired("copy")
	addTxFlags(cmd)
	return cmd
}

func runIssue(cmd *cobra.Command, id, copyFile, dir string) error {
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	c, err := s.certificate(ctx, id)
	if err != nil {
		return err
	}
	review, public, err := s.checkCopy(ctx, c, copyFile)
	if err != nil {
		return err
	}
	pending := pendingCertPath(dir, c.Certificate.CertSeq)
	if c.Certificate.State == logtypes.CERTIFICATE_STATE_ISSUED {
		return s.issuedBefore(cmd, c, pending)
	}
	file, err := s.prepareCert(ctx, c, review, public, pending)
	if err != nil {
		return err
	}
	msg, err := s.issueMessage(ctx, c, review, public, file)
	if err != nil {
		return err
	}
	r, err := s.act(cmd, msg)
	if err != nil || r.Height == 0 {
		return withCertFile(err, pending)
	}
	d, err := s.done(ctx, c.Certificate.CertSeq, r)
	if err != nil {
		return withCertFile(err, pending)
	}
	if d.CertificateFile, err = nameCert(pending, d.Number); err != nil {
		return errors.Join(s.print(cmd, d, d.rows()), err)
	}
	return s.print(cmd, d, d.rows())
}

func withCertFile(err error, pending string) error {
	return addHint(err, "the certificate file stays at "+pending+": the same command goes on with it")
}

// issuedBefore names the file of an issue whose commit was not seen.
func (s *signedSession) issuedBefore(cmd *cobra.Command, c *evidencetypes.QueryCertificateResponse, pending string) error {
	state := evidencetypes.ErrState
	already := Refused(state.Codespace(), state.ABCICode(), fmt.Sprintf("certificate %d is issued as %s", c.Certificate.CertSeq, c.Number))
	if _, err := os.Stat(pending); err != nil {
		return already
	}
	file, err := readCert(pending)
	if err != nil {
		return err
	}
	res, err := s.log().Entry(cmd.Context(), &logtypes.QueryEntryRequest{Seq: c.Certificate.IssuedSeq})
	if err != nil {
		return err
	}
	f, err := file.commitment()
	if err != nil || !bytes.Equal(f[:], res.Entry.GetCertificateIssued().GetFieldsCommitment()) {
		return already.WithHint(pending + " is not the file of this issue")
	}
	d := certDone{
		CertSeq: c.Certificate.CertSeq, Number: c.Number, EvidenceNumber: c.EvidenceNumber,
		Status: statusWord(c.Certificate.State), State: stateWord(c.Certificate.State),
		TxHash: upperHex(res.Entry.TxHash), Height: int64(res.Entry.Height), BlockTime: stamp(res.Entry.BlockTime),
	}
	if d.CertificateFile, err = nameCert(pending, d.Number); err != nil {
		return err
	}
	return s.print(cmd, d, d.rows())
}

// prepareCert has the certificate's fields and nonce on disk.
func (s *signedSession) prepareCert(ctx context.Context, c *evidencetypes.QueryCertificateResponse, review *opening.Review, public format.Public, path string) (certFile, error) {
	private, err := format.ParsePrivate(review.Private)
	if err != nil {
		return certFile{}, mismatch(err)
	}
	e, err := s.enterprises().Enterprise(ctx, &enterprisetypes.QueryEnterpriseRequest{Id: c.Certificate.EnterpriseId})
	if err != nil {
		return certFile{}, err
	}
	record, err := s.evidence().Record(ctx, &evidencetypes.QueryRecordRequest{Number: c.EvidenceNumber})
	if err != nil {
		return certFile{}, err
	}
	fields, err := format.CertificateFields{
		CertSeq: c.Certificate.CertSeq, EvidenceSeq: c.Certificate.EvidenceSeq, EnterpriseID: c.Certificate.EnterpriseId,
		Holder: e.Enterprise.Name, USCC: e.Enterprise.Uscc, Category: record.Entry.GetRecord().GetCategory(),
		Root: public.Root, Items: public.Items, HeaderItems: public.HeaderItems, TotalSize: public.TotalSize,
		Title: private.Title, Source: private.Source, ProducedFrom: public.ProducedFrom, ProducedTo: public.ProducedTo,
	}.Bytes()
	if err != nil {
		return certFile{}, BadInput("证书字段不正确", "the certificate's fields", err, "title and source together must stay below 16 KiB")
	}
	var nonce format.Hash
	if _, err := rand.Read(nonce[:]); err != nil {
		return certFile{}, internal(err)
	}
	return keepCert(path, fields, nonce)
}

func (s *signedSession) issueMessage(ctx context.Context, c *evidencetypes.QueryCertificateResponse, review *opening.Review, public format.Public, file certFile) (*evidencetypes.MsgIssueCertificate, error) {
	f, err := file.commitment()
	if err != nil {
		return nil, internal(err)
	}
	msg := &evidencetypes.MsgIssueCertificate{Officer: s.address, CertSeq: c.Certificate.CertSeq, FieldsCommitment: f[:]}
	record, err := s.evidence().Record(ctx, &evidencetypes.QueryRecordRequest{Number: c.EvidenceNumber})
	if err != nil {
		return nil, err
	}
	if record.OpeningSeq == 0 {
		digest := format.PrivateDigest(review.PrivateNonce, review.Private)
		msg.Revelation = &evidencetypes.Revelation{Public: review.Public, Nonce: review.Nonce[:], PrivateDigest: digest[:]}
	}
	wanted, err := s.wantsItem(ctx, c.Certificate, public)
	if err != nil || !wanted {
		return msg, err
	}
	if len(review.Shown) == 0 || review.Shown[0].Index != 0 {
		return nil, Usage("审查副本未展示第 0 项，无法签发", "the issue discloses item 0, but the review copy does not show it",
			"ask the applicant: inkd evidence review-copy FILE.inkopen --items 0")
	}
	msg.Item = disclosed(review.Shown[0])
	return msg, nil
}

// wantsItem says whether this issue discloses item 0: for recipe file, unless
// declined, and unless an earlier certificate of the same evidence did it.
func (s *session) wantsItem(ctx context.Context, c evidencetypes.Certificate, public format.Public) (bool, error) {
	if public.Recipe != format.RecipeFile || c.DeclineItem {
		return false, nil
	}
	for previous := c.Previous; previous != 0; {
		res, err := s.certificate(ctx, fmt.Sprint(previous))
		if err != nil {
			return false, err
		}
		if res.Certificate.IssuedSeq != 0 && !res.Certificate.DeclineItem {
			return false, nil
		}
		previous = res.Certificate.Previous
	}
	return true, nil
}

func disclosed(s format.Shown) *logtypes.DisclosedItem {
	item := &logtypes.DisclosedItem{
		Index: s.Index, Salt: s.Salt[:], Size_: s.Size, Sha256: s.SHA256[:], Sm3: s.SM3[:], Label: s.Label,
	}
	for _, h := range s.Path {
		item.Path = append(item.Path, h[:])
	}
	return item
}
