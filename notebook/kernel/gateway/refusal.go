package gateway

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"unicode"

	"quire/auth/fault"
)

// maxSaid is how much of what a gateway says is shown, in bytes.
const maxSaid = 300

// errGone is in the chain of the error when the gateway has no such kernel.
var errGone = errors.New("gateway: 404")

// unreachable puts into words why there was no answer. Addresses stay out of it, as
// people read it who need not know them.
func (a *api) unreachable(err error) error {
	var dns *net.DNSError
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	why := "the connection broke"
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fault.Wrap(err, fault.Unavailable, "The gateway “%s” did not answer in time.", a.name)
	case errors.Is(err, context.Canceled):
		why = "the request was withdrawn"
	case errors.As(err, &dns):
		why = "its name is not known"
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "nothing answers there"
	case errors.As(err, &certificate):
		why = "its certificate is not trusted"
	}
	return fault.Wrap(err, fault.Unavailable, "The gateway “%s” cannot be reached: %s.", a.name, why)
}

// refusal puts an answer other than success into words, with what the gateway said.
func (a *api) refusal(status int, body []byte) error {
	said := saidIn(body)
	switch {
	case status == http.StatusUnauthorized:
		return fault.New(fault.Unavailable, "The gateway “%s” does not accept the token (401).", a.name)
	case status == http.StatusForbidden && said == "":
		return fault.New(fault.Unavailable, "The gateway “%s” refused (403). Its token may be wrong.", a.name)
	case status == http.StatusForbidden:
		return fault.New(fault.Unavailable, "The gateway “%s” refused (403): %s", a.name, said)
	case status == http.StatusNotFound:
		return fault.Wrap(errGone, fault.Unavailable, "The gateway “%s” has not what was asked for (404). Is its address right?", a.name)
	case status >= 300 && status < 400:
		return fault.New(fault.Unavailable, "The gateway “%s” sends elsewhere (%d), which Quire does not follow. Is its address right?", a.name, status)
	case said == "":
		return fault.New(fault.Unavailable, "The gateway “%s” answered with %d.", a.name, status)
	}
	return fault.New(fault.Unavailable, "The gateway “%s” answered with %d: %s", a.name, status, said)
}

// forbidden is what Jupyter says of a 403 for want of anything else.
const forbidden = "Forbidden"

// saidIn is the message or reason of Jupyter's JSON errors, as one short line.
func saidIn(body []byte) string {
	var e struct{ Message, Reason string }
	if json.Unmarshal(body, &e) != nil {
		return ""
	}
	said := e.Message
	if said == "" || said == forbidden {
		said = e.Reason
	}
	if said == forbidden {
		return "" // says no more than the number
	}
	said = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || !unicode.IsPrint(c) && c != ' ' {
			return ' '
		}
		return c
	}, said)
	said = strings.Join(strings.Fields(said), " ")
	if len(said) > maxSaid {
		said = strings.ToValidUTF8(said[:maxSaid], "") + "…"
	}
	return said
}
