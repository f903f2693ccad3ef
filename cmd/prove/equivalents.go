package main

// equivalents are mutants that are not wrong.
var equivalents = []equivalent{
	{"auth/decide.go", "highest: without its first part: !likely.has(g.Principal) || !contains(principals, g.Principal)",
		"the sieve is for speed: what it lets through is looked up"},
	{"auth/decide.go", "highest: >= for >: g.Role > role", "the same role once more is the same role"},
}
