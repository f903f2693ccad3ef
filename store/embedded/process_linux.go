package embedded

import "syscall"

// attributes gives a child its user, a process group of its own (Ctrl-C in the
// terminal is for us), and the signal it gets when we die.
func attributes(runAs account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Credential: runAs.credential(),
		Setpgid:    true,
		Pdeathsig:  syscall.SIGINT,
	}
}
