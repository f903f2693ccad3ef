package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"quire/notebook"
)

// accessCmd are the commands that tell who can reach what, and why.
type accessCmd struct {
	Explain accessExplainCmd `cmd:"" help:"Tell whether somebody may do something, and why."`
	Reach   accessReachCmd   `cmd:"" help:"List what somebody can reach."`
	Who     accessWhoCmd     `cmd:"" help:"List who can reach a note or folder."`
}

// Help is shown by quire access --help.
func (accessCmd) Help() string {
	return `Access comes from grants: to a person, to a group they are in, perhaps through other
groups, to everyone, or by a link they opened; on the note or on a folder above it, up to
the first closed one. Caps take away from it. explain lists every way, nearest first, what
does not count and why, and the smallest change that would turn the answer.

About others, and about the past, you have to own the note.

Examples:
  quire access explain Team/Churn --as ana                          may ana read it?
  quire access explain Team/Churn --person bo --action write --as ana
  quire access explain Team/Churn --person bo --at 2026-05-03 --as ana
  quire access who Team/Churn --as ana
  quire access who Team/Churn --at 2026-05-03 --as ana              at the end of that day
  quire access reach --as ana                                       what ana can reach
  quire access reach bo                                             for administrators`
}

// atMoment is an answer about another moment than now.
type atMoment struct {
	At until `placeholder:"DATE" help:"At another moment than now: 2026-05-03 (its end), \"2026-05-03 18:00\" or RFC 3339."`
}

func (a *atMoment) set(q url.Values) {
	if !a.At.IsZero() {
		q.Set("at", a.At.UTC().Format(time.RFC3339Nano))
	}
}

type accessExplainCmd struct {
	asPerson
	atMoment
	Node   string `arg:"" name:"note" help:"The note or folder: its id, or its path from the top."`
	Person string `help:"A user or a group, by name or id; oneself when left out."`
	Action string `enum:"read,run,write,manage" default:"read" help:"read, run, write or manage."`
}

// Run implements the command.
func (c *accessExplainCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.self(); err != nil {
		return err
	}
	id, err := c.nodeNamed(ctx, c.Node)
	if err != nil {
		return err
	}
	q := url.Values{"action": {c.Action}}
	if c.Person != "" {
		q.Set("person", c.Person)
	}
	c.set(q)
	var a notebook.AccessAnswer
	if err := c.ask(ctx, http.MethodGet, "/nodes/"+id.String()+"/access?"+q.Encode(), nil, &a); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, a)
	}
	return printAnswer(out, a)
}

func printAnswer(out io.Writer, a notebook.AccessAnswer) error {
	fmt.Fprintf(out, "%s\n", plain(a.Sentence))
	var rows [][]string
	for _, p := range a.Paths {
		rows = append(rows, pathRow("yes", p))
	}
	for _, c := range a.Caps {
		if c.Forbids {
			rows = append(rows, []string{"cap", "leaves " + strings.Join(c.Actions, " "), shownName(c.Group), stepNames(c.Chain), placeName(c.Node), c.By, moment(&c.Since)})
		}
	}
	for _, p := range a.Ignored {
		rows = append(rows, pathRow("no: "+p.Why, p))
	}
	if len(rows) > 0 {
		fmt.Fprintln(out)
		if err := printTable(out, "COUNTS | ROLE | GRANTED TO | THROUGH | ON | BY | SINCE", rows); err != nil {
			return err
		}
	}
	if a.More > 0 {
		fmt.Fprintf(out, "and %d more ways\n", a.More)
	}
	if a.Hidden > 0 {
		fmt.Fprintf(out, "In %d of these something is not named, because you may not see it.\n", a.Hidden)
	}
	if a.Smallest != nil {
		verb := "To end it"
		if !a.Allowed {
			verb = "What is missing"
		}
		fmt.Fprintf(out, "\n%s: %s\n", verb, plain(a.Smallest.Words))
	}
	return nil
}

func pathRow(counts string, p notebook.AccessPath) []string {
	return []string{counts, p.Role, shownName(p.Principal), stepNames(p.Chain), placeName(p.Node), p.By, moment(&p.Since)}
}

func shownName(p notebook.AccessParty) string {
	if p.Hidden {
		return "(hidden)"
	}
	if p.Kind == "link" {
		return "link “" + p.Name + "”"
	}
	return p.Name
}

func stepNames(chain []notebook.AccessStep) string {
	names := make([]string, len(chain))
	for i, s := range chain {
		names[i] = shownName(s.AccessParty)
	}
	return strings.Join(names, " > ")
}

func placeName(p *notebook.AccessPlace) string {
	if p == nil {
		return "(hidden)"
	}
	return p.Name
}

type accessWhoCmd struct {
	asPerson
	atMoment
	Node string `arg:"" name:"note" help:"The note or folder: its id, or its path from the top."`
}

// Run implements the command.
func (c *accessWhoCmd) Run(ctx context.Context, out io.Writer) error {
	if err := c.self(); err != nil {
		return err
	}
	id, err := c.nodeNamed(ctx, c.Node)
	if err != nil {
		return err
	}
	q := url.Values{}
	c.set(q)
	var r notebook.Reachers
	if err := c.ask(ctx, http.MethodGet, "/nodes/"+id.String()+"/access/people?"+q.Encode(), nil, &r); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, r)
	}
	var rows [][]string
	if r.Everyone {
		rows = append(rows, []string{"everyone", "everyone", strings.Join(r.EveryoneMay, " "), ""})
	}
	for _, p := range r.People {
		rows = append(rows, []string{p.Principal.Name, p.Principal.Kind, strings.Join(p.Actions, " "), strings.Join(p.Through, "; ")})
	}
	if err := printTable(out, "NAME | KIND | MAY | THROUGH", rows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d people in all.\n", r.Total)
	return err
}

type accessReachCmd struct {
	connection
	As     string `placeholder:"USER" help:"As whom. Without it and without a person, that is QUIRE_TOKEN's owner."`
	Person string `arg:"" optional:"" help:"A user's name, for administrators; oneself when left out."`
	Kind   string `enum:"folder,note," default:"" help:"Only folders, or only notes."`
}

// Run implements the command.
func (c *accessReachCmd) Run(ctx context.Context, out io.Writer) error {
	c.as = c.As
	path := "/me/reach"
	if c.Person != "" {
		u, err := c.userNamed(ctx, c.Person)
		if err != nil {
			return err
		}
		path = fmt.Sprintf("/users/%d/reach", u)
	} else if c.Server == nil && c.As == "" {
		return fmt.Errorf("say of whom: a name, or --as USER for what they see of their own")
	}
	all, err := c.all(ctx, path)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, all)
	}
	var rows [][]string
	for _, n := range all.Nodes {
		rows = append(rows, []string{n.Path, string(n.Kind), strings.Join(n.Actions, " "), strings.Join(n.Through, "; ")})
	}
	if err := printTable(out, "PATH | KIND | MAY | THROUGH", rows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d in all; %d of them you may not read, and are not named.\n", all.Total, all.Hidden)
	return err
}

// all reads page after page.
func (c *accessReachCmd) all(ctx context.Context, path string) (notebook.Reach, error) {
	var all notebook.Reach
	q := url.Values{}
	if c.Kind != "" {
		q.Set("kind", c.Kind)
	}
	for {
		var page notebook.Reach
		if err := c.ask(ctx, http.MethodGet, path+"?"+q.Encode(), nil, &page); err != nil {
			return all, err
		}
		page.Nodes = append(all.Nodes, page.Nodes...)
		all = page
		if !all.More || len(all.Nodes) == 0 {
			return all, nil
		}
		q.Set("after", all.Nodes[len(all.Nodes)-1].ID.String())
	}
}
