package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// The last sentence does not call all that was presented the content when only some of
// it is. (Found by TestNoFalseAccept.)
func TestNotAllThatWasPresentedIsTheContent(t *testing.T) {
	for _, v := range readVectors(t) {
		if v.Name != "rows-all" {
			continue
		}
		in := v.input(t)
		limits := func() (zh, en string) {
			for _, s := range verify.Verify(in).RestsOn {
				if s.Code == "limits" {
					zh, en = s.Zh, s.En
				}
			}
			return zh, en
		}
		zh, en := limits()
		require.Contains(t, zh, "所出示文件均即该内容")
		require.Contains(t, en, "; what was presented is of it")
		in.Presented = append(in.Presented, verify.Presented{Name: "other", Digests: digestOf([]byte("other"))})
		zh, en = limits()
		require.Contains(t, zh, "所出示 2 件中只有 1 件即该内容")
		require.Contains(t, en, "of the 2 presented only 1 are of it")
		in.Presented = in.Presented[1:]
		_, en = limits()
		require.Contains(t, en, "nothing that was presented was found to be of it")
		return
	}
	t.Fatal("expected the vector rows-all")
}

// No sentence of any vector's verdict has an argument too many or too few, and each
// check that did not pass says in Chinese what its rule is about.
func TestSentencesAreWhole(t *testing.T) {
	for _, v := range readVectors(t) {
		verdict := verify.Verify(v.input(t))
		for _, c := range verdict.Checks {
			for _, text := range []string{c.Zh, c.En, c.HintZh, c.HintEn} {
				require.NotContains(t, text, "%!", v.Name)
			}
			require.Regexp(t, `\p{Han}`, c.Zh, v.Name)
			require.Equal(t, c.HintZh == "", c.HintEn == "", v.Name)
		}
		for _, s := range verdict.RestsOn {
			require.NotContains(t, s.Zh+s.En, "%!", v.Name)
		}
	}
}
