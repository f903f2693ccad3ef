package main

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// tally counts what became of the mutants of each kind.
type tally map[kind]map[fate]int

func (t tally) add(k kind, f fate) {
	if t[k] == nil {
		t[k] = map[fate]int{}
	}
	t[k][f]++
}

func (t tally) all() map[fate]int {
	sum := map[fate]int{}
	for _, counts := range t {
		for f, n := range counts {
			sum[f] += n
		}
	}
	return sum
}

// print says the numbers of each kind, and of all.
func (t tally) print(mutants []mutant, took time.Duration) {
	equal := map[kind]int{}
	for _, m := range mutants {
		if m.equal != "" {
			equal[m.kind]++
			equal["all"]++
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "broken\tmutants\tnoticed\tby waiting\tnot noticed\tequal\tnot compiling\t")
	row := func(k kind, counts map[fate]int) {
		seen := counts[noticed] + counts[hung]
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", k, seen+counts[survived]+equal[k], seen, counts[hung], counts[survived], equal[k], counts[unbuildable])
	}
	for _, k := range kinds {
		row(k, t[k])
	}
	row("all", t.all())
	out.Flush()
	fmt.Println("in", took.Round(time.Second))
}
