package cli

import (
	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// actForInstitution is act for what an institution's operator signs: no registrar
// enrols such a key.
func (s *signedSession) actForInstitution(cmd *cobra.Command, msg sdk.Msg) (*Receipt, error) {
	r, err := s.act(cmd, msg)
	return r, withOperatorHint(err)
}

func withOperatorHint(err error) error {
	if !isRefusal(err, consortiumtypes.ErrUnknownSigner) {
		return err
	}
	return classify(err).WithHint("an operator's key is bound by the members' decision, an admission or replace-operator: inkd institution propose --help")
}
