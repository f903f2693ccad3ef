package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const (
	// finishedFile marks an environment whose building came to its end.
	finishedFile = "quire-finished"
	// pythonSpec is the name under which Python is offered.
	pythonSpec = "python3"
	// kernelPackage is what a Python needs to be a kernel.
	kernelPackage = "ipykernel"
	// installUmask lets every note's user read what is installed.
	installUmask = 0o022
)

// venvDir is the environment that Quire builds, "" when it may not.
func venvDir(pythonDir string) string {
	if pythonDir == "" {
		return ""
	}
	return filepath.Join(pythonDir, "venv")
}

// unfinished tells whether a spec lies in an environment that was not built to the
// end.
func (m *Manager) unfinished(s spec) bool {
	dir := venvDir(m.cfg.PythonDir)
	if dir == "" || !within(s.dir, dir) {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, finishedFile))
	return err != nil
}

// buildEnvironment makes the virtual environment anew, with a kernelspec of its
// own. Its base's packages are left out: mixed with newer ones they break (a
// matplotlib built for NumPy 1 beside NumPy 2).
func (m *Manager) buildEnvironment(ctx context.Context, in *installer, packages []string) error {
	dir := venvDir(m.cfg.PythonDir)
	if dir == "" {
		return errors.New("no folder is configured for a Python environment")
	}
	base, err := m.basePython(ctx)
	if err != nil {
		return err
	}
	if err := openPythonDir(m.cfg.PythonDir); err != nil {
		return err
	}
	if err := in.run(ctx, base, "-m", "venv", "--clear", dir); err != nil {
		return err
	}
	python := filepath.Join(dir, "bin", "python3")
	args := []string{"-m", "pip", "install", "--only-binary=:all:", "--no-input", "--no-cache-dir",
		"--progress-bar=off", "--disable-pip-version-check"}
	if err := in.run(ctx, python, append(args, packages...)...); err != nil {
		return err
	}
	if err := writeKernelSpec(dir, python); err != nil {
		return err
	}
	return writeReadable(filepath.Join(dir, finishedFile), nil)
}

// writeReadable writes a file that everybody can read whatever the server's umask.
func writeReadable(path string, b []byte) error {
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	return nil
}

// openPythonDir makes the folder, which every note's user must be able to enter.
func openPythonDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("folder for Python: %w", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return fmt.Errorf("folder for Python: %w", err)
	}
	return nil
}

// tryBuild fails where an environment cannot be built: without ensurepip, as on a
// Debian without python3-venv.
const tryBuild = `import ensurepip, sys, venv
assert sys.version_info >= (3, 9), "Python 3.9 or newer is needed"
print(sys.executable)`

// basePython finds a Python that kernels' users can run and that can build
// environments. As root the system's comes first: what is first on root's PATH is
// often in root's home, where no other user gets.
func (m *Manager) basePython(ctx context.Context) (string, error) {
	candidates := []string{"/usr/bin/python3", "/usr/local/bin/python3"}
	if found, err := exec.LookPath("python3"); err == nil {
		candidates = append(candidates, found)
		if !m.sep.ownUsers {
			slices.Reverse(candidates)
		}
	}
	var problems []error
	for _, c := range candidates {
		_, err := m.pythons.ask(ctx, c, canBuild)
		if err == nil {
			return c, nil
		}
		problems = append(problems, err)
	}
	return "", fmt.Errorf("no Python can build an environment: %w", errors.Join(problems...))
}

// writeKernelSpec describes the environment's kernel. The one that comes with
// ipykernel says "python" and leaves open which.
func writeKernelSpec(dir, python string) error {
	spec := filepath.Join(dir, "share", "jupyter", "kernels", pythonSpec)
	if err := os.MkdirAll(spec, 0o755); err != nil {
		return fmt.Errorf("kernelspec: %w", err)
	}
	b, err := json.Marshal(map[string]any{
		"argv":         []string{python, "-m", "ipykernel_launcher", "-f", "{connection_file}"},
		"display_name": "Python 3",
		"language":     "python",
	})
	if err != nil {
		return fmt.Errorf("kernelspec: %w", err)
	}
	for _, d := range []string{"share", "share/jupyter", "share/jupyter/kernels", "share/jupyter/kernels/" + pythonSpec} {
		if err := os.Chmod(filepath.Join(dir, d), 0o755); err != nil { // whatever the server's umask is
			return fmt.Errorf("kernelspec: %w", err)
		}
	}
	return writeReadable(filepath.Join(spec, "kernel.json"), b)
}
