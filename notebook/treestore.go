package notebook

import (
	"context"
	"time"

	"quire/auth"
)

// TreeStore keeps the tree, its grants and what is searched. The implementation is
// in store. What a viewer may not read is not in any answer.
type TreeStore interface {
	AccessStore

	// Nodes returns what a viewer may read outside the trash, last changed first: at
	// most limit of them, and how many there are. A limit of 0 is none.
	Nodes(ctx context.Context, v Viewer, limit int) (nodes []Node, total int, err error)
	// Node returns one node, in the trash or not; fault.NotFound when the viewer may
	// not read it.
	Node(ctx context.Context, v Viewer, id ID) (NodeDetail, error)
	// Trashed returns what a viewer may restore: of a folder in the trash only the
	// folder itself. Trashed last comes first.
	Trashed(ctx context.Context, v Viewer) ([]TrashedNode, error)
	// Search finds paragraphs and names of notes outside the trash.
	Search(ctx context.Context, v Viewer, q SearchQuery) (Hits, error)
	// Grants returns the grants on a node and those of folders above that count there.
	Grants(ctx context.Context, v Viewer, id ID) (Grants, error)
	// RequestsBy lists the last hundred requests of the viewer, newest first, with the
	// names of what they may read.
	RequestsBy(ctx context.Context, v Viewer) ([]AccessRequest, error)
	// RequestsFor lists the first thousand open requests on what the viewer manages,
	// asked first first; CountRequests counts all of them.
	RequestsFor(ctx context.Context, v Viewer) ([]AccessRequest, error)
	CountRequests(ctx context.Context, v Viewer) (int, error)
	// Links lists the live links of a node, newest first.
	Links(ctx context.Context, node ID, at time.Time) ([]Link, error)
	// LinkOf finds a live link by the hash of its secret, and tells whether the user
	// holds it; fault.NotFound else.
	LinkOf(ctx context.Context, secretHash []byte, user auth.PrincipalID, at time.Time) (FoundLink, error)
	// HeldLinks lists the live links the viewer holds, opened last first, with the
	// names of what they may read.
	HeldLinks(ctx context.Context, v Viewer) ([]HeldLink, error)
	// NextDate is the next moment after at at which some grant begins or ends; zero for
	// none.
	NextDate(ctx context.Context, at time.Time) (time.Time, error)
	// Ownerless lists the first nodes without a live owner, by name, and counts all.
	Ownerless(ctx context.Context, limit int) ([]Ownerless, int, error)
	// ScratchNotes lists a person's scratch copies, oldest first; of 0 everybody's.
	ScratchNotes(ctx context.Context, by auth.PrincipalID) ([]ID, error)
	// Exists tells whether there is such a node, for whoever.
	Exists(ctx context.Context, id ID) (bool, error)

	// Change runs do in one transaction in which nobody's rights change; at is the
	// authority epoch they stand at. Changes that are not renamings run one after the
	// other. Nothing has changed when it fails.
	Change(ctx context.Context, do func(tx TreeTx, at uint64) error) error
	// ChangeAuthority is Change for what can change who may do what: it raises the
	// epoch, and returns it. prepare, if not nil, runs before in the same transaction,
	// while others still can change rights.
	ChangeAuthority(ctx context.Context, prepare func(TreeTx) error, do func(tx TreeTx, at uint64) error) (epoch uint64, err error)
	// Sweep deletes the content of notes that were deleted for good, and returns how
	// many nodes it found.
	Sweep(ctx context.Context) (int, error)
}

// TreeTx is what a change of the tree may do.
type TreeTx interface {
	// Place returns a node; fault.NotFound when there is none.
	Place(ctx context.Context, id ID) (NodePlace, error)
	// Child returns the node of that name in a folder, or at the top for the zero
	// parent, outside the trash; nil when there is none.
	Child(ctx context.Context, parent ID, name string) (*NodePlace, error)
	// Height returns the number of nodes on the longest way down from a node, itself
	// counted.
	Height(ctx context.Context, id ID) (int, error)
	// Below returns a node and all below it, the node first.
	Below(ctx context.Context, id ID) ([]ID, error)
	// OwnsBelow tells whether the viewer owns a node and all below it.
	OwnsBelow(ctx context.Context, v Viewer, id ID) (bool, error)

	// InsertNote writes the content of a note whose node is inserted later.
	InsertNote(ctx context.Context, s *StartingNote) error
	// Insert adds a node and the grants on it. The name must be free.
	Insert(ctx context.Context, n NewNode, grants []GrantRow) error
	Rename(ctx context.Context, id ID, name string) error
	// Move puts a node and all below it into another folder, under a name that is free
	// there; zero is the top.
	Move(ctx context.Context, id, parent ID, name string) error
	// SetKernels sets what a folder says about the kernels of notes below; empty for
	// nothing.
	SetKernels(ctx context.Context, id ID, mode KernelMode) error
	// CountScratch counts a person's scratch copies. MakeScratch makes a note one, of
	// another note, and KeepScratch a note like all others of it.
	CountScratch(ctx context.Context, by auth.PrincipalID) (int, error)
	MakeScratch(ctx context.Context, id, of ID) error
	KeepScratch(ctx context.Context, id ID) error
	// Trash puts a node and all below it into the trash, but for what is there already.
	Trash(ctx context.Context, id ID, by auth.PrincipalID) error
	// Restore takes a node and what was trashed along with it out of the trash.
	Restore(ctx context.Context, id ID) error
	// Purge takes nodes away from everybody; Sweep deletes the content.
	Purge(ctx context.Context, ids []ID) error

	// OwnGrants returns the grants to users, groups and everyone on a node, also those
	// that begin later, without those that are over.
	OwnGrants(ctx context.Context, id ID) ([]GrantRow, error)
	Give(ctx context.Context, id ID, grants []GrantRow, by auth.PrincipalID) error
	// Revoke ends grants; they are kept with the time.
	Revoke(ctx context.Context, ids []int64, by auth.PrincipalID) error
	// SetClosed makes only grants on a node and below count there, or ends that.
	SetClosed(ctx context.Context, id ID, closed bool) error
	// HasOwner tells whether an owner stands on the node itself who can act: an
	// enabled user, a group with one, or everyone, without dates.
	HasOwner(ctx context.Context, id ID) (bool, error)
	// RaiseVersion counts a change of a node's grants.
	RaiseVersion(ctx context.Context, id ID) error
	// Principals finds users, groups and everyone by id or by name, in the order asked
	// for; nil for one that there is not.
	Principals(ctx context.Context, asked []GrantWish) ([]*Principal, error)

	// OpenRequests counts a user's requests without an answer, but for the one on the
	// node.
	OpenRequests(ctx context.Context, user auth.PrincipalID, but ID) (int, error)
	// AddRequest keeps a request, in place of the same person's open one on the node,
	// whether there is such a node or not.
	AddRequest(ctx context.Context, r AccessRequest) error
	// TakeRequest ends an open request on the node; fault.NotFound when there is none.
	TakeRequest(ctx context.Context, node, request ID, outcome string, by auth.PrincipalID) (AccessRequest, error)

	// CountLinks counts the live links of a node.
	CountLinks(ctx context.Context, node ID) (int, error)
	// AddLink adds a link with its grant.
	AddLink(ctx context.Context, l StartingLink) (Link, error)
	// RevokeLink ends a live link of the node, its grant and its guests' sign-ins;
	// fault.NotFound when there is none.
	RevokeLink(ctx context.Context, node ID, link, by auth.PrincipalID) error
	// UseLink counts a use of a link.
	UseLink(ctx context.Context, link auth.PrincipalID) error
	// HoldLink lets a user hold a link; LeaveLink ends that, and tells whether they did.
	HoldLink(ctx context.Context, link, user auth.PrincipalID) error
	LeaveLink(ctx context.Context, link, user auth.PrincipalID) (bool, error)

	// Audit records what is done, in the same transaction.
	Audit(ctx context.Context, op auth.Operation, object ID, detail map[string]any) error
}

// NodePlace is where a node stands.
type NodePlace struct {
	ID     ID
	Parent ID
	Kind   NodeKind
	Name   string
	Closed bool
	// Scratch tells that it is a scratch copy.
	Scratch bool
	// TrashRoot is the node with which this one was trashed; zero outside the trash.
	TrashRoot ID
	// Depth is 1 at the top.
	Depth int
	// Version counts changes of its grants.
	Version int64
}

// Trashed tells whether the node is in the trash.
func (p *NodePlace) Trashed() bool { return !p.TrashRoot.IsZero() }

// NewNode is a node to be.
type NewNode struct {
	ID     ID
	Parent ID
	Kind   NodeKind
	Name   string
	Closed bool
	By     auth.PrincipalID
}

// GrantRow is a grant on a node. Zero times mean no start and no end.
type GrantRow struct {
	ID        int64
	Principal auth.PrincipalID
	Role      auth.Role
	StartsAt  time.Time
	EndsAt    time.Time
}

// Dated tells that the grant has a start or an end.
func (r GrantRow) Dated() bool { return !r.StartsAt.IsZero() || !r.EndsAt.IsZero() }
