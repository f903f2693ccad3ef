//go:build !linux

package kernel

import (
	"errors"
	"os"
	"os/exec"
)

// What only Linux has. Elsewhere kernels notice the server's death by the pid in
// JPY_PARENT_PID, and there is no sandbox.

func setThreadUmask(int) {}

func forgoNewRights() {}

func dieWithParent(*exec.Cmd) {}

func awaitExit(int) bool { return false }

func firstChild(int) (int, bool) { return 0, false }

func killMarked(string) {}

func oomKills() int64 { return 0 }

func anonymousFile() (*os.File, error) { return nil, errors.ErrUnsupported }

func hardLimit(int) uint64 { return 0 }

const (
	limitFiles = iota
	limitFileSize
	limitProcesses
	limitMemory
)
