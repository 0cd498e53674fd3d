//go:build !unix

package recipe

import "os"

const openFlags = os.O_RDONLY
