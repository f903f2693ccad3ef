// Command quire is the notebook server and its command line.
package main

import (
	"context"
	"errors"
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

	Serve       serveCmd       `cmd:"" help:"Run the server."`
	User        userCmd        `cmd:"" help:"Make, list, change and keep out users."`
	Group       groupCmd       `cmd:"" help:"Make, list, change and remove groups."`
	Cap         capCmd         `cmd:"" help:"Limit what groups may do, and lift such limits."`
	Ownerless   ownerlessCmd   `cmd:"" help:"List what nobody owns any more, and pass it on."`
	Kernels     kernelsCmd     `cmd:"" help:"Say how code may run."`
	Import      importCmd      `cmd:"" help:"Make notes of Jupyter notebooks, Zeppelin notes and exported archives."`
	Export      exportCmd      `cmd:"" help:"Write a note to a file: a Jupyter notebook, a Zeppelin note, or an archive with its files."`
	Share       shareCmd       `cmd:"" help:"Give somebody a role on a note or a folder, or take it away."`
	Link        linkCmd        `cmd:"" help:"Make, list and revoke links to notes and folders."`
	Access      accessCmd      `cmd:"" help:"Tell who can reach what, why, and since when."`
	Token       tokenCmd       `cmd:"" help:"Make, list and revoke tokens for programs."`
	Interpreter interpreterCmd `cmd:"" help:"Set up what code can be run in, and who may."`
	Connection  databaseCmd    `cmd:"" name:"connection" help:"Set up databases for %sql."`
	Gateway     gatewayCmd     `cmd:"" help:"Set up servers that start kernels elsewhere."`
	OpenAPI     openAPICmd     `cmd:"" name:"openapi" help:"Print the REST API as an OpenAPI 3.1 document."`
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
		if !errors.Is(err, errSaid) {
			fmt.Fprintln(os.Stderr, "quire:", err)
		}
		return 1
	}
	return 0
}

// errSaid is a failure that another process has told already.
var errSaid = errors.New("the server has failed")

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
