package notebook

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/fault"
)

// Limits of links.
const (
	MaxLinks     = 100 // live ones on a node
	MaxLinkLabel = 100 // characters
	// Only links that do not work count, so that a class may open one at once.
	openEvery = 10 * time.Second
	openBurst = 20
)

// Link is an address that gives whoever opens it a role on a node. Its secret is
// known to nobody here.
type Link struct {
	ID    auth.PrincipalID
	Label string
	Role  auth.Role
	// Anyone lets in people without an account.
	Anyone    bool
	CreatedBy string
	CreatedAt time.Time
	StartsAt  time.Time
	EndsAt    time.Time
	// LastUsedAt is zero for a link that was never opened.
	LastUsedAt time.Time
	Uses       int64
	// Holders counts those who have opened it while signed in, and not let go.
	Holders int
}

// NewLink is a link to be.
type NewLink struct {
	Label  string
	Role   auth.Role
	Anyone bool
	EndsAt time.Time
	// SecretHash is all that is kept of the secret.
	SecretHash []byte
}

// StartingLink is a link as the store gets it.
type StartingLink struct {
	NewLink
	Node ID
	By   auth.PrincipalID
}

// FoundLink is a live link that somebody has the secret of.
type FoundLink struct {
	ID   auth.PrincipalID
	Node ID
	// Held tells that they have opened it before.
	Held bool
}

// HeldLink is a link one has opened.
type HeldLink struct {
	ID    auth.PrincipalID
	Label string
	// Node is where it leads; without the name if one may not read it.
	Node   Place
	Role   auth.Role
	EndsAt time.Time
}

// errNoLink answers alike for secrets that were made up, and for links that were
// revoked, are over, or lead to what is in the trash.
var errNoLink = fault.New(fault.NotFound, "This link does not work. It was revoked, has expired, or was not copied whole. Ask for a new one.")

// NoLink is the one answer for a link that does not work.
func NoLink() error { return errNoLink }

// Links lists the live links of a node, newest first, and tells whether links may
// let in people without an account.
func (t *Tree) Links(ctx context.Context, node ID) (links []Link, anyone bool, err error) {
	if _, _, err := t.gate.CheckNode(ctx, auth.LinkList, node); err != nil {
		return nil, false, err
	}
	if anyone, err = t.linksAnyone(ctx); err != nil {
		return nil, false, err
	}
	links, err = t.store.Links(ctx, node, t.now())
	return links, anyone, err
}

// CreateLink adds a link to a node, for readers or runners and for no more than one
// may do there oneself. Invalid for other roles, an end that has passed, and a link
// for anyone where the server does not allow them. Conflict when the node has a
// hundred already.
func (t *Tree) CreateLink(ctx context.Context, node ID, n NewLink) (Link, error) {
	n, err := t.linkToBe(ctx, n)
	if err != nil {
		return Link{}, err
	}
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return Link{}, err
	}
	var made Link
	err = t.change(ctx, treeChange{check: t.checking(ctx, auth.LinkCreate, node), do: func(tx TreeTx) (changed, error) {
		if err := t.roomForLink(ctx, tx, node, n.Role); err != nil {
			return changed{}, err
		}
		if made, err = tx.AddLink(ctx, StartingLink{NewLink: n, Node: node, By: a.User}); err != nil {
			return changed{}, err
		}
		return changed{nodes: []ID{node}}, tx.Audit(ctx, auth.LinkCreate, node, map[string]any{
			"link": made.ID, "label": n.Label, "role": n.Role, "anyone": n.Anyone, "endsAt": orNil(n.EndsAt)})
	}})
	made.CreatedBy = a.Name
	return made, err
}

func orNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// linkToBe checks what the creator chose.
func (t *Tree) linkToBe(ctx context.Context, n NewLink) (NewLink, error) {
	n.Label, n.EndsAt = strings.TrimSpace(n.Label), stored(n.EndsAt)
	if n.Role != auth.Reader && n.Role != auth.Runner {
		return n, fault.New(fault.Invalid, "A link is for readers or runners, not for a %s.", n.Role)
	}
	if !utf8.ValidString(n.Label) || utf8.RuneCountInString(n.Label) > MaxLinkLabel || visible(n.Label) != n.Label {
		return n, fault.New(fault.Invalid, "The name of a link has at most %d characters, all of them visible.", MaxLinkLabel)
	}
	if err := checkSpan(time.Time{}, n.EndsAt, t.now()); err != nil {
		return n, err
	}
	if !n.Anyone {
		return n, nil
	}
	allowed, err := t.linksAnyone(ctx)
	if err == nil && !allowed {
		err = fault.New(fault.Invalid, "Links for people without an account are not allowed on this server. An administrator can allow them.")
	}
	return n, err
}

func (t *Tree) roomForLink(ctx context.Context, tx TreeTx, node ID, role auth.Role) error {
	at, err := tx.Place(ctx, node)
	if err != nil {
		return err
	}
	if at.Trashed() {
		return fault.New(fault.Conflict, "It is in the trash. Restore it first.")
	}
	if at.Scratch {
		return errScratch
	}
	n, err := tx.CountLinks(ctx, node)
	if err != nil {
		return err
	}
	if n >= MaxLinks {
		return fault.New(fault.Conflict, "There are %d links already. Revoke one first.", n)
	}
	return t.checkGiving(ctx, node, []GrantRow{{Role: role}})
}

func (t *Tree) linksAnyone(ctx context.Context) (bool, error) {
	if t.LinksAnyone == nil {
		return false, nil
	}
	return t.LinksAnyone(ctx)
}

// RevokeLink ends a link for all who hold it, at once.
func (t *Tree) RevokeLink(ctx context.Context, node ID, link auth.PrincipalID) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	return t.change(ctx, treeChange{check: t.checking(ctx, auth.LinkRevoke, node), do: func(tx TreeTx) (changed, error) {
		if err := tx.RevokeLink(ctx, node, link, a.User); err != nil {
			return changed{}, err
		}
		return changed{nodes: []ID{node}}, tx.Audit(ctx, auth.LinkRevoke, node, map[string]any{"link": link})
	}})
}

// OpenLink lets whoever is signed in hold a link, and returns the node it leads to.
// A link that does not work is NotFound, whatever the reason; TooMany after many of
// them.
func (t *Tree) OpenLink(ctx context.Context, secretHash []byte) (NodeDetail, error) {
	v, err := t.viewer(ctx, auth.LinkOpen)
	if err != nil {
		return NodeDetail{}, err
	}
	who := strconv.FormatInt(int64(v.User), 10)
	if !t.opening.Open(who, v.At) {
		return NodeDetail{}, fault.New(fault.TooMany, "Too many links that do not work. Wait a minute and try again.")
	}
	link, err := t.store.LinkOf(ctx, secretHash, v.User, v.At)
	if err == nil {
		err = t.hold(ctx, link, v.User)
	}
	if err == nil {
		var d NodeDetail
		if d, err = t.Show(ctx, link.Node); err == nil {
			return d, nil
		}
	}
	if fault.Is(err, fault.NotFound) {
		t.opening.Spend(who, v.At)
		err = errNoLink
	}
	return NodeDetail{}, err
}

// hold counts a use, and lets the user hold the link. Only the first time that is a
// change of authority.
func (t *Tree) hold(ctx context.Context, link FoundLink, user auth.PrincipalID) error {
	check := func() error {
		_, err := t.gate.CheckServer(ctx, auth.LinkOpen)
		return err
	}
	return t.change(ctx, treeChange{renames: link.Held, check: check, do: func(tx TreeTx) (changed, error) {
		if err := tx.UseLink(ctx, link.ID); err != nil || link.Held {
			return changed{}, err
		}
		if err := tx.HoldLink(ctx, link.ID, user); err != nil {
			return changed{}, err
		}
		return changed{}, tx.Audit(ctx, auth.LinkOpen, link.Node, map[string]any{"link": link.ID})
	}})
}

// HeldLinks lists the live links one has opened, last opened first.
func (t *Tree) HeldLinks(ctx context.Context) ([]HeldLink, error) {
	if _, err := t.gate.CheckSelf(ctx, auth.LinkOwn); err != nil {
		return nil, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return nil, err
	}
	return t.store.HeldLinks(ctx, v)
}

// LeaveLink lets go of a link one has opened. NotFound when one does not hold it.
func (t *Tree) LeaveLink(ctx context.Context, link auth.PrincipalID) error {
	var a auth.Actor
	check := func() (err error) {
		a, err = t.gate.CheckSelf(ctx, auth.LinkOwn)
		return err
	}
	return t.change(ctx, treeChange{check: check, do: func(tx TreeTx) (changed, error) {
		held, err := tx.LeaveLink(ctx, link, a.User)
		if err == nil && !held {
			err = fault.New(fault.NotFound, "You do not hold such a link.")
		}
		if err != nil {
			return changed{}, err
		}
		return changed{}, tx.Audit(ctx, auth.LinkOwn, ID{}, map[string]any{"link": link})
	}})
}
