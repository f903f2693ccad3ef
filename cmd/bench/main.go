// Command bench measures what Quire promises to be fast at, against the real
// binary on a real Postgres with real kernels, and prints each figure beside a limit
// that was measured in the same run. It judges nothing: on a noisy machine only the
// ratio of the two says something.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one figure beside its limit.
type row struct {
	What   string  `json:"what"`
	Figure float64 `json:"figure"`
	Unit   string  `json:"unit"`
	Limit  float64 `json:"limit"`
	// Beside says what the limit is.
	Beside string `json:"beside"`
}

func (r row) ratio() string {
	if r.Limit == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", r.Figure/r.Limit)
}

// report is what a run measured.
type report struct {
	When    time.Time `json:"when"`
	Machine string    `json:"machine"`
	Rows    []row     `json:"rows"`
}

func (r *report) add(rows ...row) {
	for _, one := range rows {
		r.Rows = append(r.Rows, one)
		fmt.Fprintf(os.Stderr, "  %s: %.4g %s\n", one.What, one.Figure, one.Unit)
	}
}

func main() {
	binary := flag.String("quire", "bin/quire", "the binary to measure")
	asJSON := flag.Bool("json", false, "print JSON instead of a table")
	only := flag.String("only", "", "measure only subjects whose name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *binary, *only, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// subject is something that is measured on a running server.
type subject struct {
	name    string
	measure func(context.Context, *site, *report) error
}

var subjects = []subject{
	{"permissions", measurePermissions},
	{"start", measureStart},
	{"commit", measureCommit},
	{"edit", measureEdits},
	{"open", measureOpen},
	{"fan-out", measureFanOut},
	{"revoke", measureRevocation},
	{"idle", measureIdle},
	{"cell", measureCells},
	{"print", measurePrinting},
	{"display", measureDisplays},
	{"kernel", measureKernelStarts},
	{"class", measureClass},
	{"tree", measureTree},
	{"scale", measureScale},
}

func run(ctx context.Context, binary, only string, asJSON bool) error {
	s, err := newSite(ctx, binary)
	if err != nil {
		return err
	}
	defer s.close()
	r := &report{When: time.Now().UTC(), Machine: machine()}
	for _, one := range subjects {
		if !strings.Contains(one.name, only) || ctx.Err() != nil {
			continue
		}
		fmt.Fprintln(os.Stderr, one.name)
		if err := one.measure(ctx, s, r); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	if asJSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	return r.print()
}

func (r *report) print() error {
	fmt.Printf("%s, %s\n\n", r.Machine, r.When.Format("2006-01-02 15:04 MST"))
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "what\tfigure\tlimit\tratio\tthe limit is")
	for _, one := range r.Rows {
		limit := ""
		if one.Limit != 0 {
			limit = fmt.Sprintf("%.4g %s", one.Limit, one.Unit)
		}
		fmt.Fprintf(w, "%s\t%.4g %s\t%s\t%s\t%s\n", one.What, one.Figure, one.Unit, limit, one.ratio(), one.Beside)
	}
	return w.Flush()
}

func machine() string {
	model := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				model = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(name), ":"))
				break
			}
		}
	}
	return fmt.Sprintf("%d × %s, %s", runtime.NumCPU(), model, runtime.Version())
}
