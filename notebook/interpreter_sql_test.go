package notebook

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
)

func TestConnections(t *testing.T) {
	python := Interpreter{Name: "python3", Aliases: []string{"python"}, Kind: KernelKind}
	a, b, refused := SQLInterpreter("a"), SQLInterpreter("b"), SQLInterpreter("c")
	refused.Refused = "not you"
	borne := Interpreter{Name: "shop", Kind: SQLKind, Row: 7, Connection: "a"}
	itself := Interpreter{Name: "sql", Kind: SQLKind, Row: 8, Connection: "b"}
	for _, c := range []struct {
		all               []Interpreter
		text, defaultName string
		name, code        string
	}{
		{[]Interpreter{python, a}, "%sql\nSELECT 1", "", "sql(a)", "\nSELECT 1"},
		{[]Interpreter{python, a, refused}, "%sql SELECT 1", "", "sql(a)", "SELECT 1"},
		{[]Interpreter{python, a, b}, "%sql(b) SELECT 1", "", "sql(b)", "SELECT 1"},
		{[]Interpreter{python, a, b}, "%sql(connection=b) SELECT 1", "", "sql(b)", "SELECT 1"},
		{[]Interpreter{python, a, b}, "%sql SELECT 1", "sql(b)", "sql(b)", "SELECT 1"},
		{[]Interpreter{python, a, b}, "SELECT 1", "sql(b)", "sql(b)", "SELECT 1"},
		{[]Interpreter{python, a, b, borne}, "%sql SELECT 1", "shop", "shop", "SELECT 1"},
		{[]Interpreter{python, a, b, borne}, "%shop SELECT 1", "", "shop", "SELECT 1"},
		{[]Interpreter{python, a, b, itself}, "%sql SELECT 1", "", "sql", "SELECT 1"},
		{[]Interpreter{python, a, b, itself}, "%sql(a) SELECT 1", "", "sql(a)", "SELECT 1"},
		{[]Interpreter{python}, "%sql SELECT 1", "", "python3", "%sql SELECT 1"},
		{[]Interpreter{python, a}, "%%sql\nSELECT 1", "", "python3", "%%sql\nSELECT 1"},
	} {
		p, err := planFor(c.all, c.text, c.defaultName)
		require.NoError(t, err, "%q", c.text)
		require.Equal(t, c.name, p.interpreter.Name, "%q", c.text)
		require.Equal(t, c.code, p.code, "%q", c.text)
	}
	all := []Interpreter{python, a, b, refused}
	for text, why := range map[string]string{
		"%sql SELECT 1":         "There are several connections; name one. You may use %sql(a), %sql(b).",
		"%sql(x) SELECT 1":      "There is no connection “x”, or you may not use it. You may use %sql(a), %sql(b).",
		"%sql(c) SELECT 1":      "not you",
		"%sql(a, b) SELECT 1":   "stands the name of a connection",
		"%sql(limit=1) SELECT ": "stands the name of a connection",
		"%sql(a SELECT 1":       "not closed",
	} {
		_, err := planFor(all, text, "")
		require.ErrorContains(t, err, why, "%q", text)
	}
	_, err := planFor([]Interpreter{python, refused}, "%sql SELECT 1", "")
	require.ErrorContains(t, err, "You may not use any connection.")
}

func TestOneThatMayNotBeUsedIsNotSomebodyElses(t *testing.T) {
	all := []Interpreter{{Name: "python3", Aliases: []string{"python"}}, {Name: "spark", Refused: "You may not use %spark."}}
	_, err := planFor(all, "%spark\nx", "")
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = planFor(all, "x", "spark")
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = planFor(all, "x", "r")
	require.ErrorContains(t, err, "There are %python3.", "and it is not offered")
}

func TestAnEntryTakesItsKernelspecOver(t *testing.T) {
	entries := []Interpreter{{Name: "big", Kind: KernelKind, Spec: "python3", Language: "python", Row: 1}}
	specs := []KernelSpec{{Name: "bash", Language: "bash"}, {Name: "python3", Language: "python"}}
	all := Offered(entries, specs)
	require.Len(t, all, 2)
	require.Equal(t, []string{"python", "ipython", "python.ipython"}, all[1].Aliases)
	entries[0].Aliases = []string{"sh", "bash"}
	all = Offered(entries, specs)
	require.Len(t, all, 1, "one that is borne as another name is not offered beside it")
	require.Equal(t, []string{"sh", "bash", "python", "ipython", "python.ipython"}, all[0].Aliases)
	require.Equal(t, []string{"sh", "bash"}, entries[0].Aliases)
}
