package light

import "time"

// CompareEvery sets how often unconfirmed headers are compared anew, until it is undone.
func CompareEvery(d time.Duration) (undo func()) {
	was := compareEvery
	compareEvery = d
	return func() { compareEvery = was }
}

// MaxKept sets how many headers are in memory, until it is undone.
func MaxKept(n int) (undo func()) {
	was := maxKept
	maxKept = n
	return func() { maxKept = was }
}
