package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// exportCmd writes a note to a file.
type exportCmd struct {
	connection
	Note      string `arg:"" help:"The note's id, as it stands in its address."`
	As        string `placeholder:"NAME" help:"As whom: the file holds what this person sees. Needed on the server's machine; with a token it is the token's owner."`
	Format    string `default:"ipynb" enum:"ipynb,zpln,zip" help:"ipynb (Jupyter), zpln (Zeppelin) or zip (a notebook, and the note's files)."`
	NoOutputs bool   `help:"Leave out what the paragraphs show."`
	Files     bool   `help:"Take the note's files along; makes a zip."`
	Out       string `short:"o" type:"path" placeholder:"FILE" help:"Where to write; - is standard output. Left out: a file in this folder, called as the note."`
}

// Help is shown by quire export --help.
func (exportCmd) Help() string {
	return `Examples:
  quire export 0d3k… --as ana
  quire export 0d3k… --as ana --format zpln -o churn.zpln
  quire export 0d3k… --as ana --files`
}

// Run implements the command. A file that is there is not replaced, and one that
// could not be written to the end is not left.
func (c *exportCmd) Run(ctx context.Context, out io.Writer) error {
	if c.Server == nil && c.As == "" {
		return errors.New("say with --as whose view of the note is to be written")
	}
	c.as = c.As
	if c.Files {
		c.Format = "zip"
	}
	q := url.Values{"format": {c.Format}, "outputs": {strconv.FormatBool(!c.NoOutputs)}, "files": {strconv.FormatBool(c.Files)}}
	r, err := c.request(ctx, http.MethodGet, "/notes/"+url.PathEscape(c.Note)+"/export?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	answer, name, err := c.streamNamed(r)
	if err != nil {
		return err
	}
	defer answer.Close()
	if c.Out == "-" {
		_, err := io.Copy(out, answer)
		return err
	}
	if c.Out != "" {
		name = c.Out
	}
	if err := save(name, answer); err != nil {
		return err
	}
	fmt.Fprintln(out, name)
	return nil
}

func save(name string, from io.Reader) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("the export broke off: %w", err), os.Remove(name))
	}
	return nil
}

// stream sends a request whose body or answer may be of any length.
func (c *connection) stream(r *http.Request) (io.ReadCloser, error) {
	body, _, err := c.streamNamed(r)
	return body, err
}

// streamNamed is stream, with what the answer calls itself as a file; never a path.
func (c *connection) streamNamed(r *http.Request) (body io.ReadCloser, name string, err error) {
	answer, err := c.client().Do(r)
	if err != nil {
		return nil, "", c.unreachable(err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		defer answer.Body.Close()
		text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		if err != nil {
			return nil, "", c.unreachable(err)
		}
		return nil, "", refusal(answer.StatusCode, text)
	}
	name = "note"
	if _, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		name = filepath.Base(params["filename"])
	}
	return answer.Body, name, nil
}
