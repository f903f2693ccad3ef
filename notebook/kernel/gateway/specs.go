package gateway

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"quire/auth/fault"
	"quire/notebook"
)

const (
	specsKept = 10 * time.Second
	maxSpecs  = 1000
	maxName   = 200 // bytes
)

// specList remembers for a moment which kernelspecs a gateway has.
type specList struct {
	mu    sync.Mutex
	specs []notebook.KernelSpec
	at    time.Time
}

// Specs implements notebook.Kernels.
func (g *Gateway) Specs(ctx context.Context) ([]notebook.KernelSpec, error) {
	g.specs.mu.Lock()
	specs, at := g.specs.specs, g.specs.at
	g.specs.mu.Unlock()
	if specs != nil && time.Since(at) < specsKept {
		return specs, nil
	}
	specs, err := g.askSpecs(ctx)
	if err != nil {
		return nil, err
	}
	g.specs.mu.Lock()
	defer g.specs.mu.Unlock()
	g.specs.specs, g.specs.at = specs, time.Now()
	return specs, nil
}

func (g *Gateway) askSpecs(ctx context.Context) ([]notebook.KernelSpec, error) {
	var answer struct {
		Specs map[string]struct {
			Spec struct {
				DisplayName string `json:"display_name"`
				Language    string
			}
		} `json:"kernelspecs"`
	}
	if err := g.api.do(ctx, requestTimeout, http.MethodGet, []string{"api", "kernelspecs"}, nil, &answer); err != nil {
		return nil, err
	}
	if len(answer.Specs) > maxSpecs {
		return nil, fault.New(fault.Unavailable, "The gateway “%s” lists %d kernelspecs; at most %d are taken.", g.Name, len(answer.Specs), maxSpecs)
	}
	specs := []notebook.KernelSpec{}
	for name, s := range answer.Specs {
		if name != "" && max(len(name), len(s.Spec.DisplayName), len(s.Spec.Language)) <= maxName {
			specs = append(specs, notebook.KernelSpec{Name: name, DisplayName: cmp.Or(s.Spec.DisplayName, name), Language: s.Spec.Language})
		}
	}
	slices.SortFunc(specs, func(a, b notebook.KernelSpec) int { return cmp.Compare(a.Name, b.Name) })
	return specs, nil
}

// checkSpec fails with the specs there are when there is none of the name. What was
// remembered does not count against a new one.
func (g *Gateway) checkSpec(ctx context.Context, name string) error {
	for range 2 {
		specs, err := g.Specs(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(specs, func(s notebook.KernelSpec) bool { return s.Name == name }) {
			return nil
		}
		g.specs.mu.Lock()
		g.specs.at = time.Time{}
		g.specs.mu.Unlock()
	}
	specs, err := g.Specs(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	there := "It has none."
	if len(names) > 0 {
		there = fmt.Sprintf("It has: %s.", strings.Join(names, ", "))
	}
	return fault.New(fault.NotFound, "The gateway “%s” has no kernelspec %q. %s", g.Name, name, there).With(names)
}
