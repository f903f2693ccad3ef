// Command quire is the notebook server and its command line.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

const about = `Quire is a notebook server for groups of people: many open the same notes,
type together, and run code in real Jupyter kernels, under permissions that hold.

Start it with "quire serve" and open the address it prints.`

// cli is the whole command line. Every flag is also an environment variable and a
// key of the JSON file given by --config.
type cli struct {
	Config  kong.ConfigFlag  `help:"Read flags from this JSON file, such as {\"listen\": \"127.0.0.1:9000\"}." type:"path" placeholder:"FILE"`
	Version kong.VersionFlag `help:"Print the version and leave."`

	Serve   serveCmd   `cmd:"" help:"Run the server."`
	User    userCmd    `cmd:"" help:"Make, list, change and keep out users."`
	Group   groupCmd   `cmd:"" help:"Make, list, change and remove groups."`
	Import  importCmd  `cmd:"" help:"Make notes of Jupyter notebooks and Zeppelin notes."`
	Token   tokenCmd   `cmd:"" help:"Make, list and revoke tokens for programs."`
	OpenAPI openAPICmd `cmd:"" name:"openapi" help:"Print the REST API as an OpenAPI 3.1 document."`
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("quire"), kong.Description(about), kong.UsageOnError(),
		kong.Configuration(readConfig), kong.Vars{"version": build(), "data": defaultData()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "quire:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.BindTo(os.Stdout, (*io.Writer)(nil))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "quire:", err)
		return 1
	}
	return 0
}

// build names this build: the version it was built as, or the commit.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "development"
}
