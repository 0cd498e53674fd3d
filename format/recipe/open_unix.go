//go:build unix

package recipe

import (
	"os"
	"syscall"
)

// openFlags keep a named pipe from blocking the run before it is refused.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK
