package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// parse reads a command line with this configuration file.
func parse(t *testing.T, file string, args ...string) (*cli, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "quire.json")
	require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
	var c cli
	parser, err := kong.New(&c, kong.Configuration(readConfig), kong.Vars{"version": "", "data": "/nowhere"}, kong.Exit(func(int) {}))
	require.NoError(t, err)
	_, err = parser.Parse(append([]string{"--config", path}, args...))
	return &c, err
}

func TestFlagsComeFromFileEnvironmentAndCommandLine(t *testing.T) {
	const file = `{"listen": "127.0.0.1:1", "log-level": "debug", "kernel-idle": "5m", "notebook-public": false, "max-kernels": 7}`
	t.Setenv("QUIRE_MAX_KERNELS", "8")
	c, err := parse(t, file, "serve", "--listen", "127.0.0.1:2")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:2", c.Serve.Listen, "the command line counts most")
	require.Equal(t, slog.LevelDebug, c.Serve.LogLevel)
	require.Equal(t, 5*time.Minute, c.Serve.KernelIdle)
	require.False(t, *c.Serve.NotebookPublic)
	require.Equal(t, 8, c.Serve.MaxKernels, "the environment counts more than the file")
}

func TestAConfigurationWithMistakesIsRefused(t *testing.T) {
	for _, file := range []string{`{"log_level": "debug"}`, `{"separation": "perhaps"}`, `[]`, `{`} {
		_, err := parse(t, file, "serve")
		require.Error(t, err, file)
	}
}
