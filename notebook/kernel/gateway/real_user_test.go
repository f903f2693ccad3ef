package gateway_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// told prints what a kernel was told of whom it is for, and of two more settings.
const told = "import os; print(os.environ.get('KERNEL_USERNAME'), os.environ.get('GREETING'), os.environ.get('OTHER'))"

func TestAGatewayIsToldWhomAKernelIsFor(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		t.Setenv("KERNEL_USERNAME", "whoever started the server")
		g := to(t, p.url(), nil)
		env := map[string]string{"GREETING": "hello", "OTHER": "is not on the gateway's list"}
		note := auth.NewID()
		own := start(t, g, func(r *notebook.StartKernel) { r.Person, r.Env = "Ana $HOME `é`", env })
		shared := start(t, g, func(r *notebook.StartKernel) { r.Note, r.Env = note, env })
		if p.s.name == jupyterServer {
			require.Equal(t, "None None None", eval(t, own, told), "it takes no environment")
			return
		}
		require.Equal(t, "Ana $HOME `é` hello None", eval(t, own, told))
		require.Equal(t, "note-"+note.String()+" hello None", eval(t, shared, told))
	})
}

func TestNobodyElseSaysWhomAKernelIsFor(t *testing.T) {
	everyServer(t, func(t *testing.T, p *process) {
		g := to(t, p.url(), nil)
		for _, name := range []string{"KERNEL_USERNAME", "KERNEL_USER", "KERNEL_"} {
			_, err := g.Start(t.Context(), notebook.StartKernel{Spec: "python3", Person: "ana", Env: map[string]string{name: "root"}})
			require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
		}
		require.Equal(t, "[]", p.ask(http.MethodGet, "/api/kernels", ""), "nothing was started")
		// What looks like it is another name to the gateway, and not on its list.
		k := start(t, g, func(r *notebook.StartKernel) {
			r.Person, r.Env = "ana", map[string]string{"kernel_username": "root", " KERNEL_USERNAME": "root", "GREETING": "\nKERNEL_USERNAME=root"}
		})
		said := eval(t, k, told)
		require.NotContains(t, eval(t, k, "print([v for n, v in os.environ.items() if 'USERNAME' in n.upper()])"), "root")
		if p.s.name != jupyterServer {
			require.Equal(t, "ana \nKERNEL_USERNAME=root None", said)
		}
	})
}

// Both gateways put an environment where another request under way could take it.
func TestKernelsThatStartTogetherAreForTheirOwnPeople(t *testing.T) {
	everyGateway(t, func(t *testing.T, p *process) {
		people := []string{"p0", "p1", "p2", "p3", "p4"}
		for i, k := range startTogether(t, to(t, p.url(), nil), people...) {
			require.Equal(t, fmt.Sprintf("p%d None None", i), eval(t, k, told))
		}
	})
}

// Enterprise Gateway starts nothing for root, whom KERNEL_USERNAME names.
func TestSomebodyWhomAGatewayRefuses(t *testing.T) {
	everyGateway(t, func(t *testing.T, p *process) {
		_, err := to(t, p.url(), nil).Start(t.Context(), notebook.StartKernel{Spec: "python3", Person: "root"})
		if p.s.name == enterpriseGateway {
			require.ErrorContains(t, err, "'root' is not authorized")
			return
		}
		require.NoError(t, err)
	})
}
