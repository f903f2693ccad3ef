package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
)

// kind is what is broken.
type kind string

const (
	actions  kind = "operations that ask for less"
	inGo     kind = "branches of the rule in Go"
	inSQL    kind = "parts of the rule in SQL"
	listed   kind = "parts of lists in SQL"
	caches   kind = "caches and what they tell apart"
	outgoing kind = "comparisons where something comes in or leaves"
)

var kinds = []kind{actions, inGo, inSQL, listed, caches, outgoing}

// mutant is one file with one thing changed.
type mutant struct {
	kind kind
	file string
	line int
	what string
	text []byte
	// tests are the go test arguments that are to notice it, tried in order.
	tests [][]string
	// equal says why it is not wrong; empty for those that are to be noticed.
	equal string
}

func (m mutant) name() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.what) }

// all makes every mutant.
func all() ([]mutant, error) {
	var mutants []mutant
	for _, make := range []func() ([]mutant, error){lowered, ofBranches, ofTexts} {
		more, err := make()
		if err != nil {
			return nil, err
		}
		mutants = append(mutants, more...)
	}
	for _, e := range equivalents {
		if !slices.ContainsFunc(mutants, e.is) {
			return nil, fmt.Errorf("no mutant is %q in %s any more: take it out of the list of equivalents", e.what, e.file)
		}
		for i := range mutants {
			if e.is(mutants[i]) {
				mutants[i].equal = e.why
			}
		}
	}
	return mutants, nil
}

// source is a file to be mutated.
type source struct {
	kind kind
	file string
	text []byte
}

func read(k kind, file string) (source, error) {
	text, err := os.ReadFile(file)
	return source{k, file, text}, err
}

// cut returns the mutant with bytes from to replaced.
func (s source) cut(from, to int, by, what string, tests [][]string) mutant {
	text := slices.Concat(s.text[:from], []byte(by), s.text[to:])
	line := 1 + bytes.Count(s.text[:from], []byte("\n"))
	return mutant{kind: s.kind, file: s.file, line: line, what: what, text: text, tests: tests}
}

// replacement is a mutation by text, which must stand in the file once.
type replacement struct{ old, by, what string }

func (s source) replace(r replacement, tests [][]string) (mutant, error) {
	at := bytes.Index(s.text, []byte(r.old))
	if at < 0 || bytes.Count(s.text, []byte(r.old)) > 1 {
		return mutant{}, fmt.Errorf("%s: %q must stand there once, to be broken", s.file, r.old)
	}
	return s.cut(at, at+len(r.old), r.by, r.what, tests), nil
}

func (s source) replaceAll(list []replacement, tests [][]string) (mutants []mutant, err error) {
	for _, r := range list {
		m, err := s.replace(r, tests)
		if err != nil {
			return nil, err
		}
		mutants = append(mutants, m)
	}
	return mutants, nil
}

// equivalent is a mutant that changes nothing anybody could see, with the reason.
type equivalent struct{ file, what, why string }

func (e equivalent) is(m mutant) bool { return e.file == m.file && e.what == m.what }
