package notebook

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quire/auth/fault"
)

// Interpreter is a named way to run text: what %name in a first line stands for.
type Interpreter struct {
	Name string
	// Aliases are other names it answers to.
	Aliases     []string
	DisplayName string
	Language    string
	// Spec is the kernelspec that runs it.
	Spec string
}

// Answers reports whether the interpreter bears the name.
func (i Interpreter) Answers(name string) bool {
	return i.Name == name || slices.Contains(i.Aliases, name)
}

const (
	// markdown paragraphs are rendered by the browser; no kernel runs them.
	markdown = "md"
	// defaultLanguage runs paragraphs of notes that name no interpreter.
	defaultLanguage = "python"
)

// aliasesOf lists the names that a language's interpreter answers to beside the
// language's own, as in Zeppelin.
var aliasesOf = map[string][]string{
	"python": {"ipython", "python.ipython"},
	"r":      {"r.ir"},
	"bash":   {"sh"},
}

// InterpretersOf makes an interpreter of each kernelspec, sorted by name. Of
// several for a language one answers to the language's name: that with this very
// name, python3 before others, and then the first.
func InterpretersOf(specs []KernelSpec) []Interpreter {
	all := make([]Interpreter, len(specs))
	taken := map[string]bool{markdown: true}
	for i, s := range specs {
		all[i] = Interpreter{Name: s.Name, DisplayName: s.DisplayName, Language: s.Language, Spec: s.Name}
		taken[s.Name] = true
	}
	slices.SortFunc(all, func(a, b Interpreter) int { return cmp.Compare(a.Name, b.Name) })
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b Interpreter) int { return cmp.Compare(rank(a), rank(b)) })
	for _, one := range order {
		i := slices.IndexFunc(all, func(other Interpreter) bool { return other.Name == one.Name })
		language := strings.ToLower(one.Language)
		for _, alias := range append([]string{language}, aliasesOf[language]...) {
			if alias != "" && !taken[alias] {
				taken[alias] = true
				all[i].Aliases = append(all[i].Aliases, alias)
			}
		}
	}
	return all
}

// rank orders the interpreters of one language: lower is more usual.
func rank(i Interpreter) int {
	switch i.Name {
	case strings.ToLower(i.Language):
		return 0
	case "python3", "ir":
		return 1
	}
	return 2
}

// resolver finds the interpreter that runs a text. Interpreters are the
// kernelspecs there are; when they become rows, they are read here.
type resolver struct{ kernels Kernels }

func (r resolver) all(ctx context.Context) ([]Interpreter, error) {
	if r.kernels == nil {
		return nil, nil
	}
	specs, err := r.kernels.Specs(ctx)
	if err != nil {
		return nil, err
	}
	return InterpretersOf(specs), nil
}

// plan is how a text is run.
type plan struct {
	interpreter Interpreter
	// code is what the kernel gets; removed is what stands before it in the text, in
	// code points.
	code    string
	removed int
	// skip is set when there is nothing to run.
	skip bool
}

// planFor finds who runs a text. The first line decides if it names an
// interpreter; if it does not, all of it is for the note's default, whose own
// %magic it may be.
func planFor(all []Interpreter, text, defaultName string) (plan, error) {
	m := parseMagic(text)
	if m.name == markdown {
		return plan{skip: true}, nil
	}
	i := slices.IndexFunc(all, func(one Interpreter) bool { return m.name != "" && one.Answers(m.name) })
	if i < 0 {
		m = magic{code: text}
		defaultName = or(defaultName, defaultLanguage)
		if defaultName == markdown {
			return plan{skip: true}, nil
		}
		i = slices.IndexFunc(all, func(one Interpreter) bool { return one.Answers(defaultName) })
	}
	if m.err != nil {
		return plan{}, m.err
	}
	if isBlank(m.code) {
		return plan{skip: true}, nil
	}
	if i < 0 {
		return plan{}, errNoInterpreter(all, defaultName)
	}
	removed := utf8.RuneCountInString(text) - utf8.RuneCountInString(m.code)
	return plan{interpreter: all[i], code: m.code, removed: removed}, nil
}

func isBlank(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return !unicode.IsSpace(c) }) < 0
}

// errNoInterpreter says what there is and how to add what is missing.
func errNoInterpreter(all []Interpreter, name string) error {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = "%" + one.Name
	}
	there := "There is none at all"
	if len(names) > 0 {
		there = "There are " + strings.Join(names, ", ")
	}
	return fault.New(fault.NotFound,
		"Nothing here runs %%%s. %s. If the server is still preparing Python, as the bar below tells, try again when it is ready. Whoever runs the server adds an interpreter by installing its Jupyter kernel there (for Python: pip install ipykernel).",
		name, there)
}
