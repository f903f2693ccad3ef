package gateway

import (
	"errors"
	"sync"
)

// Set keeps one Gateway for each that administrators have set up, by its number.
type Set struct {
	mu   sync.Mutex
	used map[int64]*Gateway
	all  []*Gateway
}

// Of returns the gateway of a number: a new one when it was set up anew, from which
// on kernels start there. Those that run keep to how it was.
func (s *Set) Of(number int64, c Config) (*Gateway, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.setDefaults()
	if g := s.used[number]; g != nil && g.Config == c {
		return g, nil
	}
	g, err := New(c)
	if err != nil {
		return nil, err
	}
	if s.used == nil {
		s.used = map[int64]*Gateway{}
	}
	s.used[number] = g
	s.all = append(s.all, g)
	return g, nil
}

// Close closes all there ever were.
func (s *Set) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for _, g := range s.all {
		all = append(all, g.Close())
	}
	return errors.Join(all...)
}
