package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// configFile gives flags values from a JSON object whose keys are the flags' names.
// Flags and environment variables that are given count more.
type configFile map[string]any

// readConfig implements kong.ConfigurationLoader.
func readConfig(r io.Reader) (kong.Resolver, error) {
	var c configFile
	if err := json.NewDecoder(r).Decode(&c); err != nil {
		return nil, fmt.Errorf("the configuration is not a JSON object of flags: %w", err)
	}
	return c, nil
}

// Validate implements kong.Resolver: a key that is no flag is a mistake, and not
// one to find out later.
func (c configFile) Validate(app *kong.Application) error {
	known := []string{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			known = append(known, f.Name)
		}
		return next(nil)
	})
	for key := range c {
		if !slices.Contains(known, key) {
			slices.Sort(known)
			return fmt.Errorf("the configuration names %q, which is no flag; there are %s", key, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}

// Resolve implements kong.Resolver. What the environment says stays.
func (c configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return nil, nil
		}
	}
	return c[flag.Name], nil
}
