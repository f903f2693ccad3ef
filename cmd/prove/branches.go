package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// branched is a file whose conditions are broken one by one: turned around, and
// for those of several parts, each part left out.
type branched struct {
	kind kind
	file string
	// funcs are the functions to look at; nil for all.
	funcs []string
	tests [][]string
}

func ofBranches() (mutants []mutant, err error) {
	for _, b := range conditions {
		s, err := read(b.kind, b.file)
		if err != nil {
			return nil, err
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, b.file, s.text, 0)
		if err != nil {
			return nil, err
		}
		found := map[string]bool{}
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || b.funcs != nil && !slices.Contains(b.funcs, f.Name.Name) {
				continue
			}
			found[f.Name.Name] = true
			w := &walker{source: s, at: func(p token.Pos) int { return files.Position(p).Offset }, in: f.Name.Name, tests: b.tests}
			ast.Inspect(f, w.visit)
			mutants = append(mutants, w.mutants...)
		}
		for _, name := range b.funcs {
			if !found[name] {
				return nil, fmt.Errorf("%s has no function %s any more", b.file, name)
			}
		}
	}
	return mutants, nil
}

type walker struct {
	source
	at      func(token.Pos) int
	in      string
	tests   [][]string
	mutants []mutant
}

func (w *walker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		if !aboutErrors(n.Cond) {
			w.add(n.Cond, "!("+w.code(n.Cond)+")", "%s: turned around: %s")
		}
	case *ast.BinaryExpr:
		if ignored := ignoring[n.Op]; ignored != "" {
			x, y := w.code(n.X), w.code(n.Y)
			w.add(n, x+" "+n.Op.String()+" ("+ignored+" ("+y+"))", "%s: without its second part: %s")
			w.add(n, "("+ignored+" ("+x+")) "+n.Op.String()+" "+y, "%s: without its first part: %s")
		}
		if by := near[n.Op]; by != 0 {
			w.add(n, w.code(n.X)+" "+by.String()+" "+w.code(n.Y), "%s: "+by.String()+" for "+n.Op.String()+": %s")
		}
	case *ast.SwitchStmt:
		if n.Tag == nil {
			w.cases(n.Body.List)
		}
	}
	return true
}

func (w *walker) cases(clauses []ast.Stmt) {
	for _, c := range clauses {
		for _, one := range c.(*ast.CaseClause).List {
			if !aboutErrors(one) {
				w.add(one, "!("+w.code(one)+")", "%s: turned around: case %s")
			}
		}
	}
}

// ignoring is what stands before a part that does not count. It is still there, for
// what it names to be used.
var ignoring = map[token.Token]string{token.LAND: "true ||", token.LOR: "false &&"}

// near are comparisons that differ in one case.
var near = map[token.Token]token.Token{token.LSS: token.LEQ, token.GTR: token.GEQ, token.LEQ: token.LSS, token.GEQ: token.GTR}

// aboutErrors tells conditions that only hand on what failed below.
func aboutErrors(cond ast.Expr) bool {
	b, ok := cond.(*ast.BinaryExpr)
	if !ok {
		return false
	}
	x, isName := b.X.(*ast.Ident)
	y, isNil := b.Y.(*ast.Ident)
	return isName && isNil && x.Name == "err" && y.Name == "nil"
}

func (w *walker) code(n ast.Node) string { return string(w.text[w.at(n.Pos()):w.at(n.End())]) }

func (w *walker) add(n ast.Node, by, what string) {
	w.mutants = append(w.mutants, w.cut(w.at(n.Pos()), w.at(n.End()), by, fmt.Sprintf(what, w.in, w.code(n)), w.tests))
}
