package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldestMajor is the oldest Postgres that Quire runs on.
const oldestMajor = 15

// programs is where an installed Postgres's programs are.
type programs struct {
	bin     string // the directory with initdb and postgres
	major   int
	version string // as it prints it, for the log
}

// findPrograms finds the Postgres for data of the given major version; 0 means
// new data, for which the first place found will do. A configured place is the
// only one that counts.
func findPrograms(ctx context.Context, cfg Config, runAs account, major int) (programs, error) {
	var others []programs
	var failures error
	for _, bin := range places(cfg) {
		found, err := inspect(ctx, bin, runAs)
		switch {
		case ctx.Err() != nil:
			return programs{}, ctx.Err()
		case err != nil:
			failures = errors.Join(failures, err)
		case found.major == major, major == 0 && found.major >= oldestMajor:
			return found, nil
		default:
			others = append(others, found)
		}
	}
	if major != 0 {
		return programs{}, mismatchError(cfg, major, others)
	}
	return programs{}, missingError(cfg, others, failures)
}

// places lists the directories that hold Postgres's programs, best first.
func places(cfg Config) []string {
	if cfg.BinDir != "" {
		return withPrograms(append([]string{cfg.BinDir, filepath.Join(cfg.BinDir, "bin")}, packageDirs(cfg.BinDir)...))
	}
	dirs := packaged()
	if postgres, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(postgres))
	}
	dirs = append(dirs, packageDirs(DownloadDir(cfg.Dir))...)
	if self, err := os.Executable(); err == nil {
		beside := filepath.Dir(self)
		dirs = append(dirs, packageDirs(filepath.Join(beside, "web"))...)
		dirs = append(dirs, packageDirs(filepath.Join(beside, "..", "web"))...)
	}
	return withPrograms(dirs)
}

// packaged are the places of Debian's and Red Hat's packages, newest first.
func packaged() []string {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	redhat, _ := filepath.Glob("/usr/pgsql-*/bin")
	dirs := append(debian, redhat...)
	slices.SortStableFunc(dirs, func(a, b string) int { return cmp.Compare(majorIn(b), majorIn(a)) })
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

func majorIn(text string) int {
	major, _ := strconv.Atoi(digits.FindString(text))
	return major
}

func withPrograms(dirs []string) []string {
	return slices.DeleteFunc(dirs, func(dir string) bool {
		for _, program := range []string{"postgres", "initdb"} {
			if info, err := os.Stat(filepath.Join(dir, program)); err != nil || info.IsDir() {
				return true
			}
		}
		return false
	})
}

// inspect asks the programs for their version, as the user that will run them.
func inspect(ctx context.Context, bin string, runAs account) (programs, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return programs{}, err
	}
	if err := completePackage(bin); err != nil {
		return programs{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version")
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C"}
	cmd.SysProcAttr = attributes(runAs)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return programs{}, fmt.Errorf("%s cannot be run by the user %s: %w %s", cmd.Path, runAs.name, err, strings.TrimSpace(string(out)))
	}
	version := strings.TrimSpace(string(out))
	return programs{bin: bin, major: majorIn(version), version: version}, nil
}

// mismatchError is for data that no Postgres found can read.
func mismatchError(cfg Config, major int, others []programs) error {
	return fmt.Errorf("the data in %s was made by Postgres %d, and %s: it has not been touched. "+
		"Install Postgres %d, or move the data with pg_dump of %d into a database that QUIRE_DATABASE_URL names",
		cfg.Dir, major, foundText(others), major, major)
}

// missingError says exactly what to type.
func missingError(cfg Config, others []programs, failures error) error {
	text := fmt.Sprintf("Quire keeps its data in Postgres (%d or newer), and %s", oldestMajor, foundText(others))
	if cfg.BinDir != "" {
		text += fmt.Sprintf(" in the configured directory %s", cfg.BinDir)
	}
	if failures != nil {
		text += fmt.Sprintf(" that works (%v)", failures)
	}
	return fmt.Errorf("%s. Do one of these and start again:\n"+
		"  apt-get install postgresql                     (Debian, Ubuntu; dnf install postgresql-server on Fedora)\n"+
		"  npm install --prefix %s %s\n"+
		"  export QUIRE_POSTGRES_BIN=<the directory with postgres and initdb>\n"+
		"  export QUIRE_DATABASE_URL=postgres://user:password@host/database   (a Postgres of your own)",
		text, DownloadDir(cfg.Dir), packageName())
}

func foundText(found []programs) string {
	if len(found) == 0 {
		return "no Postgres was found"
	}
	var texts []string
	for _, p := range found {
		texts = append(texts, fmt.Sprintf("%d (%s)", p.major, p.bin))
	}
	return "only Postgres " + strings.Join(texts, ", ") + " was found"
}

// DownloadDir is where programs installed for one data directory are looked
// for: beside the state directory.
func DownloadDir(stateDir string) string {
	return filepath.Join(filepath.Dir(filepath.Clean(stateDir)), "postgres-bin")
}

func packageName() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32", "ppc64le": "ppc64"}
	return "@embedded-postgres/" + runtime.GOOS + "-" + cmp.Or(arch[runtime.GOARCH], runtime.GOARCH)
}
