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

	"quire/notebook"
	"quire/server"
)

// importCmd makes notes of files.
type importCmd struct {
	connection
	Files  []string `arg:"" name:"file" type:"existingfile" help:"Jupyter notebooks (.ipynb) and Zeppelin notes (.zpln, note.json)."`
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
  quire import churn.zpln --as ana --name "Team/Churn"`
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

func (c *importCmd) one(ctx context.Context, out io.Writer, file string) error {
	data, err := readNoteFile(file)
	if err != nil {
		return err
	}
	q := url.Values{"file": {filepath.Base(file)}}
	for key, value := range map[string]string{"name": c.Name, "parent": c.Parent} {
		if value != "" {
			q.Set(key, value)
		}
	}
	var note server.ImportedBody
	if err := c.ask(ctx, http.MethodPost, "/notes/import?"+q.Encode(), data, &note); err != nil {
		return err
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

func readNoteFile(file string) (json.RawMessage, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > notebook.MaxImport {
		return nil, fmt.Errorf("it has %d bytes; %d are allowed", info.Size(), notebook.MaxImport)
	}
	data, err := os.ReadFile(file)
	if err == nil && !json.Valid(data) {
		err = fmt.Errorf("it is not JSON, as notebooks and notes are")
	}
	return data, err
}
