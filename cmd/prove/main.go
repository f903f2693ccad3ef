// Command prove breaks Quire's permission rules one by one and looks whether a test
// notices. Each mutant is one change in one file: an operation that asks for less,
// a condition that is not looked at, a comparison that is missing where something
// leaves the server, a cache that tells less apart. `make prove` runs it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"

	"github.com/alecthomas/kong"
)

type cli struct {
	Only    *regexp.Regexp `help:"Only mutants whose description matches."`
	List    bool           `help:"List the mutants instead of trying them."`
	Verbose bool           `help:"Also say which test noticed each." short:"v"`
	Workers int            `help:"Mutants tried at once." default:"${cores}"`
}

func main() {
	var c cli
	kong.Parse(&c, kong.Name("prove"), kong.Vars{"cores": fmt.Sprint(runtime.NumCPU())},
		kong.Description("Break the permission rules one by one, and print every break that no test notices. Run it in the root of the source tree; it changes no file there."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	survivors, err := c.run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

func (c *cli) run(ctx context.Context) (survivors int, err error) {
	mutants, err := all()
	if err != nil {
		return 0, err
	}
	if c.Only != nil {
		kept := mutants[:0]
		for _, m := range mutants {
			if c.Only.MatchString(m.name()) {
				kept = append(kept, m)
			}
		}
		mutants = kept
	}
	if c.List {
		for _, m := range mutants {
			fmt.Println(m.name())
			if m.equal != "" {
				fmt.Println("\tnot wrong:", m.equal)
			}
		}
		fmt.Println(len(mutants), "mutants")
		return 0, nil
	}
	return try(ctx, mutants, c.Workers, c.Verbose)
}
