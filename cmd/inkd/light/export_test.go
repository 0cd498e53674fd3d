package light

import "time"

// CompareEvery sets how often unconfirmed headers are compared anew, until it is undone.
func CompareEvery(d time.Duration) (undo func()) {
	was := compareEvery
	compareEvery = d
	return func() { compareEvery = was }
}
