package server

import (
	"context"
	"net/http"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// TreeNode is a folder or a note as one person sees it.
type TreeNode struct {
	ID        auth.ID   `json:"id"`
	Parent    auth.ID   `json:"parent,omitzero" doc:"the folder it is in; absent at the top, and for a folder one may not read"`
	Kind      string    `json:"kind" enum:"folder,note"`
	Name      string    `json:"name"`
	Trashed   bool      `json:"trashed,omitempty"`
	Allowed   []string  `json:"allowed" doc:"what one may do there: read, run, write, manage"`
	Shared    string    `json:"shared" enum:"me,some,everyone" doc:"who can reach it now, also by what folders above give"`
	Closed    bool      `json:"closed,omitempty" doc:"what folders above give does not count there"`
	Kernels   string    `json:"kernels,omitempty" enum:"together,own" doc:"whose kernels run the notes in a folder that do not say it themselves"`
	ChangedAt time.Time `json:"changedAt"`
}

// NodeBody is a folder or a note, and where it is.
type NodeBody struct {
	TreeNode
	SharedWith int          `json:"sharedWith,omitempty" doc:"how many people besides oneself are named by grants, also in groups and by links they hold"`
	Scratch    bool         `json:"scratch,omitempty" doc:"a copy that is gone some time after it is closed"`
	ScratchOf  auth.ID      `json:"scratchOf,omitzero" doc:"the note it is a scratch copy of"`
	Path       []wire.Place `json:"path" doc:"the folders above that one may read, topmost first"`
}

// TreeBody is all that one may read.
type TreeBody struct {
	Nodes []TreeNode `json:"nodes" doc:"last changed first"`
	Total int        `json:"total" doc:"how many there are, also when fewer are listed"`
}

// TrashedNode is something one may restore.
type TrashedNode struct {
	ID        auth.ID      `json:"id"`
	Kind      string       `json:"kind" enum:"folder,note"`
	Name      string       `json:"name"`
	Path      []wire.Place `json:"path" doc:"where it was"`
	TrashedAt time.Time    `json:"trashedAt"`
	TrashedBy string       `json:"trashedBy"`
}

// TrashBody is all that one may restore.
type TrashBody struct {
	Nodes []TrashedNode `json:"nodes" doc:"trashed last first"`
}

type treeIn struct {
	Limit int `query:"limit" minimum:"0" doc:"list no more than this; 0 lists all"`
}

// NodePath is the id of a node in a path; exported like PrincipalPath.
type NodePath struct {
	ID auth.ID `path:"id"`
}

type newNodeIn struct {
	Body struct {
		Kind     string  `json:"kind" enum:"folder,note"`
		Name     string  `json:"name" doc:"may have folders before it, with slashes between; those that do not exist are made"`
		Parent   auth.ID `json:"parent,omitzero" doc:"the folder to make it in; the top when left out"`
		NewNotes string  `json:"newNotes,omitempty" enum:"everyone,me" doc:"who sees it; left out: as the server's settings or the folder say"`
	}
}

type nodeChangeIn struct {
	NodePath
	Body struct {
		Name    string      `json:"name,omitempty" doc:"another name"`
		Parent  parentPatch `json:"parent,omitzero" doc:"another folder; null is the top"`
		Kernels *string     `json:"kernels,omitempty" enum:"together,own," doc:"of a folder, and alone: whose kernels run the notes below; empty leaves it to the folders above"`
	}
}

type restoreIn struct {
	NodePath
	Body *restoreBody
}

type restoreBody struct {
	Name string `json:"name,omitempty" doc:"another name, where the old one is taken"`
}

type cloneIn struct {
	NodePath
	Body *cloneBody
}

type cloneBody struct {
	Name   string  `json:"name,omitempty" doc:"may have folders before it; left out: made of the note's"`
	Parent auth.ID `json:"parent,omitzero" doc:"the folder to put the copy into; the top when left out"`
	Files  bool    `json:"files,omitempty" doc:"copy the note's files too"`
}

// ClonedBody is the copy of a note.
type ClonedBody struct {
	NodeBody
	Left int `json:"left" doc:"how many of the note's files stayed behind: links and what else is no file"`
}

// treeRoutes declares what is done with folders and notes as such.
func (n *NotebookServer) treeRoutes() {
	route(n, auth.TreeList, http.MethodGet, "/tree", "List what one may read",
		func(ctx context.Context, in *treeIn) (*body[TreeBody], error) {
			nodes, total, err := n.tree.List(ctx, in.Limit)
			out := TreeBody{Nodes: make([]TreeNode, len(nodes)), Total: total}
			for i, node := range nodes {
				out.Nodes[i] = treeNode(node)
			}
			return &body[TreeBody]{out}, err
		})
	route(n, auth.NodeCreate, http.MethodPost, "/nodes", "Make a folder or a note",
		func(ctx context.Context, in *newNodeIn) (*body[NodeBody], error) {
			return answerNode(n.tree.Create(ctx, notebook.CreateNode{Kind: notebook.NodeKind(in.Body.Kind),
				Name: in.Body.Name, Parent: in.Body.Parent, Public: publicOf(in.Body.NewNotes)}))
		})
	route(n, auth.NodeShow, http.MethodGet, "/nodes/{id}", "Show a folder or a note",
		func(ctx context.Context, in *NodePath) (*body[NodeBody], error) {
			return answerNode(n.tree.Show(ctx, in.ID))
		})
	route(n, auth.NodeMove, http.MethodPatch, "/nodes/{id}", "Rename or move; set whose kernels run a folder's notes",
		func(ctx context.Context, in *nodeChangeIn) (*body[NodeBody], error) {
			if in.Body.Kernels != nil {
				if in.Body.Parent.Given || in.Body.Name != "" {
					return nil, fault.New(fault.Invalid, "Change kernels in a request of its own, without a name or another folder.")
				}
				return answerNode(n.tree.SetKernels(ctx, in.ID, notebook.KernelMode(*in.Body.Kernels)))
			}
			if in.Body.Parent.Given {
				return answerNode(n.tree.Move(ctx, in.ID, in.Body.Parent.ID, in.Body.Name))
			}
			return answerNode(n.tree.Rename(ctx, in.ID, in.Body.Name))
		})
	route(n, auth.NoteClone, http.MethodPost, "/nodes/{id}/clone", "Copy a note",
		func(ctx context.Context, in *cloneIn) (*body[ClonedBody], error) {
			asked := orZero(in.Body)
			c := notebook.CloneNote{Name: asked.Name, Parent: asked.Parent}
			if !asked.Files {
				d, err := n.tree.Clone(ctx, in.ID, c)
				return &body[ClonedBody]{ClonedBody{NodeBody: nodeBody(d)}}, err
			}
			d, left, err := n.tree.CloneWithFiles(ctx, in.ID, c)
			return &body[ClonedBody]{ClonedBody{nodeBody(d), left}}, err
		})
	n.scratchRoutes()
	n.trashRoutes()
}

func (n *NotebookServer) trashRoutes() {
	route(n, auth.TreeList, http.MethodGet, "/trash", "List what one may restore",
		func(ctx context.Context, _ *struct{}) (*body[TrashBody], error) {
			nodes, err := n.tree.Trash(ctx)
			out := TrashBody{Nodes: make([]TrashedNode, len(nodes))}
			for i, t := range nodes {
				out.Nodes[i] = TrashedNode{ID: t.ID, Kind: string(t.Kind), Name: t.Name, Path: wire.PathOf(t.Path),
					TrashedAt: t.TrashedAt, TrashedBy: t.TrashedBy}
			}
			return &body[TrashBody]{out}, err
		})
	route(n, auth.NodeTrash, http.MethodPost, "/nodes/{id}/trash", "Put into the trash",
		func(ctx context.Context, in *NodePath) (*nothing, error) {
			return &nothing{}, n.tree.TrashNode(ctx, in.ID)
		})
	route(n, auth.NodeRestore, http.MethodPost, "/nodes/{id}/restore", "Take out of the trash",
		func(ctx context.Context, in *restoreIn) (*body[NodeBody], error) {
			return answerNode(n.tree.Restore(ctx, in.ID, orZero(in.Body).Name))
		})
	route(n, auth.NodePurge, http.MethodDelete, "/nodes/{id}", "Delete for good what is in the trash",
		func(ctx context.Context, in *NodePath) (*nothing, error) {
			return &nothing{}, n.tree.Purge(ctx, in.ID)
		})
}

func treeNode(n notebook.Node) TreeNode {
	return TreeNode{ID: n.ID, Parent: n.Parent, Kind: string(n.Kind), Name: n.Name, Trashed: n.Trashed,
		Allowed: n.Allowed.Names(), Shared: string(n.Shared), Closed: n.Closed, Kernels: string(n.Kernels), ChangedAt: n.ChangedAt.UTC()}
}

func nodeBody(d notebook.NodeDetail) NodeBody {
	return NodeBody{treeNode(d.Node), d.SharedWith, d.Scratch, d.ScratchOf, wire.PathOf(d.Path)}
}

func answerNode(d notebook.NodeDetail, err error) (*body[NodeBody], error) {
	return &body[NodeBody]{nodeBody(d)}, err
}

// orZero is a body that may be left out.
func orZero[T any](in *T) (body T) {
	if in != nil {
		body = *in
	}
	return body
}

// publicOf reads who is to see a new node; nil leaves it to the server.
func publicOf(newNotes string) *bool {
	if newNotes == "" {
		return nil
	}
	public := newNotes == "everyone"
	return &public
}
