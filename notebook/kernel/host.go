package kernel

import (
	"context"
	"io"
	"os"
)

// host does for a manager what needs the right to act as other users: this process
// itself (localHost), or, where the server is not root, its root parent
// (parentHost).
type host interface {
	// separation tells how far what it starts is kept apart.
	separation() separation
	// places is the folder in which each kernel has one of its own, by its id.
	places() string
	// openNote makes sure that a note's folder is there and belongs to the user of
	// slot, with the folder site (relative, may be "") in it, and returns its path
	// without links.
	openNote(dir string, slot int, site string) (string, error)
	// reclaim gives a note's folder back to the server, to be deleted.
	reclaim(dir string) error
	// start starts a kernel. What it writes past its protocol goes to output.
	start(o order, output *os.File) (started, error)
	// ask has a Python answer a question, as a note's user but outside of the sandbox,
	// and returns what it prints.
	ask(ctx context.Context, program string, q question) ([]byte, error)
	// install installs the system's packages, and shows what that prints. problem is
	// what did not work but may not matter.
	install(ctx context.Context, show io.Writer) (problem string, err error)
	// close ends what is left and gives everything back.
	close()
}

// order is everything a host must know to start a kernel.
type order struct {
	ID   string `json:"id"`
	Slot int    `json:"slot"`
	// Dir is the note's folder, as openNote returned it.
	Dir  string   `json:"dir"`
	Argv []string `json:"argv"`
	Env  []string `json:"env"`
	// ReadOnly are folders that a sandbox must show.
	ReadOnly []string `json:"readOnly"`
	// Connection is the text of the connection file.
	Connection []byte `json:"connection"`
	Limits     limits `json:"limits"`
}

// limits bound a kernel with all its children; 0 is none.
type limits struct {
	Memory    int64 `json:"memory"` // bytes
	Processes int   `json:"processes"`
	Folder    int64 `json:"folder"` // bytes of the note's folder
}

// started is a process that a host has started.
type started struct {
	pid  int
	tell func(notice) error
	// death gets one text, how it ended, once it and all it started are gone.
	death <-chan string
}

// notice is what a kernel's process can be told.
type notice string

const (
	interruptNotice notice = "interrupt" // SIGINT to the kernel itself
	terminateNotice notice = "terminate" // SIGTERM to all
	killNotice      notice = "kill"      // SIGKILL to all
)
