package notebook

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
)

var someSpecs = []KernelSpec{
	{Name: "zz-python", Language: "python"},
	{Name: "python3", Language: "python"},
	{Name: "ir", Language: "R"},
	{Name: "python3.11-gpu", Language: "python"},
	{Name: "bash", Language: "bash"},
}

func TestMagicLines(t *testing.T) {
	for text, want := range map[string]magic{
		"print(1)":                           {code: "print(1)"},
		"":                                   {},
		"%python\nx":                         {name: "python", code: "\nx"},
		"%python x":                          {name: "python", code: "x"},
		"%python   x ":                       {name: "python", code: "x "},
		"%python\tx":                         {name: "python", code: "\tx"},
		" \n %a.b\nx":                        {name: "a.b", code: "\n\nx"},
		"%a.b-c x":                           {name: "a.b-c", code: "x"},
		"%%time\nx":                          {code: "%%time\nx"},
		"% x":                                {code: "% x"},
		"x\n%python":                         {code: "x\n%python"},
		"%p(a=1, b = \"x, \\\"y\\n\" ,c)\nz": {name: "p", properties: map[string]string{"a": "1", "b": "x, \"y\n", "c": "c"}, code: "\nz"},
		"%p()x":                              {name: "p", properties: map[string]string{}, code: "x"},
		"%p (a)":                             {name: "p", code: "(a)"},
	} {
		require.Equal(t, want, parseMagic(text), "%q", text)
	}
	for _, text := range []string{"%p(", "%p(a", "%p(a=1", "%p(=1)", "%p(a,)", "%p(a=b=c)", `%p(a="b)`, "%p(,a)"} {
		require.True(t, fault.Is(parseMagic(text).err, fault.Invalid), "%q", text)
	}
}

func TestInterpretersOfSpecs(t *testing.T) {
	names := map[string]string{}
	for _, name := range []string{"python", "python3", "ipython", "python.ipython", "r", "r.ir", "ir", "sh", "bash", "zz-python", "python3.11-gpu"} {
		for _, i := range Offered(nil, someSpecs) {
			if i.Answers(name) {
				require.Empty(t, names[name], "%s has one bearer", name)
				names[name] = i.Spec
			}
		}
	}
	require.Equal(t, map[string]string{
		"python": "python3", "python3": "python3", "ipython": "python3", "python.ipython": "python3",
		"r": "ir", "r.ir": "ir", "ir": "ir", "sh": "bash", "bash": "bash",
		"zz-python": "zz-python", "python3.11-gpu": "python3.11-gpu",
	}, names)
	own := Offered(nil, []KernelSpec{{Name: "python3", Language: "python"}, {Name: "python", Language: "python"}})
	require.Equal(t, "python", own[0].Name)
	require.NotContains(t, own[0].Aliases, "python")
	require.True(t, own[0].Answers("ipython"), "the one of the language's very name comes first")
}

func TestWhoRunsAText(t *testing.T) {
	all := Offered(nil, someSpecs)
	for _, c := range []struct {
		text, defaultName string
		spec, code        string
		removed           int
	}{
		{"x", "", "python3", "x", 0},
		{"x", "r", "ir", "x", 0},
		{"%r\nx", "", "ir", "\nx", 2},
		{"%python.ipython x", "r", "python3", "x", 16},
		{"%matplotlib inline", "", "python3", "%matplotlib inline", 0},
		{"%R x <- 1", "", "python3", "%R x <- 1", 0},
		{"%nobody(\nx", "sh", "bash", "%nobody(\nx", 0},
		{"%%bash\nls", "", "python3", "%%bash\nls", 0},
		{"%python\n%%time\nx", "", "python3", "\n%%time\nx", 7},
		{"%python3.11-gpu\nx", "", "python3.11-gpu", "\nx", 15},
	} {
		p, err := planFor(all, c.text, c.defaultName)
		require.NoError(t, err)
		require.Equal(t, plan{interpreter: p.interpreter, code: c.code, removed: c.removed}, p, "%q", c.text)
		require.Equal(t, c.spec, p.interpreter.Spec, "%q", c.text)
	}
	for _, text := range []string{"%md\n# x", "%md", "", " \n", "%r  \n", "%python(form=simple)"} {
		p, err := planFor(all, text, "")
		require.NoError(t, err)
		require.True(t, p.skip, "%q", text)
	}
	_, err := planFor(all, "%r(a\nx", "")
	require.True(t, fault.Is(err, fault.Invalid))
	_, err = planFor(all, "x", "scala")
	require.ErrorContains(t, err, "Nothing here runs %scala. There are %bash, %ir, %python3, %python3.11-gpu, %zz-python.")
}
