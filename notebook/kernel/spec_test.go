package kernel_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

// specNames lists what a manager with Jupyter's own search path finds, by name.
func specNames(t *testing.T, change func(*kernel.Config)) map[string]string {
	t.Helper()
	m := newManager(t, func(c *kernel.Config) {
		c.SpecPath = nil
		if change != nil {
			change(c)
		}
	})
	specs, err := m.Specs(t.Context())
	require.NoError(t, err)
	found := map[string]string{}
	for i, s := range specs {
		if i > 0 {
			require.Less(t, specs[i-1].Name, s.Name, "sorted, each once")
		}
		found[s.Name] = s.DisplayName
	}
	return found
}

func someSpec(t *testing.T, dir, name, display string) {
	t.Helper()
	writeSpec(t, dir, name, map[string]any{"argv": []string{"/bin/true"}, "display_name": display, "language": "x"})
}

func TestDiscovery(t *testing.T) {
	root := t.TempDir()
	path, home, env, data := root+"/path", root+"/home", root+"/env", root+"/data"
	for _, v := range []string{"JUPYTER_DATA_DIR", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_PREFER_ENV_PATH"} {
		t.Setenv(v, "")
	}
	t.Setenv("JUPYTER_PATH", path+":relative")
	t.Setenv("HOME", home)
	user := home + "/.local/share/jupyter/kernels"
	someSpec(t, path+"/kernels", "shared", "path")
	for _, n := range []string{"shared", "both", "MixedCase", "not a name"} {
		someSpec(t, user, n, "user")
	}
	for _, n := range []string{"both", "inenv"} {
		someSpec(t, env+"/share/jupyter/kernels", n, "env")
	}
	someSpec(t, home+"/.ipython/kernels", "old", "ipython")
	require.NoError(t, os.MkdirAll(user+"/empty", 0o755))
	require.NoError(t, os.MkdirAll(user+"/garbage", 0o755))
	require.NoError(t, os.WriteFile(user+"/garbage/kernel.json", []byte("{"), 0o644))
	writeSpec(t, user, "noargv", map[string]any{"language": "x"})

	found := specNames(t, nil)
	require.Equal(t, "path", found["shared"], "JUPYTER_PATH comes first")
	require.Equal(t, "user", found["both"])
	require.Equal(t, "user", found["mixedcase"], "names are folded")
	require.Equal(t, "ipython", found["old"])
	require.Contains(t, found, "python3", "the system's")
	for _, n := range []string{"empty", "garbage", "noargv", "not a name", "inenv"} {
		require.NotContains(t, found, n)
	}

	t.Setenv("VIRTUAL_ENV", env)
	found = specNames(t, nil)
	require.Equal(t, "env", found["both"], "an activated environment comes before the user")
	require.Equal(t, "env", found["inenv"])
	t.Setenv("JUPYTER_PREFER_ENV_PATH", "0")
	require.Equal(t, "user", specNames(t, nil)["both"])

	t.Setenv("VIRTUAL_ENV", "")
	someSpec(t, data+"/venv/share/jupyter/kernels", "ours", "ours")
	with := func(c *kernel.Config) { c.PythonDir = data }
	require.NotContains(t, specNames(t, with), "ours", "not finished")
	require.NoError(t, os.WriteFile(data+"/venv/quire-finished", nil, 0o644))
	require.Contains(t, specNames(t, with), "ours")

	t.Setenv("JUPYTER_DATA_DIR", env+"/share/jupyter")
	require.Equal(t, "env", specNames(t, nil)["both"])
}

// TestTemplates: a spec's argv and env are filled in, what is unknown stays.
func TestTemplates(t *testing.T) {
	dir := t.TempDir()
	note := openDir(t)
	writeSpec(t, dir, "echo", map[string]any{
		"argv":     []string{"/bin/sh", "-c", `echo "$0|$1|$2|$BOTH" > out; exit 3`, "{resource_dir}", "{unknown}", "{connection_file}"},
		"language": "sh",
		"env":      map[string]string{"BOTH": "$$ ${HOME} $FOR_ALL ${NOWHERE}"},
	})
	m := newManager(t, func(c *kernel.Config) {
		c.SpecPath = []string{dir}
		c.Env = map[string]string{"FOR_ALL": "all"}
	})
	_, err := m.Start(t.Context(), notebook.StartKernel{Spec: "echo", Dir: note})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.ErrorContains(t, err, "ended by itself (exit code 3)")
	b, err := os.ReadFile(filepath.Join(note, "out"))
	require.NoError(t, err)
	require.Regexp(t, "^"+dir+`/echo\|{unknown}\|/.*/connection\.json\|\$ `+note+` all \${NOWHERE}\n$`, string(b))
}

// TestBarePython: "python" in a spec is the one of the installation it lies in.
func TestBarePython(t *testing.T) {
	prefix := openDir(t)
	require.NoError(t, os.MkdirAll(prefix+"/bin", 0o755))
	require.NoError(t, os.Symlink("/usr/bin/python3", prefix+"/bin/python3"))
	kernels := prefix + "/share/jupyter/kernels"
	writeSpec(t, kernels, "python3", map[string]any{
		"argv": []string{"python", "-m", "ipykernel_launcher", "-f", "{connection_file}"}, "language": "python",
	})
	m := newManager(t, func(c *kernel.Config) { c.SpecPath = []string{kernels} })
	k := start(t, m, notebook.StartKernel{})
	require.Equal(t, prefix+"/bin/python3", eval(t, k, "import sys; print(sys.executable)"))
}

// TestLongRunDir: a folder too deep for sockets is replaced.
func TestLongRunDir(t *testing.T) {
	deep := t.TempDir()
	for i := range 10 {
		deep = filepath.Join(deep, "a-long-name-"+strconv.Itoa(i))
	}
	m := newManager(t, func(c *kernel.Config) {
		fakeSpec(t, "")(c)
		c.RunDir = deep
	})
	start(t, m, notebook.StartKernel{Spec: "fake"})
	require.NoDirExists(t, deep)
}

// TestLeftovers: what a killed server left is removed, and nothing else.
func TestLeftovers(t *testing.T) {
	run := t.TempDir()
	old := filepath.Join(run, "06h001zqvxrzv23rch3b762em0")
	require.NoError(t, os.MkdirAll(filepath.Join(old, "sub"), 0o755))
	require.NoError(t, os.WriteFile(old+".log", nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(run, "other"), nil, 0o644))
	newManager(t, func(c *kernel.Config) { c.RunDir = run })
	require.NoDirExists(t, old)
	require.NoFileExists(t, old+".log")
	require.FileExists(t, filepath.Join(run, "other"))
}
