package main

import (
	"fmt"
	"regexp"
)

// lower is the next weaker action for each.
var lower = map[string]string{
	"Manage": "Write", "Write": "Run", "Run": "Read", "Lead": "See", "Administer": "Use",
}

var declared = regexp.MustCompile(`(?:node|group|server)\("([a-z.]+)", (Manage|Write|Run|Lead|Administer)\)`)

// lowered makes each operation of the registry ask for less.
func lowered() ([]mutant, error) {
	s, err := read(actions, "auth/operation.go")
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	for _, at := range declared.FindAllSubmatchIndex(s.text, -1) {
		name, action := string(s.text[at[2]:at[3]]), string(s.text[at[4]:at[5]])
		mutants = append(mutants, s.cut(at[4], at[5], lower[action],
			fmt.Sprintf("%s asks for %s instead of %s", name, lower[action], action), [][]string{{"./auth"}}))
	}
	return mutants, nil
}
