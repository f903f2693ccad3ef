package kernel_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/kernel"
)

// serveUntilKilled starts a kernel with the separation and in the folder that the
// arguments name, tells its process on stdout and stays.
func serveUntilKilled() {
	m, err := kernel.New(kernel.Config{
		Separation: kernel.Separation(os.Args[1]),
		SpecPath:   []string{"/usr/share/jupyter/kernels"},
		Log:        slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	k, err := m.Start(context.Background(), notebook.StartKernel{Spec: "python3", Dir: os.Args[2]})
	if err != nil {
		panic(err)
	}
	fmt.Println(kernel.PID(k))
	select {}
}

// TestServerKilled: kernels end when the server is killed and cannot end them.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	for _, s := range []kernel.Separation{kernel.SeparationNone, kernel.SeparationUser, kernel.SeparationSandbox} {
		t.Run(string(s), func(t *testing.T) {
			if s != kernel.SeparationNone {
				needRoot(t)
			}
			if s == kernel.SeparationSandbox {
				needBubblewrap(t)
			}
			dir := filepath.Join(openDir(t), "note")
			cmd := reexec(t, "server", string(s), dir)
			cmd.Env = append(cmd.Env, "TMPDIR="+openDir(t))
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			line, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			pid, err := strconv.Atoi(strings.TrimSpace(line))
			require.NoError(t, err)
			inside := processesIn(t, dir)
			require.NotEmpty(t, inside)

			require.NoError(t, cmd.Process.Kill())
			require.Error(t, cmd.Wait())
			for _, p := range append(inside, pid) {
				awaitGone(t, p)
			}
		})
	}
}
