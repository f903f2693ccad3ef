package notebook

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/fault"
)

// Limits of requests for access.
const (
	MaxRequestMessage = 2000 // characters
	maxOpenRequests   = 100  // of one person
	requestEvery      = 3 * time.Minute
	requestBurst      = 20 // at once, then one each requestEvery
)

// AccessRequest is somebody's wish to be given a role on a node.
type AccessRequest struct {
	ID ID
	// Node is what was asked for: with Name and Path only for those who may read it.
	Node    Place
	Path    []Place
	Person  Principal
	Role    auth.Role
	Message string
	AskedAt time.Time
	// Outcome is granted or declined; empty while nobody has answered.
	Outcome   string
	DecidedAt time.Time
}

// How requests end.
const (
	RequestGranted  = "granted"
	RequestDeclined = "declined"
)

// RequestAnswer is what an owner makes of a request.
type RequestAnswer struct {
	Outcome string
	// Role is what is given; the one asked for when zero.
	Role auth.Role
	// EndsAt is when it ends; zero for never.
	EndsAt time.Time
}

// Request asks the owners of a node for a role there, up to writer. Whether there is
// such a node is not to be learned: every request is kept alike, whatever its id
// names, and only owners of what exists find theirs. Asking again replaces what one
// has asked for there. TooMany after twenty in a row, and while a hundred wait.
func (t *Tree) Request(ctx context.Context, node ID, role auth.Role, message string) error {
	v, err := t.viewer(ctx, auth.RequestCreate)
	if err != nil {
		return err
	}
	message, err = requestMessage(role, message)
	if err != nil {
		return err
	}
	if !t.asking.Spend(strconv.FormatInt(int64(v.User), 10), t.now()) {
		return fault.New(fault.TooMany, "You have asked for access very often. Wait a few minutes and try again.")
	}
	err = t.store.Change(ctx, func(tx TreeTx, _ uint64) error {
		waiting, err := tx.OpenRequests(ctx, v.User, node)
		if err != nil {
			return err
		}
		if waiting >= maxOpenRequests {
			return fault.New(fault.TooMany, "%d of your requests wait for an answer already.", waiting)
		}
		if err := tx.AddRequest(ctx, AccessRequest{ID: auth.NewID(), Node: Place{ID: node}, Person: Principal{ID: v.User}, Role: role, Message: message}); err != nil {
			return err
		}
		return tx.Audit(ctx, auth.RequestCreate, node, map[string]any{"role": role})
	})
	if err == nil && t.Changed != nil {
		t.Changed()
	}
	return err
}

func requestMessage(role auth.Role, message string) (string, error) {
	if role < auth.Reader || role > auth.Writer {
		return "", fault.New(fault.Invalid, "One can ask to be reader, runner or writer.")
	}
	message = strings.TrimSpace(message)
	if !utf8.ValidString(message) || strings.ContainsFunc(message, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return "", fault.New(fault.Invalid, "The message has characters that cannot be shown.")
	}
	if utf8.RuneCountInString(message) > MaxRequestMessage {
		return "", fault.New(fault.Invalid, "The message is longer than %d characters.", MaxRequestMessage)
	}
	return message, nil
}

// OwnRequests lists what one has asked for, newest first: at most the last hundred.
func (t *Tree) OwnRequests(ctx context.Context) ([]AccessRequest, error) {
	if _, err := t.gate.CheckSelf(ctx, auth.RequestOwn); err != nil {
		return nil, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return nil, err
	}
	return t.store.RequestsBy(ctx, v)
}

// Requests lists what waits for an answer on all that one manages, asked first
// first: at most the first thousand.
func (t *Tree) Requests(ctx context.Context) ([]AccessRequest, error) {
	v, err := t.managing(ctx)
	if err != nil {
		return nil, err
	}
	return t.store.RequestsFor(ctx, v)
}

// CountRequests counts what Requests lists; 0 for a sign-in that manages nothing.
func (t *Tree) CountRequests(ctx context.Context) (int, error) {
	v, err := t.viewing(ctx)
	if err != nil || !v.Scope.Has(auth.Manage) {
		return 0, err
	}
	return t.store.CountRequests(ctx, v)
}

// managing returns who asks for what they manage.
func (t *Tree) managing(ctx context.Context) (Viewer, error) {
	v, err := t.viewing(ctx)
	if err == nil && !v.Scope.Has(auth.Manage) {
		err = auth.Needs(auth.RequestList)
	}
	return v, err
}

// DecideRequest answers a request on a node; a grant is made in the same
// transaction. NotFound when it was answered already or replaced by another one.
// Nobody gives what they may not do there themselves.
func (t *Tree) DecideRequest(ctx context.Context, node, request ID, answer RequestAnswer) (AccessRequest, error) {
	v, err := t.viewing(ctx)
	if err != nil {
		return AccessRequest{}, err
	}
	if err := answer.check(v.At); err != nil {
		return AccessRequest{}, err
	}
	var r AccessRequest
	err = t.change(ctx, treeChange{check: t.checking(ctx, auth.RequestDecide, node), do: func(tx TreeTx) (done changed, err error) {
		if r, err = tx.TakeRequest(ctx, node, request, answer.Outcome, v.User); err != nil {
			return done, err
		}
		detail := map[string]any{"person": r.Person.ID, "outcome": answer.Outcome}
		if answer.Outcome == RequestGranted {
			if done, err = t.grantRequest(ctx, tx, node, &r, answer); err != nil {
				return done, err
			}
			detail["role"] = r.Role
		}
		return done, tx.Audit(ctx, auth.RequestDecide, node, detail)
	}})
	if err == nil && answer.Outcome == RequestDeclined && t.Changed != nil {
		t.Changed()
	}
	return r, err
}

func (a RequestAnswer) check(now time.Time) error {
	if a.Outcome != RequestGranted && a.Outcome != RequestDeclined {
		return fault.New(fault.Invalid, "A request is “%s” or “%s”.", RequestGranted, RequestDeclined)
	}
	if err := checkSpan(time.Time{}, a.EndsAt, now); err != nil {
		return err
	}
	return nil
}

// grantRequest gives what was asked for, or the role of the answer. An undated
// grant takes the place of a lower one.
func (t *Tree) grantRequest(ctx context.Context, tx TreeTx, node ID, r *AccessRequest, answer RequestAnswer) (changed, error) {
	if r.Person.Disabled {
		return changed{}, fault.New(fault.Conflict, "The account is disabled and can be given nothing.")
	}
	if answer.Role != auth.NoRole {
		r.Role = answer.Role
	}
	at, err := tx.Place(ctx, node)
	if err != nil {
		return changed{}, err
	}
	if at.Scratch {
		return changed{}, errScratch
	}
	row := GrantRow{Principal: r.Person.ID, Role: r.Role, EndsAt: stored(answer.EndsAt)}
	stand, err := tx.OwnGrants(ctx, node)
	if err != nil {
		return changed{}, err
	}
	d := adding(stand, row)
	if err := t.checkGiving(ctx, node, d.give); err != nil {
		return changed{}, err
	}
	if d.empty() {
		return changed{}, nil
	}
	if err := d.apply(ctx, tx, node); err != nil {
		return changed{}, err
	}
	return grantsChanged(ctx, tx, node, d.detail(false, false))
}

// adding gives a grant beside those that stand: an undated one in place of lower
// undated ones, and nothing where a higher undated one stands.
func adding(stand []GrantRow, row GrantRow) (d grantDifference) {
	for _, r := range stand {
		if r.Principal != row.Principal || r.Dated() {
			continue
		}
		if r.Role >= row.Role {
			return grantDifference{}
		}
		if !row.Dated() {
			d.revoke = append(d.revoke, r)
		}
	}
	d.give = []GrantRow{row}
	return d
}
