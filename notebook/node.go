package notebook

import (
	"time"

	"quire/auth"
)

// NodeKind tells folders from notes.
type NodeKind string

// The kinds of nodes.
const (
	FolderNode NodeKind = "folder"
	NoteNode   NodeKind = "note"
)

// Sharing is who can reach a node now, by grants on it or on folders above.
type Sharing string

// The degrees of sharing.
const (
	OnlyMe     Sharing = "me"       // nobody but who asks
	SharedSome Sharing = "some"     // others too
	SharedAll  Sharing = "everyone" // all who are signed in
)

// Node is a folder or a note as one person sees it.
type Node struct {
	ID ID
	// Parent is the folder it is in; zero at the top, and for a folder one may not
	// read.
	Parent  ID
	Kind    NodeKind
	Name    string
	Trashed bool
	Allowed auth.Actions
	Shared  Sharing
	// Closed tells that what folders above give does not count there.
	Closed bool
	// Kernels is what a folder says about the kernels of notes below; empty for nothing.
	Kernels KernelMode
	// ChangedAt is when its content, name or place last changed.
	ChangedAt time.Time
}

// Place is a folder above a node.
type Place struct {
	ID   ID
	Name string
}

// NodeDetail is a node with where it is: the folders above it that one may read,
// topmost first, up to the first that one may not.
type NodeDetail struct {
	Node
	// SharedWith counts the people besides who asks that a grant names, by themselves,
	// in a group or by a link they hold; everyone is not counted.
	SharedWith int
	// Scratch tells that it is a scratch copy, of ScratchOf unless that is no more.
	Scratch   bool
	ScratchOf ID
	Path      []Place
}

// TrashedNode is something one may restore.
type TrashedNode struct {
	ID   ID
	Kind NodeKind
	Name string
	// Path is where it was, as in NodeDetail.
	Path      []Place
	TrashedAt time.Time
	TrashedBy string
}

// Viewer is what lists and searches are made for: who asks, and when.
type Viewer struct {
	User auth.PrincipalID
	// Principals are all that the user counts as.
	Principals []auth.PrincipalID
	// Scope limits what the sign-in may do.
	Scope auth.Actions
	At    time.Time
}
