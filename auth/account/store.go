package account

import (
	"context"
	"encoding/json"
	"time"

	"quire/auth"
)

// Store keeps people. The implementation is in store. Unless said otherwise a
// thing that is not there is fault.NotFound.
type Store interface {
	// Change runs do in one transaction; nothing has changed when it fails.
	Change(ctx context.Context, do func(Tx) error) error
	// ChangeAuthority is Change for what can change who may do what. It raises the
	// authority epoch and returns it; such changes run one after the other.
	ChangeAuthority(ctx context.Context, do func(Tx) error) (epoch uint64, err error)

	// Rehearse returns a store whose next change of authority is measured and rolled
	// back: what it would do to whom is in the effect afterwards.
	Rehearse(touched auth.Touched) (Store, *auth.Effect)

	// AdminExists tells whether somebody can sign in as an administrator.
	AdminExists(ctx context.Context) (bool, error)
	// SignInOf finds the live sign-in with this hash of its secret.
	SignInOf(ctx context.Context, secretHash []byte) (SignedIn, error)
	// Seen notes that a sign-in is in use, from now. A browser's then lasts for
	// lifetime from now.
	Seen(ctx context.Context, signIn auth.ID, lifetime time.Duration) error
	// CredentialsOf finds a user by folded name.
	CredentialsOf(ctx context.Context, folded string) (Credentials, error)
	// LinkOf finds a link that still works.
	LinkOf(ctx context.Context, secretHash []byte) (LinkRow, error)
	// SignIns lists the live ones of a user, of one kind or (empty) of both, those seen
	// last first.
	SignIns(ctx context.Context, user auth.PrincipalID, kind SignInKind) ([]SignInRow, error)

	User(ctx context.Context, id auth.PrincipalID) (User, error)
	// Users lists those whose name or display name begins so, by name, after the user
	// named.
	Users(ctx context.Context, prefix string, after auth.PrincipalID, limit int) ([]User, error)
	Group(ctx context.Context, id auth.PrincipalID) (Group, error)
	Groups(ctx context.Context) ([]Group, error)
	// GroupsOf lists the groups a user is in, through nesting too, by name. Members are
	// filled in where the user leads.
	GroupsOf(ctx context.Context, user auth.PrincipalID) ([]MyGroup, error)
	// Caps lists the live ones, by group.
	Caps(ctx context.Context) ([]Cap, error)
	// SearchPeople finds enabled users and groups by the beginning of a name.
	SearchPeople(ctx context.Context, prefix string, limit int) ([]PersonOrGroup, error)

	// Setting returns nil when the setting was never made.
	Setting(ctx context.Context, key string) (json.RawMessage, error)
	// Entries lists audit rows, newest first.
	Entries(ctx context.Context, q AuditQuery) ([]AuditEntry, error)
	// AddEntries adds audit rows that belong to no other change.
	AddEntries(ctx context.Context, entries []AuditEntry) error
	// Tidy deletes sign-ins and links that ended longer ago than keep.
	Tidy(ctx context.Context, keep time.Duration) error
}

// Tx is what a change may do.
type Tx interface {
	// UsableAdmins counts those who can sign in as administrators.
	UsableAdmins(ctx context.Context) (int, error)
	// CreateUser fails as Conflict when the name is taken.
	CreateUser(ctx context.Context, u NewUser) (auth.PrincipalID, error)
	UpdateUser(ctx context.Context, id auth.PrincipalID, c UserChange) error
	// HoldUser reads what a user signs in with, and keeps it from changing until the
	// transaction ends.
	HoldUser(ctx context.Context, id auth.PrincipalID) (Credentials, error)
	SetPassword(ctx context.Context, user auth.PrincipalID, hash string) error

	// Find finds users, groups and everyone by folded name; those not there are
	// missing in the map.
	Find(ctx context.Context, folded []string) (map[string]PersonOrGroup, error)
	CreateGroup(ctx context.Context, n Name, description string) (auth.PrincipalID, error)
	UpdateGroup(ctx context.Context, id auth.PrincipalID, n *Name, description *string) error
	// RemoveGroup ends its memberships and its grants, and frees its name. It fails as
	// Conflict when a note or folder would be left without an owner.
	RemoveGroup(ctx context.Context, id, by auth.PrincipalID) error
	// Group returns the group with its members.
	Group(ctx context.Context, id auth.PrincipalID) (Group, error)
	AddMembers(ctx context.Context, group auth.PrincipalID, members []auth.PrincipalID, by auth.PrincipalID) error
	// RemoveMembers fails as Conflict when a note or folder would be left without an
	// owner.
	RemoveMembers(ctx context.Context, group auth.PrincipalID, members []auth.PrincipalID) error
	// SetLeader says whether a member leads the group.
	SetLeader(ctx context.Context, group, member auth.PrincipalID, leads bool) error
	// NestedIn lists which groups are members of which, of all that are in the group,
	// through other groups too.
	NestedIn(ctx context.Context, group auth.PrincipalID) ([]Nesting, error)
	// IsCapped tells whether a cap counts for the members of a group.
	IsCapped(ctx context.Context, group auth.PrincipalID) (bool, error)
	// SetCap puts a cap in the place of the live one for the same group and node.
	SetCap(ctx context.Context, c CapRow) (id int64, err error)
	// LiftCap ends a cap, and returns it.
	LiftCap(ctx context.Context, id int64, by auth.PrincipalID) (Cap, error)
	// Cap returns a live cap.
	Cap(ctx context.Context, id int64) (Cap, error)

	AddSignIn(ctx context.Context, s NewSignIn) (SignInRow, error)
	CountSignIns(ctx context.Context, user auth.PrincipalID, kind SignInKind) (int, error)
	// EndSignIns ends the live ones that fit and returns how many they were.
	EndSignIns(ctx context.Context, w WhichSignIns) (int, error)
	// UseGuestLink counts a use of a live link to a note that lets in anyone; NotFound
	// when there is none with this hash of its secret.
	UseGuestLink(ctx context.Context, secretHash []byte) (GuestLink, error)
	AddLink(ctx context.Context, l NewLink) (expires time.Time, err error)
	// UseLink uses a link up. A link is used by one transaction only.
	UseLink(ctx context.Context, secretHash []byte, purpose Purpose) (LinkRow, error)
	// DropLinks makes all links of the purpose unusable that are for the user (0: for
	// nobody yet); of any purpose when it is empty.
	DropLinks(ctx context.Context, user auth.PrincipalID, purpose Purpose) error

	SetSetting(ctx context.Context, key string, value any, by auth.PrincipalID) error
	Audit(ctx context.Context, e AuditEntry) error
}

// Credentials are what somebody signs in with.
type Credentials struct {
	User auth.PrincipalID
	Name string
	// Hash is empty before an invitation is accepted.
	Hash     string
	Disabled bool
}

// SignedIn is a live sign-in as each request needs it.
type SignedIn struct {
	ID       auth.ID
	User     auth.PrincipalID
	UserName string
	// Unseen tells that its use was last noted more than a minute ago.
	Unseen bool
}

// SignInKind tells browsers' sign-ins from tokens.
type SignInKind string

// The kinds of sign-ins.
const (
	Browser SignInKind = "browser"
	Token   SignInKind = "token"
)

// SignInRow is a sign-in as its owner sees it.
type SignInRow struct {
	ID      auth.ID    `json:"id"`
	Kind    SignInKind `json:"kind" enum:"browser,token"`
	Label   string     `json:"label" doc:"the browser's own description, or the name given to a token"`
	Address string     `json:"address,omitempty" doc:"where it was made from"`
	// Scope is nil for all that the owner may.
	Scope      []string  `json:"scope,omitempty" doc:"the actions a token may use; absent: all of its owner's"`
	CreatedAt  time.Time `json:"createdAt"`
	LastSeenAt time.Time `json:"lastSeenAt"`
	ExpiresAt  time.Time `json:"expiresAt"`
	Current    bool      `json:"current" doc:"the one this request came with"`
}

// NewSignIn is a sign-in to be.
type NewSignIn struct {
	User       auth.PrincipalID
	Kind       SignInKind
	SecretHash []byte
	Label      string
	Address    string
	Scope      []string
	Lifetime   time.Duration
}

// WhichSignIns chooses sign-ins of a user; zero fields do not choose.
type WhichSignIns struct {
	User   auth.PrincipalID
	Kind   SignInKind
	ID     auth.ID
	Except auth.ID
	// Keep spares so many, those seen last.
	Keep int
}

// NewUser is an account to be.
type NewUser struct {
	Name        Name
	DisplayName string
	Admin       bool
}

// UserChange changes what is not nil.
type UserChange struct {
	DisplayName *string
	Admin       *bool
	Disabled    *bool
}

// Purpose is what a link that works once is for.
type Purpose string

// The purposes of links.
const (
	Setup  Purpose = "setup"
	Invite Purpose = "invite"
	Reset  Purpose = "reset"
)

// NewLink is a link to be.
type NewLink struct {
	Purpose    Purpose
	User       auth.PrincipalID
	SecretHash []byte
	By         auth.PrincipalID
	Lifetime   time.Duration
}

// LinkRow is a link that works.
type LinkRow struct {
	Purpose  Purpose
	User     auth.PrincipalID
	UserName string
}

// PersonOrGroup is a user or a group, by name.
type PersonOrGroup struct {
	ID          auth.PrincipalID `json:"id"`
	Kind        string           `json:"kind" enum:"user,group"`
	Name        string           `json:"name"`
	DisplayName string           `json:"displayName,omitempty"`
}

// User is an account as administrators see it.
type User struct {
	ID          auth.PrincipalID `json:"id"`
	Name        string           `json:"name"`
	DisplayName string           `json:"displayName"`
	Admin       bool             `json:"admin"`
	Disabled    bool             `json:"disabled"`
	Invited     bool             `json:"invited" doc:"has no password yet"`
	CreatedAt   time.Time        `json:"createdAt"`
	LastSeenAt  *time.Time       `json:"lastSeenAt,omitempty"`
	Groups      []GroupRef       `json:"groups" doc:"the groups it is a member of itself"`
}

// GroupRef names a group.
type GroupRef struct {
	ID   auth.PrincipalID `json:"id"`
	Name string           `json:"name"`
}

// Group is a group with its members, by name.
type Group struct {
	ID          auth.PrincipalID `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Members     []Member         `json:"members"`
}

// Member is a user or a group in a group.
type Member struct {
	PersonOrGroup
	Leads bool `json:"leads" doc:"may change the group's members"`
}

// MyGroup is a group that one is in.
type MyGroup struct {
	ID          auth.PrincipalID `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Leads       bool             `json:"leads" doc:"one may change its members"`
	Direct      bool             `json:"direct" doc:"one is a member oneself, not only through another group"`
	Size        int              `json:"size" doc:"how many members it has itself"`
	Members     []Member         `json:"members,omitempty" doc:"where one leads"`
}

// Outcome is how an operation ended.
type Outcome string

// The outcomes in the audit log.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// AuditEntry is a row of the audit log.
type AuditEntry struct {
	ID        int64            `json:"id"`
	At        time.Time        `json:"at"`
	ActorID   auth.PrincipalID `json:"actorId,omitempty"`
	Actor     string           `json:"actor"`
	SignIn    auth.ID          `json:"-"`
	Operation string           `json:"operation"`
	Object    string           `json:"object,omitempty"`
	Outcome   Outcome          `json:"outcome" enum:"done,refused"`
	Detail    map[string]any   `json:"detail,omitempty"`
	Count     int              `json:"count" doc:"how often within a minute, for refusals"`
	Request   string           `json:"request,omitempty"`
}

// AuditQuery chooses audit rows: of one object, by one actor, of operations whose
// names begin so (empty: of all), with ids below Before (0: from the newest).
type AuditQuery struct {
	Object    string
	Actor     string
	Operation string
	Before    int64
	Limit     int
}
