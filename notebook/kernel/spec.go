package kernel

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// maxSpec bounds a kernel.json in bytes.
const maxSpec = 1 << 20

// spec is a kernelspec: a folder with a kernel.json (Jupyter client, "Kernel specs").
type spec struct {
	Name   string `json:"-"`
	dir    string // the spec's folder, resource_dir of templates
	prefix string // the installation it belongs to, if its place tells: …/share/jupyter/kernels

	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	Env           map[string]string `json:"env"`
	InterruptMode string            `json:"interrupt_mode"`
}

var specName = regexp.MustCompile(`^[a-z0-9._-]+$`)

// findSpecs returns the specs in the folders, in their order. A name may come
// several times; the first that works is the one that is meant.
func findSpecs(dirs []string) []spec {
	var all []spec
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir) // most of the folders do not exist
		for _, e := range entries {
			if s, err := readSpec(filepath.Join(dir, e.Name())); err == nil {
				all = append(all, s)
			}
		}
	}
	return all
}

func readSpec(dir string) (spec, error) {
	s := spec{Name: strings.ToLower(filepath.Base(dir)), dir: dir}
	if !specName.MatchString(s.Name) {
		return s, fmt.Errorf("%s: not a kernel's name", dir)
	}
	f, err := os.Open(filepath.Join(dir, "kernel.json"))
	if err != nil {
		return s, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxSpec)).Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", f.Name(), err)
	}
	if len(s.Argv) == 0 || s.Argv[0] == "" {
		return s, fmt.Errorf("%s: no argv", f.Name())
	}
	if s.DisplayName == "" {
		s.DisplayName = s.Name
	}
	if kernels := filepath.Dir(dir); strings.HasSuffix(kernels, "/share/jupyter/kernels") {
		s.prefix = strings.TrimSuffix(kernels, "/share/jupyter/kernels")
	}
	return s, nil
}

// specDirs lists where kernelspecs are looked for, first come first: as Jupyter
// does ("jupyter --paths"), with the environment Quire builds among Jupyter's own.
func specDirs(pythonDir string) []string {
	var dirs []string
	for _, d := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		dirs = append(dirs, d+"/kernels")
	}
	user := userDataDirs()
	env := envDataDirs(pythonDir)
	if preferEnv() {
		user, env = env, user
	}
	dirs = append(append(dirs, user...), env...)
	dirs = append(dirs, "/usr/local/share/jupyter/kernels", "/usr/share/jupyter/kernels")
	if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, home+"/.ipython/kernels")
	}
	return slices.DeleteFunc(dirs, func(d string) bool { return !filepath.IsAbs(d) })
}

func userDataDirs() []string {
	if d := os.Getenv("JUPYTER_DATA_DIR"); d != "" {
		return []string{d + "/kernels"}
	}
	if d := os.Getenv("XDG_DATA_HOME"); d != "" && runtime.GOOS != "darwin" {
		return []string{d + "/jupyter/kernels"}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	if runtime.GOOS == "darwin" {
		return []string{home + "/Library/Jupyter/kernels"}
	}
	return []string{home + "/.local/share/jupyter/kernels"}
}

func envDataDirs(pythonDir string) []string {
	var dirs []string
	for _, prefix := range []string{os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX"), venvDir(pythonDir)} {
		if prefix != "" {
			dirs = append(dirs, prefix+"/share/jupyter/kernels")
		}
	}
	return dirs
}

// preferEnv tells whether an activated environment comes before the user's own
// folder (jupyter_core, prefer_environment_over_user).
func preferEnv() bool {
	switch v := strings.ToLower(os.Getenv("JUPYTER_PREFER_ENV_PATH")); v {
	case "":
		return os.Getenv("VIRTUAL_ENV") != "" ||
			os.Getenv("CONDA_PREFIX") != "" && os.Getenv("CONDA_DEFAULT_ENV") != "base"
	default:
		return !slices.Contains([]string{"no", "n", "false", "off", "0", "0.0"}, v)
	}
}

// isPython tells whether the spec starts ipykernel, so that its interpreter can be
// asked whether that would work.
func (s spec) isPython() bool {
	return strings.EqualFold(s.Language, "python") &&
		slices.ContainsFunc(s.Argv[1:], func(a string) bool { return strings.Contains(a, "ipykernel") })
}

// expand fills the templates of argv. Unknown ones stay as they are.
func (s spec) expand(values map[string]string) []string {
	pairs := make([]string, 0, 2*len(values))
	for k, v := range values {
		pairs = append(pairs, "{"+k+"}", v)
	}
	r := strings.NewReplacer(pairs...)
	argv := make([]string, len(s.Argv))
	for i, a := range s.Argv {
		argv[i] = r.Replace(a)
	}
	return argv
}
