package server

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth"
	"quire/auth/fault"
)

// operationKey is where a route's document names the operation it asks for.
const operationKey = "x-quire-operation"

// route declares a route of the REST API: what it asks for, the method and path
// below /api/v1, one line for the document, and the handler, which makes one call
// on a service. Errors become answers in one place; without anybody signed in only
// public operations pass.
func route[In, Out any](n *NotebookServer, op auth.Operation, method, path, summary string,
	handle func(context.Context, *In) (*Out, error)) {
	huma.Register(n.api, huma.Operation{
		OperationID:   op.Name() + "." + method + path,
		Method:        method,
		Path:          "/api/v1" + path,
		Summary:       summary,
		DefaultStatus: defaultStatus[Out](),
		MaxBodyBytes:  maxJSONBody,
		Extensions:    map[string]any{operationKey: op.Name()},
		Errors:        []int{400, 401, 403, 404, 409, 429, 503},
	}, func(ctx context.Context, in *In) (*Out, error) {
		if op.Kind() != auth.OnPublic {
			if _, err := auth.ActorFrom(ctx); err != nil {
				return nil, newErrorBody(ctx, fault.Of(err))
			}
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, n.failed(ctx, err)
		}
		return out, nil
	})
}

// maxJSONBody bounds a JSON body; operations on notes carry whole paragraphs.
const maxJSONBody = 8 << 20

// nothing is the answer of routes that only succeed: 204.
type nothing struct{}

func defaultStatus[Out any]() int {
	if _, ok := reflect.TypeFor[Out]().FieldByName("Body"); !ok {
		return http.StatusNoContent
	}
	return http.StatusOK
}

// body is an answer or request that is nothing but JSON.
type body[T any] struct{ Body T }

// failed logs what is ours and words the answer.
func (n *NotebookServer) failed(ctx context.Context, err error) error {
	f := fault.Of(err)
	if f.Code == fault.Internal && !gone(ctx) {
		n.log.ErrorContext(ctx, "request failed", "error", err, "request", requestID(ctx))
	}
	return newErrorBody(ctx, f)
}
