package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"quire/server"
)

// importCmd makes notes of files.
type importCmd struct {
	connection
	Files  []string `arg:"" name:"file" type:"existingfile" help:"Jupyter notebooks (.ipynb), Zeppelin notes (.zpln, note.json) and archives that were exported (.zip)."`
	As     string   `placeholder:"NAME" help:"Whose the notes are to be. Needed on the server's machine; with a token they are the token's owner's."`
	Name   string   `help:"What the note is called, perhaps with folders before it; from the file when left out. For one file."`
	Parent string   `placeholder:"ID" help:"The folder to import into; the top when left out."`
}

// Help is shown by quire import --help.
func (importCmd) Help() string {
	return `Notes are private to whoever imports them, with the results stored in the file.

Examples:
  quire import analysis.ipynb --as ana
  quire import *.zpln --as ana
  quire import churn.zpln --as ana --name "Team/Churn"
  quire import churn.zip --as ana                        with the note's files`
}

// Run implements the command. Files are imported one by one; the first that cannot
// be ends it, and those before it stay.
func (c *importCmd) Run(ctx context.Context, out io.Writer) error {
	if c.Server == nil && c.As == "" {
		return fmt.Errorf("say with --as whose the notes are to be")
	}
	if c.Name != "" && len(c.Files) > 1 {
		return fmt.Errorf("--name is for one file, and there are %d", len(c.Files))
	}
	c.as = c.As
	for _, file := range c.Files {
		if err := c.one(ctx, out, file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func (c *importCmd) one(ctx context.Context, out io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	q := url.Values{"file": {filepath.Base(name)}}
	for key, value := range map[string]string{"name": c.Name, "parent": c.Parent} {
		if value != "" {
			q.Set(key, value)
		}
	}
	r, err := c.request(ctx, http.MethodPost, "/notes/import?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	r.Body = file
	r.Header.Set("Content-Type", "application/octet-stream")
	answer, err := c.stream(r)
	if err != nil {
		return err
	}
	defer answer.Close()
	var note server.ImportedBody
	if err := json.NewDecoder(answer).Decode(&note); err != nil {
		return fmt.Errorf("the answer is not Quire's: %w", err)
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(note)
	}
	fmt.Fprintf(out, "%s  %s\n", note.ID, note.Name)
	for _, w := range note.Warnings {
		fmt.Fprintf(out, "    %s\n", w)
	}
	return nil
}
