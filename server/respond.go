package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth/fault"
)

// ErrorBody is what every failed request of the REST API answers.
type ErrorBody struct {
	status  int
	Code    fault.Code `json:"code" doc:"what kind of failure, for programs"`
	Message string     `json:"message" doc:"what was wrong, where, and what is allowed"`
	Details any        `json:"details,omitempty"`
	Request string     `json:"request,omitempty" doc:"finds the request in the server's log"`
}

// Error implements huma.StatusError.
func (e *ErrorBody) Error() string { return e.Message }

// GetStatus implements huma.StatusError.
func (e *ErrorBody) GetStatus() int { return e.status }

// statuses maps every fault code to its HTTP status.
var statuses = map[fault.Code]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Internal:        http.StatusInternalServerError,
}

// codes maps statuses that the framework itself answers back to fault codes.
func codeOfStatus(status int) fault.Code {
	switch status {
	case http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		return fault.Invalid
	}
	for code, s := range statuses {
		if s == status && code != fault.Stale {
			return code
		}
	}
	return fault.Internal
}

func init() {
	// The framework words its own refusals, of bodies that do not fit their schema,
	// through these two.
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		var ctx context.Context
		if c != nil {
			ctx = c.Context()
		}
		return frameworkError(ctx, status, msg, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return frameworkError(context.Background(), status, msg, errs)
	}
}

func frameworkError(ctx context.Context, status int, msg string, errs []error) huma.StatusError {
	for _, err := range errs {
		var f *fault.Error
		if errors.As(err, &f) {
			return newErrorBody(ctx, f)
		}
	}
	if status >= http.StatusInternalServerError {
		return newErrorBody(ctx, fault.Of(errors.Join(errs...)))
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	var more []string
	for _, err := range errs {
		more = append(more, err.Error())
	}
	if len(more) > 0 {
		msg += ": " + strings.Join(more, "; ")
	}
	return &ErrorBody{status: status, Code: codeOfStatus(status), Message: msg, Request: requestID(ctx)}
}

func newErrorBody(ctx context.Context, f *fault.Error) *ErrorBody {
	if f == nil {
		f = fault.New(fault.Internal, "Something went wrong on our side.")
	}
	return &ErrorBody{status: statuses[f.Code], Code: f.Code, Message: f.Message, Details: f.Details, Request: requestID(ctx)}
}

// answerError writes err as the answer of a handler outside the framework.
func answerError(w http.ResponseWriter, r *http.Request, err error) {
	body := newErrorBody(r.Context(), fault.Of(err))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(body.status)
	_ = json.NewEncoder(w).Encode(body)
}
