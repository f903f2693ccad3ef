package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/notebook"
)

// previewChange is a change that is not to be saved yet. Which keys count goes by the
// kind.
type previewChange struct {
	Kind    string        `json:"kind" enum:"grants,move,close,trash,restore,group,cap,uncap,link"`
	Node    auth.ID       `json:"node,omitempty" doc:"the folder or note; of a cap: where it counts, left out for everywhere"`
	Body    *GrantsChange `json:"body,omitempty" doc:"of grants: what PUT /nodes/{id}/grants would get"`
	Parent  parentPatch   `json:"parent,omitempty" doc:"of a move: the folder to go to; null is the top"`
	Name    string        `json:"name,omitempty" doc:"of restoring: another name, for when its own is taken"`
	Closed  bool          `json:"closed,omitempty" doc:"of closing"`
	Group   groupWish     `json:"group,omitempty" doc:"of members: the group's id; of a cap: {id} or {name}"`
	Members []string      `json:"members,omitempty" doc:"of a group: all it is to have"`
	Actions []string      `json:"actions,omitempty" doc:"of a cap: what it leaves"`
	Reason  string        `json:"reason,omitempty" doc:"of a cap"`
	ID      int64         `json:"id,omitempty" doc:"of the cap to lift"`
	Role    string        `json:"role,omitempty" enum:"reader,runner" doc:"of a link"`
	Label   string        `json:"label,omitempty" doc:"of a link"`
	Anyone  bool          `json:"anyone,omitempty" doc:"of a link: also people without an account"`
	EndsAt  time.Time     `json:"endsAt,omitempty" doc:"of a link"`
}

// groupWish is a group by its id, or as an object with its id or name.
type groupWish account.GroupRef

// UnmarshalJSON implements json.Unmarshaler.
func (g *groupWish) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &g.ID) == nil {
		return nil
	}
	return json.Unmarshal(b, (*account.GroupRef)(g))
}

// Schema implements huma.SchemaProvider.
func (groupWish) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeInteger}, r.Schema(reflect.TypeFor[PrincipalIn](), true, "")}}
}

type previewIn struct {
	Body struct {
		Change previewChange `json:"change"`
	}
}

// PreviewedPerson is somebody who would gain or lose something.
type PreviewedPerson struct {
	Person  PrincipalBody `json:"person"`
	Actions []string      `json:"actions" doc:"what is gained or lost, on any of the notes"`
	Notes   int           `json:"notes" doc:"on how many"`
}

// PreviewBody is what a change would do to whom.
type PreviewBody struct {
	Gains  []PreviewedPerson `json:"gains" doc:"the first hundred by name; everyone stands for all who have nothing else, a link for whoever opens it"`
	Losses []PreviewedPerson `json:"losses"`
	People struct {
		Gain int `json:"gain"`
		Lose int `json:"lose"`
	} `json:"people" doc:"how many people, listed or not"`
	Notes     int    `json:"notes" doc:"notes on which anybody gains or loses anything"`
	Outputs   int    `json:"outputs" doc:"stored results that somebody would see who does not now"`
	Files     int    `json:"files" doc:"files that somebody could read who cannot now"`
	Everyone  string `json:"everyone" enum:"gains,loses," doc:"whether all who are signed in are among them"`
	Truncated bool   `json:"truncated" doc:"not all was looked at or listed; numbers may be too low"`
	Sentence  string `json:"sentence"`
}

// CountFiles counts the files of notes, and tells whether it gave up before the end.
type CountFiles func(ctx context.Context, notes []auth.ID) (files int, truncated bool)

func (n *NotebookServer) previewRoutes() {
	route(n, auth.AccessPreview, http.MethodPost, "/preview", "Tell what a change of sharing would do to whom, without doing it",
		func(ctx context.Context, in *previewIn) (*body[PreviewBody], error) {
			e, err := n.preview(ctx, in.Body.Change)
			if err != nil {
				return nil, err
			}
			b := previewBody(e)
			if n.countFiles != nil && len(e.Opened) > 0 {
				var more bool
				b.Files, more = n.countFiles(ctx, e.Opened)
				b.Truncated = b.Truncated || more
			}
			b.Sentence = b.sentence(e)
			return &body[PreviewBody]{b}, nil
		})
}

// preview hands a change to the service that would do it.
func (n *NotebookServer) preview(ctx context.Context, c previewChange) (auth.Effect, error) {
	switch c.Kind {
	case "grants":
		if c.Body == nil {
			return auth.Effect{}, fault.New(fault.Invalid, "A change of grants needs its body, as for PUT /nodes/{id}/grants.")
		}
		change, err := c.Body.change()
		if err != nil {
			return auth.Effect{}, err
		}
		return n.tree.PreviewGrants(ctx, c.Node, change)
	case "move":
		return n.tree.PreviewMove(ctx, c.Node, c.Parent.ID)
	case "close":
		return n.tree.PreviewClose(ctx, c.Node, c.Closed)
	case "trash":
		return n.tree.PreviewTrash(ctx, c.Node)
	case "restore":
		return n.tree.PreviewRestore(ctx, c.Node, c.Name)
	case "link":
		role, err := auth.ParseRole(c.Role)
		if err != nil {
			return auth.Effect{}, fault.Wrap(err, fault.Invalid, "%s.", err)
		}
		return n.tree.PreviewLink(ctx, c.Node, notebook.NewLink{Role: role, Label: c.Label, Anyone: c.Anyone, EndsAt: c.EndsAt})
	case "group":
		return n.accounts.PreviewMembers(ctx, c.Group.ID, c.Members)
	case "cap":
		return n.accounts.PreviewCap(ctx, account.NewCap{Group: account.GroupRef(c.Group), Node: c.Node, Actions: c.Actions, Reason: c.Reason})
	case "uncap":
		return n.accounts.PreviewLift(ctx, c.ID)
	}
	return auth.Effect{}, fault.New(fault.Invalid, "There is no such change: grants, move, close, trash, restore, group, cap, uncap and link are.")
}

func previewBody(e auth.Effect) PreviewBody {
	b := PreviewBody{Gains: previewed(e.Gains), Losses: previewed(e.Losses), Notes: e.Notes, Outputs: e.Outputs, Truncated: e.Truncated}
	b.People.Gain, b.People.Lose = e.Gains.People, e.Losses.People
	switch {
	case e.Gains.Everyone != 0:
		b.Everyone = "gains"
	case e.Losses.Everyone != 0:
		b.Everyone = "loses"
	}
	return b
}

func previewed(s auth.Side) []PreviewedPerson {
	list := make([]PreviewedPerson, len(s.Listed))
	for i, a := range s.Listed {
		list[i] = PreviewedPerson{PrincipalBody{ID: a.Person, Kind: a.Kind, Name: a.Name, DisplayName: a.DisplayName}, a.Actions.Names(), a.Notes}
	}
	return list
}

// sentence says it in one. Access is gained and lost by reading; what else somebody
// may do is more or less.
func (b *PreviewBody) sentence(e auth.Effect) string {
	parts := slices.Concat(
		told(e.Gains, "gain", "may do more"),
		told(e.Losses, "lose", "may do less"))
	if len(parts) == 0 {
		return "Nobody gains or loses anything now."
	}
	s := strings.Join(parts, ", ") + " on " + counted(b.Notes, "note", "notes")
	if b.Outputs > 0 || b.Files > 0 {
		s += fmt.Sprintf("; %s and %s become visible", counted(b.Outputs, "result", "results"), counted(b.Files, "file", "files"))
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// told words one side: those who gain or lose reading first, as access, then the rest.
func told(s auth.Side, verb, rest string) (parts []string) {
	access, others := counted(s.Readers, "person", "people"), counted(s.People-s.Readers, "person", "people")
	switch {
	case s.Everyone.Has(auth.Read):
		parts = append(parts, "everyone who is signed in "+verb+"s access ("+access+")")
	case s.Readers == 1:
		parts = append(parts, access+" "+verb+"s access")
	case s.Readers > 1:
		parts = append(parts, access+" "+verb+" access")
	}
	switch {
	case s.Everyone != 0 && !s.Everyone.Has(auth.Read):
		parts = append(parts, "everyone who is signed in "+rest+" ("+others+")")
	case s.People > s.Readers:
		parts = append(parts, others+" "+rest)
	}
	isLink := func(a auth.Affected) bool { return a.Kind == "link" }
	if i := slices.IndexFunc(s.Listed, isLink); i >= 0 {
		what := rest
		if s.Listed[i].Actions.Has(auth.Read) {
			what = verb + "s access"
		}
		parts = append(parts, "whoever opens a link "+what)
	}
	return parts
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
