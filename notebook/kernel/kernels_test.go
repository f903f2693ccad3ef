package kernel_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/kernel"
)

// otherKernel says how one that is not ipykernel does what all should.
type otherKernel struct {
	spec  string
	print string // prints "hello"
	fail  string // raises an error
	shows string // shows HTML
	ask   string // asks "who? " and prints the answer; empty for none that ask
	// waits says "on" and then runs for long, to be interrupted; empty where that cannot
	// be: xeus-python's launcher ends with SIGINT, and hears no message meanwhile.
	waits string
	// complete is code whose end is to be completed to this.
	complete, completed string
}

// otherKernels are tried where they are installed: Debian's r-cran-irkernel, and
// bash_kernel and xeus-python of PyPI.
var otherKernels = []otherKernel{
	{
		spec: "ir", print: `cat("hello\n")`, fail: `stop("no")`,
		shows: `IRdisplay::display_html("<b>x</b>")`,
		ask:   `cat(readline("who? "))`,
		waits: `cat("on\n"); flush.console(); for (i in 1:600) Sys.sleep(0.1)`, complete: "summa", completed: "summary",
	},
	{
		spec: "xpython", print: `print("hello")`, fail: `1/0`,
		shows: "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))",
		ask:   `print(input("who? "))`, complete: "impor", completed: "import",
	},
	{
		spec: "bash", print: "echo hello", fail: "false",
		waits: "echo on; sleep 60", complete: "ech", completed: "echo",
	},
}

func TestOtherKernels(t *testing.T) {
	t.Parallel()
	for _, o := range otherKernels {
		t.Run(o.spec, func(t *testing.T) {
			m := newManager(t, func(c *kernel.Config) { c.SpecPath = nil })
			specs, err := m.Specs(t.Context())
			require.NoError(t, err)
			if !slices.ContainsFunc(specs, func(s notebook.KernelSpec) bool { return s.Name == o.spec }) {
				t.Skip("it is not installed")
			}
			o.try(t, start(t, m, notebook.StartKernel{Spec: o.spec}))
		})
	}
}

func (o otherKernel) try(t *testing.T, k notebook.Kernel) {
	require.Equal(t, "hello", eval(t, k, o.print))
	res, outs := run(t, k, o.fail)
	require.Equal(t, notebook.ExecuteError, res.Status, outs)
	require.Equal(t, "hello", eval(t, k, o.print), "an error aborts nothing that comes later")
	if o.shows != "" {
		_, outs = run(t, k, o.shows)
		require.Contains(t, string(outs[0].(notebook.DisplayOutput).Data["text/html"]), "<b>x")
	}
	if o.ask != "" {
		in := ask(k, o.ask)
		require.Equal(t, "who? ", await(t, in.questions).Prompt)
		require.NoError(t, k.Answer(t.Context(), "zoë"))
		require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
		require.Equal(t, "zoë", strings.TrimSpace(in.heard.text()))
	}
	raw, err := k.Complete(t.Context(), o.complete, len(o.complete))
	require.NoError(t, err)
	require.Contains(t, string(raw), o.completed)
	require.NoError(t, k.SendComm(t.Context(), "", notebook.Comm{Kind: notebook.CommOpen, ID: "c", Target: "nobody's"}), "which it may refuse")
	require.Equal(t, "hello", eval(t, k, o.print))
	if o.waits == "" {
		return
	}
	h, ended := begin(k, o.waits)
	h.await(t, "on")
	require.NoError(t, k.Interrupt(context.Background()))
	require.NotEqual(t, notebook.ExecuteDead, await(t, ended).Status)
	require.Equal(t, "hello", eval(t, k, o.print), "it goes on after an interrupt")
}
