package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"quire/auth/account"
	"quire/auth/fault"
)

// Config says where a gateway is and how patient to be with it.
type Config struct {
	// Name is what administrators call it.
	Name string
	// URL is its address, http or https, with its base path if it has one.
	URL string
	// Token goes with every request in the header Authorization; empty: none does.
	Token account.Secret
	Options
	Log *slog.Logger
}

// Options are what administrators may set besides. The zero value works.
type Options struct {
	// CAFile is a file of certificates (PEM) that are trusted besides the system's.
	CAFile string
	// StartTimeout bounds the start of a kernel. Default: 60 s.
	StartTimeout time.Duration
	// AwayLimit is how long the gateway may be away before its kernels are given up.
	// Default: 30 s.
	AwayLimit time.Duration
}

// Limits and patience that nobody needs to set.
const (
	requestTimeout = 15 * time.Second
	stopTimeout    = 15 * time.Second // of a DELETE, for which Jupyter waits up to 5 s
	writeTimeout   = 10 * time.Second
	abandonLimit   = 10 * time.Minute // for the news of a kernel that nobody waits for
	maxAnswer      = 4 << 20          // bytes of an answer to a request
	maxHeader      = 64 << 10         // bytes of its header
	maxMessage     = 256 << 20        // bytes of a kernel's message
	maxTimeout     = time.Hour
)

// rhythm is how often a kernel is looked after.
type rhythm struct {
	check   time.Duration // between questions whether it is still there
	ping    time.Duration // between pings
	silence time.Duration // that ends a connection: not even an answer to a ping
}

var usualRhythm = rhythm{check: 10 * time.Second, ping: 10 * time.Second, silence: 30 * time.Second}

// ParseOptions reads the options of a gateway: caFile, startTimeout and awayLimit
// ("90s"). Others are fault.Invalid.
func ParseOptions(raw map[string]string) (Options, error) {
	var o Options
	for name, value := range raw {
		var err error
		switch name {
		case "caFile":
			if o.CAFile = value; !filepath.IsAbs(value) {
				err = fault.New(fault.Invalid, "A gateway's caFile is the whole path of a file of the server.")
			}
		case "startTimeout":
			o.StartTimeout, err = duration(name, value)
		case "awayLimit":
			o.AwayLimit, err = duration(name, value)
		default:
			err = fault.New(fault.Invalid, "A gateway has no option %.40q; there are caFile, startTimeout and awayLimit.", name)
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

func duration(name, value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d < time.Second || d > maxTimeout {
		return 0, fault.New(fault.Invalid, "A gateway's %s is a time between 1s and %s, such as 90s.", name, maxTimeout)
	}
	return d, nil
}

func (c *Config) setDefaults() {
	if c.StartTimeout <= 0 {
		c.StartTimeout = time.Minute
	}
	if c.AwayLimit <= 0 {
		c.AwayLimit = 30 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
}

func (c *Config) address() (*url.URL, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fault.New(fault.Invalid, "The address of the gateway “%s” is none of http or https.", c.Name)
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u, nil
}

// trust is what certificates are checked by: always the system's roots, and CAFile.
func (c *Config) trust() (*tls.Config, error) {
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return t, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The caFile of the gateway “%s” cannot be read.", c.Name)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fault.New(fault.Unavailable, "The caFile of the gateway “%s” has no certificate.", c.Name)
	}
	t.RootCAs = roots
	return t, nil
}
