package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"quire/server"
)

// connection says which server to ask, and as whom: the one of this machine over
// its operator's socket, or any by its address with a token.
type connection struct {
	Data   string   `default:"${data}" env:"QUIRE_DATA" type:"path" group:"Which server" help:"The server's data folder. Its operator's socket there is used, which only root and the server's own user can open."`
	Server *url.URL `env:"QUIRE_SERVER" placeholder:"URL" group:"Which server" help:"Ask the server at this address instead, with the token in the environment variable QUIRE_TOKEN."`
	JSON   bool     `name:"json" help:"Print what the server answered, as JSON."`

	token string // only from the environment: everybody on the machine sees arguments
	as    string
}

// AfterApply refuses what cannot work before anything is asked.
func (c *connection) AfterApply() error {
	if c.Server == nil {
		return nil // the operator needs no token
	}
	c.token = os.Getenv("QUIRE_TOKEN")
	switch {
	case c.Server.Scheme != "http" && c.Server.Scheme != "https" || c.Server.Host == "":
		return fmt.Errorf("--server %q is not of the form https://notes.example.org", c.Server)
	case c.token == "":
		return errors.New("--server needs a token in the environment variable QUIRE_TOKEN; make one on the page Account")
	}
	return nil
}

// requestLimit is how long one answer may take.
const requestLimit = 30 * time.Second

// ask sends a request and decodes the answer into out, unless that is nil. With
// --json it is also printed.
func (c *connection) ask(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	r, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	answer, err := c.client().Do(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return c.unreachable(err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return refusal(answer.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer is not Quire's: %w", err)
	}
	return nil
}

func (c *connection) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	base := "http://localhost"
	if c.Server != nil {
		base = strings.TrimSuffix(c.Server.String(), "/")
	}
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, base+"/api/v1"+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.as != "" {
		r.Header.Set(server.ActAs, c.as)
	}
	return r, nil
}

func (c *connection) client() *http.Client {
	if c.Server != nil {
		// A redirect would carry the token elsewhere.
		return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return server.DialOperator(ctx, operatorSocket(c.Data))
		},
	}}
}

func (c *connection) unreachable(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the address of the request
	}
	if c.Server != nil {
		return fmt.Errorf("no server answers at %s: %w", c.Server, err)
	}
	return fmt.Errorf("no server answers at %s (%w).\nStart it with \"quire serve\", name its data folder with --data, "+
		"or ask another one with --server", operatorSocket(c.Data), err)
}

// refusal words an answer that is none.
func refusal(status int, text []byte) error {
	var e server.ErrorBody
	if json.Unmarshal(text, &e) != nil || e.Message == "" {
		return fmt.Errorf("the answer is not Quire's: %s", http.StatusText(status))
	}
	if status >= http.StatusInternalServerError {
		return fmt.Errorf("%s (request %s in the server's log)", e.Message, e.Request)
	}
	return errors.New(e.Message)
}
