package embedded_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

// fakePrograms is a bin directory whose postgres only knows its version.
func fakePrograms(t *testing.T, version string) string {
	t.Helper()
	bin := filepath.Join(tempDir(t), "bin")
	require.NoError(t, os.Mkdir(bin, 0o755))
	for _, program := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755))
	}
	return bin
}

func TestNoProgramsSaysWhatToType(t *testing.T) {
	dir := stateDir(t)
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir, BinDir: t.TempDir()})
	require.ErrorContains(t, err, "apt-get install postgresql")
	require.ErrorContains(t, err, "npm install --prefix "+embedded.DownloadDir(dir)+" "+embedded.PackageName())
	require.ErrorContains(t, err, "QUIRE_DATABASE_URL=")
	require.NoDirExists(t, filepath.Join(dir, "data"))
}

func TestOldProgramsAreRefused(t *testing.T) {
	bin := fakePrograms(t, "14.9 (Debian 14.9-1)")
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: stateDir(t), BinDir: bin})
	require.ErrorContains(t, err, "15 or newer")
	require.ErrorContains(t, err, "only Postgres 14 ("+bin+") was found")
}

// The configured programs are the only ones that count: falling back to others
// would make data that the configured ones cannot read.
func TestConfiguredProgramsOfAnotherMajor(t *testing.T) {
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	require.NoError(t, s.Stop(t.Context()))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir, BinDir: fakePrograms(t, "99.1")})
	require.ErrorContains(t, err, "only Postgres 99")
	start(t, embedded.Config{Dir: dir})
}

// New data gets the newest packaged Postgres, existing data the one that made
// it, wherever that is found.
func TestProgramsOnThePath(t *testing.T) {
	t.Setenv("PATH", fakePrograms(t, "99.1")+":"+os.Getenv("PATH"))
	dir := stateDir(t)
	data := filepath.Join(dir, "data")
	require.NoError(t, os.MkdirAll(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("99\n"), 0o600))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	require.ErrorContains(t, err, "password", "the programs were found, and the data is used as it is")
}

func TestPackageLinks(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "native", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "native", "lib"), 0o755))
	library := filepath.Join(dir, "native", "lib", "libpq.so.5.18")
	require.NoError(t, os.WriteFile(library, []byte("library"), 0o644))
	links := `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]`
	list := filepath.Join(dir, "native", "pg-symlinks.json")
	require.NoError(t, os.WriteFile(list, []byte(links), 0o644))

	require.NoError(t, embedded.CompletePackage(bin))
	require.NoError(t, embedded.CompletePackage(bin), "a second time there is nothing to do")
	target, err := os.Readlink(filepath.Join(dir, "native", "lib", "libpq.so.5"))
	require.NoError(t, err)
	require.Equal(t, "libpq.so.5.18", target)

	outside := strings.ReplaceAll(links, "native/lib/libpq.so.5\"", "../outside\"")
	require.NoError(t, os.WriteFile(list, []byte(outside), 0o644))
	require.Error(t, embedded.CompletePackage(bin))
	require.NoFileExists(t, filepath.Join(dir, "..", "outside"))
}

// QUIRE_TEST_POSTGRES_NPM names a directory where the npm package is installed.
func TestPackagedPostgresRuns(t *testing.T) {
	dir := os.Getenv("QUIRE_TEST_POSTGRES_NPM")
	if dir == "" {
		dir = filepath.Join("..", "..", "web")
	}
	dir, err := filepath.Abs(dir)
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(dir, "node_modules", embedded.PackageName())); err != nil {
		t.Skipf("the npm package %s is not installed; QUIRE_TEST_POSTGRES_NPM may name where it is", embedded.PackageName())
	}
	s := start(t, embedded.Config{Dir: stateDir(t), BinDir: dir})
	require.Contains(t, ask(t, s.URL(), `SELECT version()`), "PostgreSQL")
	require.Contains(t, ask(t, s.URL(), `SELECT setting FROM pg_config() WHERE name = 'BINDIR'`), dir)
}
