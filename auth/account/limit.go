package account

import (
	"net/netip"
	"time"

	"quire/auth/fault"
	"quire/auth/pace"
)

// Only failures count, so that a class may sign in from one address at once.
const (
	nameFailures    = 10               // in a row for one name,
	nameAgain       = 10 * time.Second // then one in so long
	addressFailures = 50
	addressAgain    = 2 * time.Second
)

var errTooManyAttempts = fault.New(fault.TooMany, "Too many failed attempts to sign in. Wait a minute and try again.")

// limits slow down guessing of passwords, by name and by address.
type limits struct{ names, addresses *pace.Limit }

func newLimits() *limits {
	return &limits{
		names:     pace.New(nameAgain, nameFailures),
		addresses: pace.New(addressAgain, addressFailures),
	}
}

// check refuses when either has failed too often lately.
func (l *limits) check(name, address string, now time.Time) error {
	if !l.names.Open(name, now) || !l.addresses.Open(network(address), now) {
		return errTooManyAttempts
	}
	return nil
}

func (l *limits) failed(name, address string, now time.Time) {
	l.names.Spend(name, now)
	l.addresses.Spend(network(address), now)
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
