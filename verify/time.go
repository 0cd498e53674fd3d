package verify

import (
	"fmt"
	"time"
)

// Time is unix nanoseconds. Its text, in JSON too, is RFC 3339 in UTC to the
// nanosecond: a number of this size loses digits in readers whose numbers are floating.
type Time uint64

// String is the text; of 0, which is no time, it is empty.
func (t Time) String() string {
	if t == 0 {
		return ""
	}
	return time.Unix(int64(t/1e9), int64(t%1e9)).UTC().Format(time.RFC3339Nano)
}

// MarshalText is the text.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the text, and no other form of the same time.
func (t *Time) UnmarshalText(b []byte) error {
	at, err := time.Parse(time.RFC3339Nano, string(b))
	*t = 0
	if err == nil {
		*t = Time(uint64(at.Unix())*1e9 + uint64(at.Nanosecond()))
	}
	if t.String() != string(b) {
		return fmt.Errorf("expected a time of RFC 3339 in UTC, like 2026-05-20T02:00:43.5Z, got %q", b[:min(len(b), 80)])
	}
	return nil
}
