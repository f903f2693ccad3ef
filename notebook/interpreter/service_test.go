package interpreter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/interpreter"
)

func TestFoundKernelspecsAreOfferedToEverybody(t *testing.T) {
	s := newSite(t)
	require.Equal(t, map[string]string{"bash": "", "python-gpu": "", "python3": ""}, s.may(s.bob))
	rows, found, err := s.Rows(s.root)
	require.NoError(t, err)
	require.Empty(t, rows)
	require.Equal(t, interpreter.FoundSpec{Name: "bash", DisplayName: "Bash", Language: "bash", Names: []string{"bash", "sh"}}, found[0])
}

func TestARowDecidesWhoMayUseAKernelspec(t *testing.T) {
	s := newSite(t)
	c := kernel("gpu", "python-gpu")
	c.Users = named("team")
	row := s.create(c)
	require.Equal(t, "team", row.Users[0].Name)
	require.Equal(t, map[string]string{"bash": "", "gpu": "", "python3": ""}, s.may(s.ana), "through the group; and not past the row under its own name")
	require.Contains(t, s.may(s.bob)["gpu"], "You may not use %gpu")
	require.Empty(t, s.may(s.root)["gpu"], "administrators may")

	off := false
	c.Enabled = &off
	_, err := s.Update(s.root, row.ID, c)
	require.NoError(t, err)
	require.Contains(t, s.may(s.root)["gpu"], "switched %gpu off")
	_, err = s.Start(s.root, notebook.Interpreter{Name: "gpu", Kind: notebook.KernelKind, Row: row.ID}, notebook.StartKernel{})
	require.True(t, fault.Is(err, fault.Forbidden))
	require.NoError(t, s.Remove(s.root, row.ID))
	require.Equal(t, map[string]string{"bash": "", "python-gpu": "", "python3": ""}, s.may(s.bob))
}

func TestARowOverridesTheFoundOneOfItsName(t *testing.T) {
	s := newSite(t)
	c := kernel("python3", "python-gpu")
	c.DisplayName = "The fast one"
	s.create(c)
	list, err := s.Interpreters(s.bob)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "python-gpu", list[1].Spec)
	require.Equal(t, []string{"python", "ipython", "python.ipython"}, list[1].Aliases, "the language's names stay with python3")
	require.Equal(t, "The fast one", list[1].DisplayName)
	_, err = s.Start(s.bob, notebook.Interpreter{Name: "python3", Kind: notebook.KernelKind, Spec: "python3"}, notebook.StartKernel{})
	require.True(t, fault.Is(err, fault.Conflict), "a kernelspec that was free a moment ago is not any more")
}

func TestNamesAreOneNamespace(t *testing.T) {
	s := newSite(t)
	c := kernel("spark", "bash")
	c.Aliases = []string{"spark.pyspark"}
	row := s.create(c)
	for name, c := range map[string]interpreter.InterpreterChange{
		"a name":       kernel("spark", "bash"),
		"an alias":     kernel("spark.pyspark", "bash"),
		"as alias":     {Name: "x", Aliases: []string{"spark"}, Kind: notebook.KernelKind, Spec: "bash"},
		"as two":       {Name: "x", Aliases: []string{"spark.pyspark"}, Kind: notebook.KernelKind, Spec: "bash"},
		"reserved":     kernel("md", "bash"),
		"the SQL name": kernel("sql", "bash"),
	} {
		_, err := s.Create(s.root, c)
		require.True(t, fault.Is(err, fault.Conflict), "%s: %v", name, err)
	}
	_, err := s.Create(s.root, kernel("spark.pyspark", "bash"))
	require.ErrorContains(t, err, "borne by the interpreter “spark”")
	c.Name = "spark2"
	_, err = s.Update(s.root, row.ID, c)
	require.NoError(t, err, "its own names are not in its way")
	require.NotContains(t, s.may(s.root), "x", "what was refused has changed nothing")
}

func TestWhatCannotBe(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]interpreter.InterpreterChange{
		"no name": kernel("", "bash"), "spaces": kernel("a b", "bash"), "a dot at the end": kernel("a.", "bash"), "no spec": kernel("x", ""),
		"twice":        {Name: "x", Aliases: []string{"x"}, Kind: notebook.KernelKind, Spec: "bash"},
		"kind":         {Name: "x", Kind: "jvm", Spec: "bash"},
		"variable":     {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Environment: map[string]string{"A=B": "c"}},
		"zero":         {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Environment: map[string]string{"A": "\x00"}},
		"nothing kept": {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Environment: map[string]string{"A": "***"}},
		"argument":     {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Arguments: []string{"\x00"}},
		"memory":       {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Limits: interpreter.InterpreterLimits{Memory: 1}},
		"negative":     {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Limits: interpreter.InterpreterLimits{Processes: -1}},
		"people":       {Name: "x", Kind: notebook.KernelKind, Spec: "bash", Users: named("nix")},
		"no gateway":   {Name: "x", Kind: notebook.GatewayKind, Spec: "bash"},
		"SQL and spec": {Name: "x", Kind: notebook.SQLKind, Spec: "bash", Connection: 1},
	} {
		_, err := s.Create(s.root, c)
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
	}
	_, err := s.Create(s.root, interpreter.InterpreterChange{Name: "x", Kind: notebook.SQLKind, Connection: 99})
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.Update(s.root, 99, kernel("x", "bash"))
	require.True(t, fault.Is(err, fault.NotFound))
	require.Empty(t, s.text("interpreters"))
}

func TestOnlyAdministratorsSetThingsUp(t *testing.T) {
	s := newSite(t)
	_, _, err := s.Rows(s.ana)
	_, created := s.Create(s.ana, kernel("x", "bash"))
	_, updated := s.Update(s.ana, 1, kernel("x", "bash"))
	_, shown := s.Connections(s.ana)
	_, saved := s.SaveConnection(s.ana, 0, connection("x"))
	_, tested := s.TestConnection(s.ana, 1)
	_, gateways := s.Gateways(s.ana)
	_, gateway := s.SaveGateway(s.ana, 0, interpreter.GatewayChange{Name: "x", URL: "https://x"})
	_, specs := s.GatewaySpecs(s.ana, 1)
	for _, err := range []error{err, created, updated, s.Remove(s.ana, 1), shown, saved, tested, s.RemoveConnection(s.ana, 1),
		gateways, gateway, specs, s.RemoveGateway(s.ana, 1)} {
		require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	}
	_, err = s.Interpreters(t.Context())
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestEnvironmentIsSealedAndStartsTheKernel(t *testing.T) {
	s := newSite(t)
	c := kernel("x", "bash")
	c.Environment = map[string]string{"TOKEN": "hunter22", "PLAIN": ""}
	c.Arguments, c.Limits = []string{"--fast"}, interpreter.InterpreterLimits{Memory: 1 << 30, Processes: 9, Idle: 60, KernelsPerPerson: 2}
	row := s.create(c)
	require.Equal(t, map[string]string{"TOKEN": "***", "PLAIN": "***"}, row.Environment)
	require.NotContains(t, s.text("interpreters")+s.text("audit"), "hunter22")

	list, err := s.Interpreters(s.bob)
	require.NoError(t, err)
	i := list[len(list)-1]
	require.Equal(t, []any{"x", 2, time.Minute}, []any{i.Name, i.KernelsPerPerson, i.Idle})
	note := auth.NewID()
	_, err = s.Start(s.bob, i, notebook.StartKernel{Note: note, Dir: "/d", Slot: 3, Spec: "python3", Env: map[string]string{"A": "b"}})
	require.NoError(t, err)
	require.Equal(t, notebook.StartKernel{Spec: "bash", Note: note, Slot: 3, Dir: "/d", Args: []string{"--fast"}, Memory: 1 << 30, Processes: 9,
		Env: map[string]string{"TOKEN": "hunter22", "PLAIN": ""}}, s.local.asked[0])

	c.Environment = map[string]string{"TOKEN": "***", "NEW": "n"}
	_, err = s.Update(s.root, row.ID, c)
	require.NoError(t, err)
	_, err = s.Start(s.bob, i, notebook.StartKernel{})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"TOKEN": "hunter22", "NEW": "n"}, s.local.asked[1].Env, "as it is set up now")
}

func TestChangesAreAudited(t *testing.T) {
	s := newSite(t)
	row := s.create(kernel("x", "bash"))
	_, err := s.SaveConnection(s.root, 0, connection("db"))
	require.NoError(t, err)
	_, err = s.SaveGateway(s.root, 0, interpreter.GatewayChange{Name: "g", URL: "https://g"})
	require.NoError(t, err)
	require.NoError(t, s.Remove(s.root, row.ID))
	var log string
	require.NoError(t, s.conn.QueryRow(t.Context(), `SELECT string_agg(actor || ' ' || operation || ' ' || object, ', ' ORDER BY id) FROM audit`).Scan(&log))
	require.Equal(t, "root interpreter.change %x, root connection.change db, root gateway.change g, root interpreter.change %x", log)
}

func TestKernelsOfAGateway(t *testing.T) {
	s := newSite(t)
	token := "t0ken-of-the-gateway"
	g, err := s.SaveGateway(s.root, 0, interpreter.GatewayChange{Name: "hub", URL: "https://hub.example", Token: &token})
	require.NoError(t, err)
	require.True(t, g.HasToken)
	require.NotContains(t, s.text("gateways")+s.text("audit"), token)
	specs, err := s.GatewaySpecs(s.root, g.ID)
	require.NoError(t, err)
	require.Equal(t, "spark", specs[0].Name)
	row := s.create(interpreter.InterpreterChange{Name: "spark", Kind: notebook.GatewayKind, Spec: "spark", Gateway: g.ID})
	_, err = s.Start(s.bob, notebook.Interpreter{Name: "spark", Kind: notebook.GatewayKind, Row: row.ID}, notebook.StartKernel{Person: "bob"})
	require.NoError(t, err)
	require.Equal(t, []notebook.StartKernel{{Spec: "spark", Person: "bob", Args: []string{}, Env: map[string]string{}}}, s.remote.asked)
	require.Equal(t, []string{token, token, token}, s.tokens)
	require.True(t, fault.Is(s.RemoveGateway(s.root, g.ID), fault.Conflict), "an interpreter uses it")

	_, err = s.SaveGateway(s.root, g.ID, interpreter.GatewayChange{Name: "hub", URL: "https://elsewhere.example"})
	require.ErrorContains(t, err, "Give the token again")
	for _, bad := range []string{"", "ftp://x", "https://me:pw@x", "https://x?token=y", "x"} {
		_, err = s.SaveGateway(s.root, 0, interpreter.GatewayChange{Name: "bad", URL: bad})
		require.True(t, fault.Is(err, fault.Invalid), bad)
	}
	for _, bad := range []interpreter.InterpreterChange{
		{Environment: map[string]string{"KERNEL_USERNAME": "root"}}, {Arguments: []string{"--debug"}},
		{Limits: interpreter.InterpreterLimits{Memory: 1 << 30}}, {Limits: interpreter.InterpreterLimits{Processes: 5}},
	} {
		bad.Name, bad.Kind, bad.Spec, bad.Gateway = "bad", notebook.GatewayKind, "spark", g.ID
		_, err = s.Create(s.root, bad)
		require.True(t, fault.Is(err, fault.Invalid), "%+v: %v", bad, err)
	}
	_, err = s.SaveGateway(s.root, 0, interpreter.GatewayChange{Name: "bad", URL: "https://x", Options: map[string]string{"insecure": "yes"}})
	require.ErrorContains(t, err, "no option")
	require.NoError(t, s.Remove(s.root, row.ID))
	require.NoError(t, s.RemoveGateway(s.root, g.ID))
}

// The editor is told a language that was asked for when the interpreter was saved, and
// no gateway is asked for it each time.
func TestTheLanguageOfAGatewaysKernel(t *testing.T) {
	s := newSite(t)
	g, err := s.SaveGateway(s.root, 0, interpreter.GatewayChange{Name: "hub", URL: "https://hub.example"})
	require.NoError(t, err)
	c := interpreter.InterpreterChange{Name: "cluster", Kind: notebook.GatewayKind, Spec: "spark", Gateway: g.ID}
	row := s.create(c)
	language := func() string {
		list, err := s.Interpreters(s.bob)
		require.NoError(t, err)
		for _, i := range list {
			require.False(t, i.Answers("scala"), "it bears only its own names")
			if i.Name == "cluster" {
				return i.Language
			}
		}
		return "none"
	}
	require.Equal(t, "scala", language())
	asked := len(s.tokens)
	require.Equal(t, "scala", language())
	require.Len(t, s.tokens, asked)

	s.remote.specs = nil // as if it were away
	_, err = s.Update(s.root, row.ID, c)
	require.NoError(t, err)
	require.Equal(t, "scala", language(), "as it was")
	c.Spec = "other"
	_, err = s.Update(s.root, row.ID, c)
	require.NoError(t, err)
	require.Empty(t, language(), "of another nothing is known")
}
