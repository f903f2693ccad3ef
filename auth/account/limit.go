package account

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"quire/auth/fault"
)

// Only failures count, so that a class may sign in from one address at once.
const (
	nameFailures    = 10               // in a row for one name,
	nameAgain       = 10 * time.Second // then one in so long
	addressFailures = 50
	addressAgain    = 2 * time.Second
	maxBuckets      = 10000 // names and addresses remembered, each
)

var errTooManyAttempts = fault.New(fault.TooMany, "Too many failed attempts to sign in. Wait a minute and try again.")

// limits slow down guessing of passwords, by name and by address.
type limits struct{ names, addresses *buckets }

func newLimits() *limits {
	return &limits{
		names:     newBuckets(nameAgain, nameFailures),
		addresses: newBuckets(addressAgain, addressFailures),
	}
}

// check refuses when either has failed too often lately.
func (l *limits) check(name, address string, now time.Time) error {
	if !l.names.open(name, now) || !l.addresses.open(network(address), now) {
		return errTooManyAttempts
	}
	return nil
}

func (l *limits) failed(name, address string, now time.Time) {
	l.names.spend(name, now)
	l.addresses.spend(network(address), now)
}

// network is the address, or for IPv6 what one customer usually has: a /64.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, _ := a.Prefix(64)
	return p.String()
}

// buckets are token buckets by key. A key that never failed has none.
type buckets struct {
	every rate.Limit
	burst int

	mu   sync.Mutex
	held map[string]*rate.Limiter
}

func newBuckets(every time.Duration, burst int) *buckets {
	return &buckets{every: rate.Every(every), burst: burst, held: map[string]*rate.Limiter{}}
}

func (b *buckets) open(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.held[key]
	return l == nil || l.TokensAt(now) >= 1
}

func (b *buckets) spend(key string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.held[key]
	if l == nil {
		if len(b.held) >= maxBuckets {
			b.shrink(now)
		}
		l = rate.NewLimiter(b.every, b.burst)
		b.held[key] = l
	}
	l.AllowN(now, 1)
}

// shrink forgets those that are full again, and any others until a tenth is free.
func (b *buckets) shrink(now time.Time) {
	for key, l := range b.held {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.held, key)
		}
	}
	for key := range b.held {
		if len(b.held) <= maxBuckets*9/10 {
			return
		}
		delete(b.held, key)
	}
}
