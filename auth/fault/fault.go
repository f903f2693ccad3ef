// Package fault holds the few kinds of failure that Quire tells its users.
//
// A refusal is an ordinary result: it says what was wrong, where, and what is
// allowed. Everything that is not a *Error is internal; its text is logged and
// never leaves the server.
package fault

import (
	"errors"
	"fmt"
)

// Code names a kind of failure. Each surface maps codes to its own statuses in
// one table (server.statusOf, socket close codes).
type Code string

// The codes. New ones need a status in every surface's table.
const (
	Invalid         Code = "invalid"         // the request itself is wrong; sending it again cannot help
	Unauthenticated Code = "unauthenticated" // nobody is signed in, or the sign-in has ended
	Forbidden       Code = "forbidden"       // signed in, may see the object, may not do this
	NotFound        Code = "not_found"       // does not exist, or may not be seen
	Conflict        Code = "conflict"        // a name is taken, a thing is already so
	Stale           Code = "stale"           // made against an older version; fetch and try again
	TooLarge        Code = "too_large"       // over a stated limit
	TooMany         Code = "too_many"        // rate limit; wait and try again
	Unavailable     Code = "unavailable"     // nothing was changed; try again shortly
	Internal        Code = "internal"        // ours; details are in the log under the request id
)

// Error is a failure that may be shown to the user as it stands.
type Error struct {
	Code    Code
	Message string
	// Details is optional JSON-encodable data for programs, such as both
	// versions of a stale change or the list of unknown names.
	Details any
	cause   error
}

// Error returns the message for the user.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, which is for the log only.
func (e *Error) Unwrap() error { return e.cause }

// New makes a failure with a message for the user.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap is New with a cause that is kept for the log.
func Wrap(cause error, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), cause: cause}
}

// With returns the failure with details added.
func (e *Error) With(details any) *Error {
	c := *e
	c.Details = details
	return &c
}

// Of returns the failure inside err that may be shown, or an Internal one with
// a neutral message. It returns nil for nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal, "Something went wrong on our side.")
}

// CodeOf returns the code of err; Internal for errors that are not ours to
// show, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return Of(err).Code
}

// Is reports whether err carries the code.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }
