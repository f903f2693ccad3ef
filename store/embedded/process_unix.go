//go:build unix && !linux

package embedded

import "syscall"

// attributes gives a child its user and a process group of its own. These
// systems have no death signal: a killed server leaves Postgres running, and
// the next start says so.
func attributes(runAs account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: runAs.credential(), Setpgid: true}
}
