package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is wrong with a policy is said in Chinese in the Chinese sentence.
func TestPolicyErrorsInChinese(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"max_status_age_seconds":0}`), 0o600))
	_, err := readPins(path)
	var own *Error
	require.ErrorAs(t, err, &own)
	require.Contains(t, own.Zh, "max_status_age_seconds：应为 1 或以上的秒数")
	require.NotContains(t, own.Zh, "expected")
	require.Contains(t, own.En, "max_status_age_seconds: expected at least 1 second")
}
