package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// Every message type that the chain can decode has exactly one class, and every
// class belongs to a type that has a handler.
func TestEveryMessageHasOneClass(t *testing.T) {
	a := testutil.NewChain(t, testutil.Options{}).App
	types := a.Registry.ListImplementations(sdk.MsgInterfaceProtoName)
	slices.Sort(types)
	require.Equal(t, types, slices.Sorted(maps.Keys(app.Classes)),
		"expected one row in app/msgs.go for each registered sdk.Msg and none besides")
	for _, url := range types {
		require.NotNil(t, a.MsgServiceRouter().HandlerByTypeURL(url), url)
		require.NotEqual(t, app.Refused, app.Classes[url], "%s: expected a class, got the zero value", url)
		msg, err := a.Registry.Resolve(url)
		require.NoError(t, err)
		_, decided := msg.(interface{ GetAuthority() string })
		require.Equal(t, decided, app.Classes[url] == app.Proposed, "%s: expected what an authority signs to be decided, and only that", url)
		require.True(t, decided || strings.HasPrefix(url, "/ink."), "%s: expected only messages of ink.* to come signed", url)
	}
}
