package sql_test

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends a server with a test binary that is killed.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
