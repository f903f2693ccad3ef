package zeppelin

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// lists are a note's permissions in Zeppelin's JSON.
type lists struct {
	Owners  []string `json:"owners"`
	Readers []string `json:"readers"`
	Runners []string `json:"runners"`
	Writers []string `json:"writers"`
}

// permissions answers GET /api/notebook/{id}/permissions.
func (h *Handler) permissions(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	view, err := h.Tree.ZeppelinGrants(r.Context(), id)
	if err != nil {
		return nil, h.tellApart(r, id, err)
	}
	return lists{Owners: view.Owners, Readers: view.Readers, Runners: view.Runners, Writers: view.Writers}, nil
}

// setPermissions answers PUT /api/notebook/{id}/permissions. All four lists must be
// there; keys that Zeppelin does not know are ignored.
func (h *Handler) setPermissions(r *http.Request) (any, error) {
	id, err := h.noteID(r)
	if err != nil {
		return nil, err
	}
	var put lists
	if err := readBody(r, &put); err != nil {
		return nil, err
	}
	if put.Owners == nil || put.Readers == nil || put.Runners == nil || put.Writers == nil {
		return nil, fault.New(fault.Invalid, "The lists owners, writers, runners and readers must all be there, if only as [].")
	}
	err = h.Tree.SetZeppelinGrants(r.Context(), id, notebook.ZeppelinLists{
		Owners: put.Owners, Readers: put.Readers, Runners: put.Runners, Writers: put.Writers})
	return nil, h.tellApart(r, id, err)
}

var errNoNote = fault.New(fault.NotFound, "There is no such note.")

// tellApart turns what hides a note into what Zeppelin answers: 403 for a note one
// may not read, without names, and 404 for none.
func (h *Handler) tellApart(r *http.Request, id auth.ID, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	exists, asking := h.Tree.Exists(r.Context(), id)
	switch {
	case asking != nil:
		return asking
	case exists:
		return fault.New(fault.Forbidden, "Insufficient privileges for this note.")
	}
	return errNoNote
}

// readBody reads a JSON body as leniently as Zeppelin does. Other types are refused,
// because a form can be sent from any site.
func readBody(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return errMediaType
	}
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "The body has more than %d bytes.", maxBody)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The body ended too early.")
	}
	if text, err = strict(text); err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The body is not the JSON that is expected: %s.", err)
	}
	return nil
}
