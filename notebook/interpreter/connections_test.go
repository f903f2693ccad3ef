package interpreter_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/store/storetest"
)

func connection(name string) interpreter.ConnectionChange {
	return interpreter.ConnectionChange{Name: name, Driver: "postgres", Host: "db.example", Username: "reader"}
}

// here is a connection to the test's own database.
func (s *site) here(name string) interpreter.ConnectionChange {
	u, err := url.Parse(storetest.Owner(s.t, s.url))
	require.NoError(s.t, err)
	password, _ := u.User.Password()
	c := interpreter.ConnectionChange{Name: name, Driver: "postgres", Host: u.Hostname(), Database: strings.TrimPrefix(u.Path, "/"),
		Username: u.User.Username(), Password: &password}
	c.Port, _ = strconv.Atoi(u.Port())
	if h := u.Query().Get("host"); h != "" {
		c.Host = h
	}
	if p := u.Query().Get("port"); p != "" {
		c.Port, _ = strconv.Atoi(p)
	}
	return c
}

func TestWhoMayUseAConnection(t *testing.T) {
	s := newSite(t)
	c := s.here("warehouse")
	_, err := s.SaveConnection(s.root, 0, c)
	require.NoError(t, err)
	require.Contains(t, s.may(s.ana)["sql(warehouse)"], "or you may not use it", "nobody may unless said")
	require.Empty(t, s.may(s.root)["sql(warehouse)"])
	rows, err := s.Connections(s.root)
	require.NoError(t, err)
	c.Users, c.Password = named("team"), nil
	row, err := s.SaveConnection(s.root, rows[0].ID, c)
	require.NoError(t, err)
	require.True(t, row.HasPassword, "it stays when it is left out")
	require.Empty(t, s.may(s.ana)["sql(warehouse)"])
	require.NotEmpty(t, s.may(s.bob)["sql(warehouse)"])

	k, err := s.Start(s.ana, notebook.SQLInterpreter("warehouse"), notebook.StartKernel{Note: auth.NewID()})
	require.NoError(t, err)
	res := k.Execute(t.Context(), notebook.ExecuteRequest{Code: "SELECT 1"}, func(notebook.Output) {})
	require.Equal(t, notebook.ExecuteOK, res.Status)
	require.NoError(t, k.Shutdown(t.Context()))
}

func TestAnInterpreterForAConnection(t *testing.T) {
	s := newSite(t)
	c, err := s.SaveConnection(s.root, 0, s.here("warehouse"))
	require.NoError(t, err)
	row := s.create(interpreter.InterpreterChange{Name: "sql", Kind: notebook.SQLKind, Connection: c.ID, Users: named("bob")})
	require.Empty(t, s.may(s.bob)["sql"])
	require.NotEmpty(t, s.may(s.bob)["sql(warehouse)"], "each way has its own people")
	require.NotEmpty(t, s.may(s.ana)["sql"])
	k, err := s.Start(s.bob, notebook.Interpreter{Name: "sql", Kind: notebook.SQLKind, Row: row.ID}, notebook.StartKernel{Note: auth.NewID()})
	require.NoError(t, err)
	require.NoError(t, k.Shutdown(t.Context()))
	require.True(t, fault.Is(s.RemoveConnection(s.root, c.ID), fault.Conflict))
	require.NoError(t, s.Remove(s.root, row.ID))
	require.NoError(t, s.RemoveConnection(s.root, c.ID))
	_, err = s.Start(s.bob, notebook.SQLInterpreter("warehouse"), notebook.StartKernel{})
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAPasswordIsSealedAndStaysWithItsServer(t *testing.T) {
	s := newSite(t)
	c, secret := connection("db"), "correct horse"
	c.Password = &secret
	row, err := s.SaveConnection(s.root, 0, c)
	require.NoError(t, err)
	require.NotContains(t, s.text("connections")+s.text("audit"), secret)
	c.Password, c.Host = nil, "elsewhere.example"
	_, err = s.SaveConnection(s.root, row.ID, c)
	require.ErrorContains(t, err, "Give the password again")
	none := ""
	c.Password = &none
	row, err = s.SaveConnection(s.root, row.ID, c)
	require.NoError(t, err)
	require.False(t, row.HasPassword)
	_, err = s.SaveConnection(s.root, 0, connection("db"))
	require.True(t, fault.Is(err, fault.Conflict))
	for _, bad := range []interpreter.ConnectionChange{
		connection("a b"), connection("x)"), {Name: "x", Driver: "postgres"}, {Name: "x", Driver: "sqlite", Database: "../x"},
	} {
		_, err = s.SaveConnection(s.root, 0, bad)
		require.True(t, fault.Is(err, fault.Invalid), "%+v", bad)
	}
}

func TestAConnectionIsTested(t *testing.T) {
	s := newSite(t)
	c := s.here("warehouse")
	row, err := s.SaveConnection(s.root, 0, c)
	require.NoError(t, err)
	version, err := s.TestConnection(s.root, row.ID)
	require.NoError(t, err)
	require.Contains(t, version, "PostgreSQL")
	wrong := "wrong password"
	c.Password = &wrong
	_, err = s.SaveConnection(s.root, row.ID, c)
	require.NoError(t, err)
	_, err = s.TestConnection(s.root, row.ID)
	require.True(t, fault.Is(err, fault.Unavailable))
	require.NotContains(t, err.Error(), wrong)
}
