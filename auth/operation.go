package auth

import (
	"slices"
	"strings"
)

// ObjectKind is the kind of thing an operation touches.
type ObjectKind string

// The kinds of objects.
const (
	OnNode   ObjectKind = "node"
	OnGroup  ObjectKind = "group"
	OnServer ObjectKind = "server"
	OnSelf   ObjectKind = "self"
	OnPublic ObjectKind = "public" // touches nothing that belongs to anybody
)

// Operation is a named thing one can do, with the kind of its object and the
// action it needs. Operations are made only here, so that none can be without
// them; the table in operation_test.go repeats each by hand.
type Operation struct {
	name   string
	kind   ObjectKind
	action Action
}

// Name returns the operation's name, such as "note.rename".
func (o Operation) Name() string { return o.name }

// Kind returns the kind of the operation's object.
func (o Operation) Kind() ObjectKind { return o.kind }

// Action returns the action needed; 0 for public operations.
func (o Operation) Action() Action { return o.action }

// IsZero reports whether o was never declared; such an operation is refused.
func (o Operation) IsZero() bool { return o.name == "" }

var registry []Operation

func register(o Operation) Operation {
	registry = append(registry, o)
	return o
}

func node(name string, a Action) Operation   { return register(Operation{name, OnNode, a}) }
func group(name string, a Action) Operation  { return register(Operation{name, OnGroup, a}) }
func server(name string, a Action) Operation { return register(Operation{name, OnServer, a}) }
func self(name string) Operation             { return register(Operation{name, OnSelf, Own}) }
func public(name string) Operation           { return register(Operation{name, OnPublic, 0}) }

// Registry lists every operation by name.
func Registry() []Operation {
	all := slices.Clone(registry)
	slices.SortFunc(all, func(a, b Operation) int { return strings.Compare(a.name, b.name) })
	return all
}

// What anybody may do. There are three; a test counts them.
var (
	SetUp  = public("server.setup")
	SignIn = public("session.signin")
	Health = public("server.health")
)

// The tree. Folder operations need their action on every node below.
var (
	TreeList     = server("tree.list", Use) // shows only what may be read
	Search       = server("search", Use)    // likewise
	NodeCreate   = node("node.create", Write)
	RootCreate   = server("node.create.root", Use) // at the top, which belongs to nobody
	NodeShow     = node("node.show", Read)
	NodeRename   = node("node.rename", Manage)
	NodeMove     = node("node.move", Manage)
	NodeTrash    = node("node.trash", Manage)
	NodeRestore  = node("node.restore", Manage)
	NodePurge    = node("node.purge", Manage)
	NoteClone    = node("note.clone", Read)
	NoteImport   = server("note.import", Use)
	GrantsShow   = node("grants.show", Read)
	GrantsChange = node("grants.change", Manage)
	FolderKernel = node("folder.kernels", Manage) // how kernels of notes below start
	NoteExport   = node("note.export", Read)
	NoteScratch  = node("note.scratch", Run)
	ScratchKeep  = node("note.scratch.keep", Manage)
)

// Who may do what, explained and changed in other ways than by grants.
var (
	AccessExplain = node("access.explain", Read)
	AccessPast    = node("access.past", Manage)
	AccessPreview = node("access.preview", Manage)
	PreviewGroup  = group("access.preview.group", Lead)
	PreviewCap    = server("access.preview.cap", Administer)
	ReachOwn      = self("access.reach")
	ReachOf       = server("access.reach.of", Administer)
	LinkList      = node("link.list", Manage)
	LinkCreate    = node("link.create", Manage)
	LinkRevoke    = node("link.revoke", Manage)
	LinkOpen      = server("link.open", Use)
	LinkOwn       = self("link.own")              // links one has opened
	RequestCreate = server("request.create", Use) // says nothing about the node
	RequestOwn    = self("request.own")
	RequestList   = node("request.list", Manage)
	RequestDecide = node("request.decide", Manage)
	OwnerlessList = server("ownerless.list", Administer)
	OwnerlessPass = server("ownerless.pass", Administer)
	CapList       = server("cap.list", Administer)
	CapSet        = server("cap.set", Administer)
	CapLift       = server("cap.lift", Administer)
)

// Files of a note.
var (
	FileList   = node("file.list", Read)
	FileRead   = node("file.read", Read)
	FileWrite  = node("file.write", Write)
	FileDelete = node("file.delete", Write)
)

// An open note.
var (
	NoteOpen          = node("note.open", Read)
	NoteCaret         = node("note.caret", Write)
	NoteConfigure     = node("note.configure", Write)
	ParagraphInsert   = node("paragraph.insert", Write)
	ParagraphEdit     = node("paragraph.edit", Write)
	ParagraphTitle    = node("paragraph.title", Write)
	ParagraphSettings = node("paragraph.settings", Write)
	ParagraphMove     = node("paragraph.move", Write)
	ParagraphDelete   = node("paragraph.delete", Write)
	ParagraphRestore  = node("paragraph.restore", Write)
	OutputShow        = node("output.show", Read)
	OutputHistory     = node("output.history", Write)
	OutputClear       = node("output.clear", Write)
	RunStart          = node("run.start", Run)
	RunCancel         = node("run.cancel", Run)
	RunList           = node("run.list", Read)
	KernelInterrupt   = node("kernel.interrupt", Run)
	KernelRestart     = node("kernel.restart", Run)
	KernelStop        = node("kernel.stop", Run)
	InputAnswer       = node("input.answer", Run) // by whoever ran it
	CommSend          = node("comm.send", Run)    // likewise
	CodeComplete      = node("code.complete", Write)
	CodeInspect       = node("code.inspect", Write)
)

// People and the server.
var (
	PeopleSearch   = server("people.search", Use) // names only, to share with
	InterpreterSee = server("interpreter.list", Use)
	InterpreterSet = server("interpreter.change", Administer)
	ConnectionShow = server("connection.show", Administer)
	ConnectionSet  = server("connection.change", Administer)
	GatewayShow    = server("gateway.show", Administer)
	GatewaySet     = server("gateway.change", Administer)
	UserList       = server("user.list", Administer)
	UserCreate     = server("user.create", Administer)
	UserChange     = server("user.change", Administer)
	UserLink       = server("user.link", Administer)
	SettingsShow   = server("settings.show", Administer)
	SettingsChange = server("settings.change", Administer)
	AuditShow      = server("audit.show", Administer)
	MetricsShow    = server("server.metrics", Administer)
	GroupCreate    = server("group.create", Administer)
	GroupList      = server("group.list", Administer)
	GroupChange    = server("group.change", Administer)
	GroupRemove    = server("group.remove", Administer)
	GroupShow      = group("group.show", See)
	GroupMembers   = group("group.members", Lead)
	GroupOwn       = self("group.own")
	SelfShow       = self("self.show")
	SignOut        = self("session.signout")
	PasswordChange = self("self.password")
	SignInList     = self("session.list")
	SignInEnd      = self("session.end")
	TokenList      = self("token.list")
	TokenCreate    = self("token.create")
	TokenRevoke    = self("token.revoke")
)
