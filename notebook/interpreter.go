package notebook

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
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
	Kind        InterpreterKind
	// Spec is the kernelspec that runs it, of this machine or of the gateway.
	Spec string
	// Row is the administrators' own entry for it; 0 for a kernelspec that was found
	// and for a connection, which need none.
	Row int64
	// Connection is the database that an interpreter of kind sql speaks to.
	Connection string
	// KernelsPerPerson bounds the kernels one person has of it at once; 0: as the
	// server does.
	KernelsPerPerson int
	// Idle is how long a kernel may do nothing before it is ended; 0: as the server
	// has it.
	Idle time.Duration
	// Refused says why whoever asked may not use it; empty when they may.
	Refused string
}

// InterpreterKind is what runs an interpreter's text.
type InterpreterKind string

// The kinds of interpreters.
const (
	KernelKind  InterpreterKind = "kernel"  // a kernelspec of this machine
	GatewayKind InterpreterKind = "gateway" // a kernelspec of a gateway
	SQLKind     InterpreterKind = "sql"     // a database connection of the server's
)

// Interpreters knows the named ways to run text and starts their kernels. The
// implementation is notebook/interpreter.
type Interpreters interface {
	// Interpreters lists all there are by name, with Refused set on those that whoever
	// acts in ctx may not use.
	Interpreters(ctx context.Context) ([]Interpreter, error)
	// Start starts a kernel of an interpreter, as that is set up at this moment; who may
	// use it was decided before. Of req the note, its place, the person and Late count;
	// the rest is the interpreter's.
	Start(ctx context.Context, i Interpreter, req StartKernel) (Kernel, error)
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

// Offered lists what text can be run in, by name: the administrators' entries, and
// each kernelspec that none of them names or uses. Of several for a language one
// also answers to the language's name unless an entry bears it: that with this very
// name, python3 before others, and then the first.
func Offered(entries []Interpreter, specs []KernelSpec) []Interpreter {
	all := slices.Clone(entries)
	taken := map[string]bool{markdown: true}
	for _, e := range entries {
		taken[e.Name] = true
		for _, alias := range e.Aliases {
			taken[alias] = true
		}
	}
	for _, s := range specs {
		if !claimed(entries, s.Name) {
			taken[s.Name] = true
			all = append(all, Interpreter{Name: s.Name, DisplayName: s.DisplayName, Language: s.Language, Kind: KernelKind, Spec: s.Name})
		}
	}
	slices.SortFunc(all, func(a, b Interpreter) int { return cmp.Compare(a.Name, b.Name) })
	nameLanguages(all, taken)
	return all
}

// claimed tells whether a kernelspec is the administrators' to offer. One that they
// restrict under another name is not to be had past them under its own.
func claimed(entries []Interpreter, spec string) bool {
	return slices.ContainsFunc(entries, func(e Interpreter) bool {
		return e.Answers(spec) || e.Kind == KernelKind && e.Spec == spec
	})
}

// nameLanguages adds the names of languages to those who bear them. A gateway's
// kernels, which have no files of the note's, bear only names they were given.
func nameLanguages(all []Interpreter, taken map[string]bool) {
	order := make([]*Interpreter, len(all))
	for i := range all {
		order[i] = &all[i]
	}
	slices.SortStableFunc(order, func(a, b *Interpreter) int { return cmp.Compare(rank(*a), rank(*b)) })
	for _, one := range order {
		if one.Kind == SQLKind || one.Kind == GatewayKind {
			continue
		}
		language := strings.ToLower(one.Language)
		for _, alias := range append([]string{language}, aliasesOf[language]...) {
			if alias != "" && !taken[alias] {
				taken[alias] = true
				one.Aliases = append(slices.Clip(one.Aliases), alias)
			}
		}
	}
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

// foundOnly offers the kernelspecs there are, to everybody.
type foundOnly struct{ kernels Kernels }

// Interpreters implements Interpreters.
func (f foundOnly) Interpreters(ctx context.Context) ([]Interpreter, error) {
	if f.kernels == nil {
		return nil, nil
	}
	specs, err := f.kernels.Specs(ctx)
	return Offered(nil, specs), err
}

// Start implements Interpreters.
func (f foundOnly) Start(ctx context.Context, i Interpreter, req StartKernel) (Kernel, error) {
	req.Spec = i.Spec
	return f.kernels.Start(ctx, req)
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
// %magic it may be. One that may not be used is an error and not somebody else's.
func planFor(all []Interpreter, text, defaultName string) (plan, error) {
	m := parseMagic(text)
	defaultName = or(defaultName, defaultLanguage)
	if m.name == markdown {
		return plan{skip: true}, nil
	}
	one, err := bearer(all, m, defaultName)
	if one == nil && err == nil {
		m = magic{code: text}
		if defaultName == markdown {
			return plan{skip: true}, nil
		}
		one, err = bearer(all, parseMagic("%"+defaultName), defaultName)
	}
	switch {
	case m.err != nil:
		return plan{}, m.err
	case isBlank(m.code):
		return plan{skip: true}, nil
	case err != nil:
		return plan{}, err
	case one == nil:
		return plan{}, errNoInterpreter(all, defaultName)
	case one.Refused != "":
		return plan{}, fault.New(fault.Forbidden, "%s", one.Refused)
	}
	removed := utf8.RuneCountInString(text) - utf8.RuneCountInString(m.code)
	return plan{interpreter: *one, code: m.code, removed: removed}, nil
}

// bearer finds the interpreter that a first line names; nil when it names none.
func bearer(all []Interpreter, m magic, defaultName string) (*Interpreter, error) {
	if m.name == "" {
		return nil, nil
	}
	if m.name == sqlName && hasConnections(all) {
		return connectionNamed(all, m, defaultName)
	}
	return answering(all, m.name), nil
}

func answering(all []Interpreter, name string) *Interpreter {
	i := slices.IndexFunc(all, func(one Interpreter) bool { return one.Answers(name) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func isBlank(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return !unicode.IsSpace(c) }) < 0
}

// errNoInterpreter says what there is and how to add what is missing.
func errNoInterpreter(all []Interpreter, name string) error {
	names := []string{}
	for _, one := range all {
		if one.Refused == "" {
			names = append(names, "%"+one.Name)
		}
	}
	there := "There is none at all"
	if len(names) > 0 {
		there = "There are " + strings.Join(names, ", ")
	}
	return fault.New(fault.NotFound,
		"Nothing here runs %%%s. %s. If the server is still preparing Python, as the bar below tells, try again when it is ready. Whoever runs the server adds an interpreter by installing its Jupyter kernel there (for Python: pip install ipykernel), or on the page Interpreters.",
		name, there)
}
