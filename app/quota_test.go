package app_test

import (
	"github.com/inkchain/inkd/testutil"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

var errQuotaExhausted = enterprisetypes.ErrQuotaExhausted

// setQuota sets an enterprise's records per day.
func setQuota(w *testutil.World, enterprise, quota uint64) {
	w.Must(w.Registrar, &enterprisetypes.MsgSetQuota{Officer: w.Registrar.Address(), EnterpriseId: enterprise, Quota: quota}, nil)
}
