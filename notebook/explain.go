package notebook

import (
	"context"
	"slices"
	"strconv"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// AccessStore tells who can reach what, and why, now and in the past.
type AccessStore interface {
	// AccessFacts returns all that the person's access to a node rests on at a moment
	// (zero: now), with names, of one snapshot. fault.NotFound for the node,
	// fault.Invalid for the person.
	AccessFacts(ctx context.Context, asker Viewer, node ID, person AccessPerson, at time.Time) (AccessFacts, error)
	// Reachers returns all that is needed to tell who could reach a node at a moment
	// (zero: now).
	Reachers(ctx context.Context, asker Viewer, node ID, at time.Time) (ReacherFacts, error)
	// Reach lists what somebody can reach, as far as the asker may read it.
	Reach(ctx context.Context, asker, of Viewer, q ReachQuery) (Reach, error)
	// Rehearse returns a store whose next change is measured and rolled back: what it
	// would do to whom is in the effect afterwards.
	Rehearse(touched auth.Touched) (TreeStore, *auth.Effect)
}

// AccessPerson is somebody by name, or by id if nobody is called so.
type AccessPerson struct {
	ID   auth.PrincipalID
	Name string
}

// AccessFacts are facts with what is needed to tell them.
type AccessFacts struct {
	auth.Facts
	// Named is the person asked about.
	Named Principal
	// Nodes names the nodes of the chain.
	Nodes []FactPlace
	// Names has everybody the facts mention. A link is called by its label.
	Names map[auth.PrincipalID]Principal
	// Created is when the node was made, Now when this was read.
	Created, Now time.Time
	// Moved lists what happened to the node and those above it since the moment of
	// which no history is kept: the operations in the audit log.
	Moved []string
}

// FactPlace is a node of the chain, with whether the asker may read it.
type FactPlace struct {
	Place
	Kind    NodeKind
	MayRead bool
}

// AccessQuestion is "may this person do this here?". No person is who asks, and a
// zero moment is now.
type AccessQuestion struct {
	Node   ID
	Person string
	Action auth.Action
	At     time.Time
}

// AccessParty is somebody as an explanation names them. What the asker may not see
// has no name.
type AccessParty struct {
	ID          auth.PrincipalID `json:"id,omitempty"`
	Kind        string           `json:"kind,omitempty" enum:"user,group,link,everyone"`
	Name        string           `json:"name,omitempty"`
	DisplayName string           `json:"displayName,omitempty"`
	Hidden      bool             `json:"hidden,omitempty" doc:"you may not see who or what this is"`
}

// AccessPlace is a folder or note as an explanation names it.
type AccessPlace struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// AccessStep is a membership on the way from a person to a principal: the person or
// group before it is a member.
type AccessStep struct {
	AccessParty
	By    string    `json:"by,omitempty" doc:"name of who made it a member"`
	Since time.Time `json:"since"`
	Ended time.Time `json:"ended,omitzero" doc:"when the membership ended"`
}

// AccessPath is one way in which access is, was or will be granted.
type AccessPath struct {
	Kind      string       `json:"kind" enum:"grant,link,owner role"`
	ID        int64        `json:"id,omitempty" doc:"of the grant"`
	Role      string       `json:"role" enum:"owner,writer,runner,reader"`
	Principal AccessParty  `json:"principal"`
	Chain     []AccessStep `json:"groupChain" doc:"from the person to the principal; empty for a grant to the person itself or to everyone"`
	Node      *AccessPlace `json:"node" doc:"where it was granted; null for a folder you may not read, and for the owner role"`
	Depth     int          `json:"folderDepth" doc:"0 on the node itself, 1 on the folder it is in, and so on"`
	By        string       `json:"by,omitempty"`
	Since     time.Time    `json:"since,omitzero"`
	StartsAt  time.Time    `json:"startsAt,omitzero"`
	EndsAt    time.Time    `json:"endsAt,omitzero"`
	Revoked   time.Time    `json:"revokedAt,omitzero"`
	Live      bool         `json:"live" doc:"it stands and its dates are right"`
	Counts    bool         `json:"counts" doc:"it alone gives the action"`
	Why       string       `json:"why,omitempty" enum:"revoked,ended,not yet,left,closed above,lower than another,too low,account disabled,trashed,capped,scope" doc:"why it does not count"`
}

// AccessCap is a cap that counts for the person there.
type AccessCap struct {
	ID      int64        `json:"id"`
	Group   AccessParty  `json:"group"`
	Chain   []AccessStep `json:"groupChain"`
	Node    *AccessPlace `json:"node" doc:"null: everywhere, or a folder you may not read"`
	Actions []string     `json:"actions" doc:"what it leaves"`
	Forbids bool         `json:"forbids" doc:"it takes the action asked about away"`
	By      string       `json:"by,omitempty"`
	Since   time.Time    `json:"since"`
	Reason  string       `json:"reason,omitempty"`
}

// AccessChange is one thing to do so that the answer becomes another one.
type AccessChange struct {
	Kind   string       `json:"kind" enum:"revoke,leave,close,enable,restore,lift,scope,grant"`
	Grant  int64        `json:"grant,omitempty" doc:"the grant to revoke"`
	Cap    int64        `json:"cap,omitempty" doc:"the cap to lift"`
	Node   *AccessPlace `json:"node" doc:"where; null if you may not read it, and where it means nothing"`
	Member *AccessParty `json:"member,omitempty" doc:"who leaves"`
	Group  *AccessParty `json:"group,omitempty" doc:"the group or link that is left"`
	Role   string       `json:"role,omitempty" doc:"the role to grant"`
	Words  string       `json:"words"`
}

// AccessTurn is a smallest set of changes that turns the answer.
type AccessTurn struct {
	Words   string         `json:"words"`
	Changes []AccessChange `json:"changes"`
	Exact   bool           `json:"exact" doc:"no smaller set does; otherwise that was not ruled out"`
}

// AccessAnswer is whether somebody may do something, and why.
type AccessAnswer struct {
	Person   AccessParty  `json:"person"`
	Node     AccessPlace  `json:"node"`
	Action   string       `json:"action" enum:"read,run,write,manage"`
	Allowed  bool         `json:"allowed"`
	Actions  []string     `json:"actions" doc:"all that the person may do there"`
	At       time.Time    `json:"at"`
	Paths    []AccessPath `json:"paths" doc:"each is enough alone"`
	More     int          `json:"more" doc:"paths beyond those listed"`
	Caps     []AccessCap  `json:"caps"`
	Ignored  []AccessPath `json:"ignored" doc:"what does not count, and why"`
	Hidden   int          `json:"hidden" doc:"paths and caps of which something is not named, because you may not see it"`
	Smallest *AccessTurn  `json:"smallest" doc:"null when nothing known here would end it"`
	Unsure   []string     `json:"unsure" doc:"about a past moment: what was changed since of which no history is kept"`
	Sentence string       `json:"sentence"`
}

// Explain tells whether somebody may do something on a node and why: the decision of
// auth.Decide, with the paths that lead to it. About oneself one has to read the
// node; about others, and about the past, to manage it.
func (t *Tree) Explain(ctx context.Context, q AccessQuestion) (AccessAnswer, error) {
	if !slices.Contains([]auth.Action{auth.Read, auth.Run, auth.Write, auth.Manage}, q.Action) {
		return AccessAnswer{}, fault.New(fault.Invalid, "There is no such action on a note or folder: read, run, write and manage are.")
	}
	op := auth.AccessExplain
	if q.Person != "" || !q.At.IsZero() {
		op = auth.AccessPast
	}
	actor, _, err := t.gate.CheckNode(ctx, op, q.Node)
	if err != nil {
		return AccessAnswer{}, err
	}
	who, err := t.gate.Identity(ctx, actor)
	if err != nil {
		return AccessAnswer{}, err
	}
	v, err := t.viewing(ctx)
	if err != nil {
		return AccessAnswer{}, err
	}
	person := AccessPerson{Name: q.Person}
	if person.ID, err = principalID(q.Person); err != nil {
		person.ID = 0
	}
	if q.Person == "" {
		person.ID = who.User
	}
	f, err := t.store.AccessFacts(ctx, v, q.Node, person, q.At)
	if err != nil {
		return AccessAnswer{}, err
	}
	if f.Person == who.User {
		f.Scope = who.Scope // what this sign-in may
	}
	return explained(f, who, q), nil
}

func principalID(s string) (auth.PrincipalID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return auth.PrincipalID(n), err
}

// explained words an explanation for who asks.
func explained(f AccessFacts, asker auth.Identity, q AccessQuestion) AccessAnswer {
	e := auth.Explain(f.Facts, q.Action)
	x := explainer{AccessFacts: f, asker: asker}
	a := AccessAnswer{
		Person: x.party(f.Person, true), Node: AccessPlace{f.Nodes[0].ID, f.Nodes[0].Name}, Action: q.Action.String(),
		Allowed: e.Allowed, Actions: (e.Actions & auth.Owner.Actions()).Names(), At: f.At.UTC(), More: e.More,
		Paths: []AccessPath{}, Caps: []AccessCap{}, Ignored: []AccessPath{}, Unsure: x.unsure(q.At),
	}
	for _, p := range e.Paths {
		a.Paths = append(a.Paths, x.path(p, ""))
	}
	for _, g := range e.Ignored {
		a.Ignored = append(a.Ignored, x.path(g.Path, g.Why))
	}
	for _, c := range e.Caps {
		a.Caps = append(a.Caps, x.cap(c))
	}
	a.Hidden = x.hidden
	if e.Change != nil {
		a.Smallest = x.turn(e)
	}
	a.Sentence = x.sentence(a, e)
	return a
}
