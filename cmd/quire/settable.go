package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"quire/notebook/interpreter"
)

// What the commands on interpreters, connections and gateways have in common: rows
// that administrators change by name, where what is not given stays.

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// filled are the values of a flag that is given empty to say: none.
func filled(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
}

// secretFrom reads a secret from a file, as everybody on the machine sees arguments;
// nil leaves what is kept.
func secretFrom(path string, none bool) (*string, error) {
	if none {
		return new(string), nil
	}
	if path == "" {
		return nil, nil
	}
	read := func() ([]byte, error) { return os.ReadFile(path) }
	if path == "-" {
		read = func() ([]byte, error) { return io.ReadAll(io.LimitReader(os.Stdin, 64<<10)) }
	}
	text, err := read()
	if err != nil {
		return nil, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return nil, errors.New("the first line of the file with the secret is empty")
	}
	return &line, nil
}

func usersNamed(names []string) *[]interpreter.Who {
	list := []interpreter.Who{}
	for _, name := range filled(names) {
		list = append(list, interpreter.Who{Name: name})
	}
	return &list
}

func userNames(users []interpreter.UserRef) string {
	names := []string{}
	for _, u := range users {
		names = append(names, u.Name)
	}
	if len(names) == 0 {
		return "administrators"
	}
	return strings.Join(names, ", ")
}

// withOptions are options with changes; an empty value takes one out.
func withOptions(options, changes map[string]string) map[string]string {
	after := map[string]string{}
	maps.Copy(after, options)
	maps.Copy(after, changes)
	maps.DeleteFunc(after, func(name, value string) bool { return value == "" })
	return after
}

// takeOut deletes what stands at path.
func (c *connection) takeOut(ctx context.Context, out io.Writer, path, what string) error {
	if err := c.ask(ctx, http.MethodDelete, path, nil, nil); err != nil || c.JSON {
		return err
	}
	_, err := fmt.Fprintf(out, "Took %s out.\n", plain(what))
	return err
}
