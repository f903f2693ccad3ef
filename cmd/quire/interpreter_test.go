package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/notebook/sql"
	"quire/store"
)

// twoSpecs are the kernelspecs of a machine that starts none.
type twoSpecs struct{ notebook.Kernels }

func (twoSpecs) Specs(context.Context) ([]notebook.KernelSpec, error) {
	return []notebook.KernelSpec{{Name: "bash", DisplayName: "Bash", Language: "bash"}, {Name: "python3", DisplayName: "Python 3", Language: "python"}}, nil
}

func setUp(t *testing.T, db *store.DB, gate *auth.Gate) *interpreter.Service {
	t.Helper()
	box, err := interpreter.OpenBox(filepath.Join(t.TempDir(), "key"), true)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	return interpreter.New(interpreter.Config{Store: db.Interpreters(), Gate: gate, Box: box, Kernels: twoSpecs{}, Databases: &sql.Databases{Log: log}, Log: log})
}

func TestInterpretersFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	o.says(t, nil, "user", "add", "ana")
	o.says(t, []string{"%python3", "%bash", "found"}, "interpreter", "list")
	secrets := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(secrets, []byte("# mine\nTOKEN=hunter22=\n"), 0o600))
	o.says(t, []string{"Set up %big for ana.", "%python3 itself was offered to everyone and is not any more"}, "interpreter", "add", "big", "--spec", "python3", "--users", "ana", "--memory", "1GiB",
		"--idle", "30m", "--alias", "large", "--env", "A=b,c", "--env-file", secrets, "--argument=--fast")
	out := o.says(t, []string{`"TOKEN": "***"`, `"A": "***"`, `"memory": 1073741824`, `"idle": 1800`, `"--fast"`}, "interpreter", "list", "--json")
	require.NotContains(t, out, "hunter22")
	require.NotContains(t, o.says(t, []string{"%big", "large"}, "interpreter", "list"), "%python3 ")
	o.says(t, []string{"Changed %big for administrators."}, "interpreter", "set", "large", "--users=", "--unset-env", "A", "--processes", "5")
	out = o.says(t, []string{`"TOKEN": "***"`, `"processes": 5`, `"large"`}, "interpreter", "list", "--json")
	require.NotContains(t, out, `"A"`)
	o.says(t, []string{"The kernelspec python3 is there."}, "interpreter", "test", "big")
	o.says(t, nil, "interpreter", "set", "big", "--disable")
	o.says(t, []string{"nobody: disabled"}, "interpreter", "list")
	_, err := o.quire(t, "interpreter", "add", "large", "--spec", "bash")
	require.ErrorContains(t, err, "borne by the interpreter “big”")
	_, err = o.quire(t, "interpreter", "set", "bash", "--users", "ana")
	require.ErrorContains(t, err, "quire interpreter add bash --spec bash")
	o.says(t, []string{"Took %big out."}, "interpreter", "remove", "big")
	o.says(t, []string{"%python3"}, "interpreter", "list")
}

func TestConnectionsAndGatewaysFromTheCommandLine(t *testing.T) {
	o := newOffice(t)
	o.says(t, nil, "user", "add", "ana")
	secret := filepath.Join(t.TempDir(), "pw")
	require.NoError(t, os.WriteFile(secret, []byte("correct horse\n"), 0o600))
	o.says(t, []string{"Added the connection shop for administrators."}, "connection", "add", "shop", "--driver", "postgres", "--host", "127.0.0.1",
		"--port", "1", "--username", "app", "--database", "shop", "--password-file", secret, "--read-only", "--option", "timeout=60")
	out := o.says(t, []string{`"hasPassword": true`, `"timeout": "60"`, `"readOnly": true`}, "connection", "list", "--json")
	require.NotContains(t, out, "horse")
	o.says(t, []string{"for ana."}, "connection", "set", "shop", "--users", "ana", "--no-read-only")
	o.says(t, []string{"127.0.0.1:1", "read and write", "ana"}, "connection", "list")
	_, err := o.quire(t, "connection", "test", "shop")
	require.ErrorContains(t, err, "cannot be reached")
	require.NotContains(t, err.Error(), "horse")
	_, err = o.quire(t, "connection", "set", "shop", "--host", "elsewhere")
	require.ErrorContains(t, err, "Give the password again")
	o.says(t, []string{"Set up %orders"}, "interpreter", "add", "orders", "--connection", "shop")
	_, err = o.quire(t, "connection", "remove", "shop")
	require.ErrorContains(t, err, "%orders uses it")

	o.says(t, []string{"Added the gateway hub."}, "gateway", "add", "hub", "--url", "https://hub.example", "--token-file", secret)
	require.NotContains(t, o.says(t, []string{"hub", "with a token"}, "gateway", "list"), "horse")
	o.says(t, []string{"Changed"}, "gateway", "set", "hub", "--no-token", "--url", "https://other.example")
	o.says(t, []string{`"hasToken": false`}, "gateway", "list", "--json")
	o.says(t, []string{"Took the gateway hub out."}, "gateway", "remove", "hub")
}
