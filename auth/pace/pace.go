// Package pace bounds how often something is done, by who does it.
package pace

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds how many keys one Limit remembers.
const maxKeys = 10000

// Limit lets each key do something so many times in a row, and then once in so
// long: a token bucket for each. A key that never spent has none. It is safe for
// use by many goroutines.
type Limit struct {
	every rate.Limit
	burst int

	mu   sync.Mutex
	held map[string]*rate.Limiter
}

// New returns a limit of burst at once, then one every.
func New(every time.Duration, burst int) *Limit {
	return &Limit{every: rate.Every(every), burst: burst, held: map[string]*rate.Limiter{}}
}

// Open tells whether the key has something left to spend.
func (b *Limit) Open(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.held[key]
	return l == nil || l.TokensAt(now) >= 1
}

// Spend takes one from the key, if it has any left, and tells whether it had.
func (b *Limit) Spend(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.held[key]
	if l == nil {
		if len(b.held) >= maxKeys {
			b.shrink(now)
		}
		l = rate.NewLimiter(b.every, b.burst)
		b.held[key] = l
	}
	return l.AllowN(now, 1)
}

// shrink forgets those that are full again, and any others until a tenth is free.
func (b *Limit) shrink(now time.Time) {
	for key, l := range b.held {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.held, key)
		}
	}
	for key := range b.held {
		if len(b.held) <= maxKeys*9/10 {
			return
		}
		delete(b.held, key)
	}
}
