package main

// What is broken, and which tests are to notice it.

var (
	rule    = [][]string{{"./auth"}, {"./store/prove"}}
	gates   = [][]string{{"./auth"}, {"./socket"}}
	leaving = [][]string{{"./socket"}}
	keeping = [][]string{{"./notebook", "-run", "Keeper|Right|Revo|Role|Scope|Operation"}, {"./notebook"}}
	trees   = [][]string{{"./store/prove"}, {"./notebook", "-run", "List|Search|Trash|Role|Scope|Grants|Clone|Create|Place"}}
)

// conditions are the files of the rule and of the doors.
var conditions = []branched{
	{"auth/decide.go", nil, rule},
	{"auth/role.go", []string{"Has", "Actions"}, rule},
	{"auth/check.go", nil, [][]string{{"./auth"}, {"./auth/account"}, {"./notebook"}}},
	{"auth/pass.go", nil, gates},
	{"socket/standing.go", nil, leaving},
	{"socket/carets.go", nil, leaving},
}

// predicate are the conjuncts of the rule in SQL.
var predicate = []replacement{}

func ofPredicate() ([]mutant, error) {
	s, err := read("migrations/000002_access.up.sql")
	if err != nil {
		return nil, err
	}
	return s.replaceAll(predicate, trees)
}

// texts are single comparisons: where something leaves the server, and in keys of
// caches.
var texts = []struct {
	file  string
	list  []replacement
	tests [][]string
}{}

func ofTexts() (mutants []mutant, err error) {
	for _, t := range texts {
		s, err := read(t.file)
		if err != nil {
			return nil, err
		}
		more, err := s.replaceAll(t.list, t.tests)
		if err != nil {
			return nil, err
		}
		mutants = append(mutants, more...)
	}
	return mutants, nil
}

// equivalents are mutants that are not wrong.
var equivalents = []equivalent{}
