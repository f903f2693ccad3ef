package kernel_test

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/kernel"
)

// follow waits for a preparation's end.
func follow(t *testing.T, p *kernel.Preparation) kernel.PrepareState {
	t.Helper()
	for {
		s, changed := p.Watch()
		if s.Done {
			return s
		}
		await(t, changed)
	}
}

func TestPythonIsThere(t *testing.T) {
	m := newManager(t, nil)
	p := m.Prepare(t.Context())
	end := follow(t, p)
	require.Equal(t, kernel.PrepareState{Phase: kernel.PhaseReady, Message: "Python is ready.", Done: true, Spec: "python3"}, end)
	require.Same(t, p, m.Prepare(t.Context()))
}

// TestBrokenPythonIsPassedOver: a kernelspec whose Python lacks ipykernel is not
// offered; the next of its name is.
func TestBrokenPythonIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken")
	program(t, filepath.Join(dir, "python3"), "echo \"ModuleNotFoundError: No module named 'ipykernel'\" >&2; exit 1")
	argv := []string{filepath.Join(dir, "python3"), "-m", "ipykernel_launcher", "-f", "{connection_file}"}
	writeSpec(t, broken, "python3", map[string]any{"argv": argv, "language": "python", "display_name": "Broken"})
	writeSpec(t, broken, "other", map[string]any{"argv": argv, "language": "python", "display_name": "Other"})
	m := newManager(t, func(c *kernel.Config) { c.SpecPath = append([]string{broken}, c.SpecPath...) })
	end := follow(t, m.Prepare(t.Context()))
	require.Equal(t, "python3", end.Spec)
	k := start(t, m, notebook.StartKernel{})
	require.Equal(t, "1", eval(t, k, "print(1)"))

	_, err := m.Start(t.Context(), notebook.StartKernel{Spec: "other", Dir: openDir(t)})
	require.ErrorContains(t, err, "No module named 'ipykernel'")
	specs, err := m.Specs(t.Context())
	require.NoError(t, err)
	require.Contains(t, specs, notebook.KernelSpec{Name: "python3", DisplayName: "Python 3 (ipykernel)", Language: "python"})
	for _, s := range specs {
		require.NotContains(t, []string{"Broken", "Other"}, s.DisplayName)
	}
}

// program writes a shell script that stands for an installed program.
func program(t *testing.T, path, script string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
}

// TestBuildEnvironment: without any kernelspec one is built that every note's user
// can run. What is installed as ipykernel only points to the system's, so that
// nothing is downloaded.
func TestBuildEnvironment(t *testing.T) {
	needPackages(t)
	data := openDir(t)
	t.Setenv("PIP_NO_INDEX", "1")
	t.Setenv("PIP_FIND_LINKS", fakeWheels(t))
	mode := kernel.SeparationNone
	if os.Geteuid() == 0 {
		mode = kernel.SeparationAuto
	}
	m := newManager(t, separated(mode, func(c *kernel.Config) {
		c.PythonDir = filepath.Join(data, "python")
		c.SpecPath = []string{filepath.Join(data, "python", "venv", "share", "jupyter", "kernels")}
		c.Packages = []string{"ipykernel"}
		c.Hidden = []string{data}
	}))
	end := follow(t, m.Prepare(t.Context()))
	require.False(t, end.Failed, "%+v", end)
	require.Equal(t, []string{"no kernelspec for Python was found"}, end.Problems)

	note := filepath.Join(data, "note")
	require.NoError(t, os.Mkdir(note, 0o755))
	wheel(t, note, "quire_test_package", map[string]string{"quire_test_package.py": "text = 'installed in the note'"})
	k := start(t, m, notebook.StartKernel{Dir: note})
	require.Equal(t, filepath.Join(data, "python", "venv"), eval(t, k, "import sys; print(sys.prefix)"))
	require.Equal(t, filepath.Join(data, "note", ".local", "bin"), eval(t, k, "import os; print(os.environ['PATH'].split(':')[0])"))
	require.Equal(t, "installed in the note", eval(t, k, `import subprocess
done = subprocess.run([sys.executable, "-m", "pip", "install", "--no-index", "--find-links", os.getcwd(), "quire_test_package"], capture_output=True, text=True)
assert done.returncode == 0, done
import quire_test_package
assert quire_test_package.__file__.startswith(os.getcwd()), quire_test_package
print(quire_test_package.text)`), "without a restart")

	t.Run("but not when it was cut short", func(t *testing.T) {
		require.NoError(t, os.Remove(filepath.Join(data, "python", "venv", "quire-finished")))
		specs, err := m.Specs(t.Context())
		require.NoError(t, err)
		require.Empty(t, specs)
	})
}

const distPackages = "/usr/lib/python3/dist-packages"

func fakeWheels(t *testing.T) string {
	t.Helper()
	dir := openDir(t)
	wheel(t, dir, "ipykernel", map[string]string{"system.pth": distPackages + "\n"})
	return dir
}

// wheel makes an installable package (PEP 427) of the files.
func wheel(t *testing.T, dir, name string, files map[string]string) {
	t.Helper()
	info := name + "-1.0.dist-info/"
	files[info+"METADATA"] = "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n"
	files[info+"WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
	record := info + "RECORD,,\n"
	for file := range files {
		record += file + ",,\n"
	}
	files[info+"RECORD"] = record
	f, err := os.Create(filepath.Join(dir, name+"-1.0-py3-none-any.whl"))
	require.NoError(t, err)
	defer f.Close()
	z := zip.NewWriter(f)
	for file, text := range files {
		w, err := z.Create(file)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
}

func needPackages(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(distPackages + "/ipykernel"); err != nil {
		t.Skip("SKIPPED: the system's Python has no ipykernel, so this would download it")
	}
}

// TestSystemPackages: when no environment can be built, root installs packages;
// apt-get is played by a script that "installs" a kernelspec.
func TestSystemPackages(t *testing.T) {
	needRoot(t)
	data := openDir(t)
	bin := t.TempDir()
	specs := filepath.Join(data, "specs")
	log := filepath.Join(data, "log")
	program(t, filepath.Join(bin, "apt-get"), `echo "$@" >> `+log+`
if [ "$1" = install ]; then echo Setting up; cp -r /usr/share/jupyter/kernels `+specs+`; else echo E: no network; exit 100; fi`)
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	m := newManager(t, func(c *kernel.Config) { c.SpecPath = []string{specs} })
	end := follow(t, m.Prepare(t.Context()))
	require.False(t, end.Failed, "%+v", end)
	require.Equal(t, "python3", end.Spec)
	require.Equal(t, []string{
		"no kernelspec for Python was found",
		"no folder is configured for a Python environment",
		filepath.Join(bin, "apt-get") + ": E: no network",
	}, end.Problems)
	b, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Contains(t, string(b), "python3-ipykernel python3-numpy python3-pandas python3-matplotlib")
}

// TestNothingHelps: the end says what a person can type, and it can be tried again.
func TestNothingHelps(t *testing.T) {
	data := openDir(t)
	bin := t.TempDir()
	program(t, filepath.Join(bin, "apt-get"), "echo E: disk full; exit 100")
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	m := newManager(t, func(c *kernel.Config) { c.SpecPath = []string{data} })
	first := m.Prepare(t.Context())
	end := follow(t, first)
	require.True(t, end.Failed)
	require.Equal(t, kernel.PhaseFailed, end.Phase)
	require.Contains(t, end.Command, "apt-get install -y python3-ipykernel python3-numpy")
	require.Contains(t, strings.Join(end.Problems, "\n"), "no kernelspec for Python was found")
	require.NotSame(t, first, m.Prepare(t.Context()), "it can be tried again")
}

func TestPreparationEndsWithItsContext(t *testing.T) {
	needRoot(t)
	bin := t.TempDir()
	program(t, filepath.Join(bin, "apt-get"), "echo begun; exec sleep 1000")
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	m := newManager(t, func(c *kernel.Config) { c.SpecPath = []string{bin} })
	ctx, cancel := context.WithCancel(t.Context())
	p := m.Prepare(ctx)
	for {
		s, changed := p.Watch()
		if s.Detail == "begun" {
			break
		}
		await(t, changed)
	}
	cancel()
	end := follow(t, p)
	require.True(t, end.Failed)
}
