package prove

import (
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/verify/bundle"
)

// ContentOf is the content as its owner shows it, from the header of an opening file;
// without the private part only its digest. The secret stays in the file.
func ContentOf(h *opening.Header, private bool) *bundle.Content {
	c := &bundle.Content{Public: h.Public, Nonce: h.Secret.Nonce()}
	if private {
		c.Private, c.PrivateNonce = h.Private, h.Secret.PrivateNonce()
	} else {
		c.PrivateDigest = format.PrivateDigest(h.Secret.PrivateNonce(), h.Private)
	}
	return c
}

// ContentOfReview is ContentOf for who has a review copy; its shown items are the
// bundle's.
func ContentOfReview(r *opening.Review, private bool) *bundle.Content {
	c := &bundle.Content{Public: r.Public, Nonce: r.Nonce}
	if private {
		c.Private, c.PrivateNonce = r.Private, r.PrivateNonce
	} else {
		c.PrivateDigest = format.PrivateDigest(r.PrivateNonce, r.Private)
	}
	return c
}

// AllItems are all items of an opening file, without paths: a bundle with all of them
// proves their number. It refuses more than a bundle holds.
func AllItems(f *opening.File) ([]format.Shown, error) {
	if f.Public.Items > bundle.MaxItems {
		return nil, fmt.Errorf("%w: expected at most %d items, got %d: show some of them", ErrOptions, bundle.MaxItems, f.Public.Items)
	}
	items := make([]format.Shown, 0, f.Public.Items)
	for it, err := range f.Items() {
		if err != nil {
			return nil, err
		}
		items = append(items, format.Shown{Item: it, Salt: f.Header.Secret.Salt(it.Index)})
	}
	return items, nil
}

// SomeItems are the items of an opening file with these indexes, which must ascend,
// with their paths.
func SomeItems(f *opening.File, indexes []uint64) ([]format.Shown, error) {
	r, err := f.Review(0, indexes)
	return r.Shown, err
}
