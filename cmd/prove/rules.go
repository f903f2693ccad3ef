package main

// What is broken, and which tests are to notice it: quick ones first.

var (
	rule    = [][]string{{"./auth"}, agree}
	agree   = []string{"./store/prove", "-run", "TheRuleIsTheSame"}
	listed  = []string{"./store/prove", "-run", "Lists"}
	shown   = []string{"./notebook", "-run", "Lists|Shared|Scratch|Trash|ShowStops|ANodeTells|Restore|SearchHits|SearchKeeps"}
	lists   = [][]string{listed, shown}
	inSQL   = [][]string{agree, listed, {"./store", "-run", "Identit|Chain|Guest|Epoch"}, {"./auth/account", "-run", "OwnerRole|Leaders"}}
	doors   = []string{"./notebook", "-run", "OperationsBy"}
	gates   = [][]string{{"./auth"}, standing, {"./socket"}, {"./auth/account", "-run", "Prolonged|Expires|Disabling"}}
	checks  = [][]string{{"./auth"}, {"./auth/account", "-run", "Leaders|Caps|Only|Token|MyGroups|Operator"}, doors}
	asks    = [][]string{{"./notebook", "-run", "Request"}, listed}
	people  = [][]string{{"./auth/account", "-run", "Search"}}
	keeping = [][]string{own, keeper, {"./socket", "-run", "Own|Forty|AWriterForAWhile"}}
	keeper  = []string{"./notebook", "-run", "Rights|Repeat|Runners|Earlier|Subscribers|Operations"}
	own     = []string{"./notebook", "-run", "Own|Whose|View|Paragraph|ListOfRuns|Public|Export|CancellingTouches|LostRight"}

	standing = []string{"./socket", "-run", "Taken|Rights|SignIn|Unconfirmed|HeldBack|Ended|Began|Idle"}
	leaving  = [][]string{standing, {"./socket"}, {"./cmd/quire", "-run", "EveryFrame|WhoHears"}}
	queueing = [][]string{{"./socket", "-run", "Queue"}, {"./socket"}}
)

// conditions are the files of the rule, and of where something comes in or leaves.
var conditions = []branched{
	{"auth/decide.go", nil, rule},
	{"auth/role.go", []string{"Has"}, rule},
	{"auth/check.go", nil, checks},
	{"auth/guest.go", nil, checks},
	{"auth/pass.go", nil, gates},
	{"auth/gate.go", nil, gates},
	{"notebook/view.go", nil, keeping},
	{"notebook/kernelmode.go", []string{"own"}, [][]string{own}},
	{"notebook/keeper_commit.go", []string{"check", "append"}, keeping},
	{"notebook/service_runs.go", []string{"checkKernels", "checkOutput", "dropForbidden"}, [][]string{own, keeper, {"./notebook", "-run", "Cancel|Right|Disabled"}}},
	{"notebook/exported.go", []string{"Export"}, [][]string{own}},
	{"socket/standing.go", nil, leaving},
	{"socket/carets.go", []string{"pass"}, leaving},
	{"socket/frame.go", []string{"pick"}, leaving},
	{"socket/write.go", []string{"send", "see", "lookAround", "doubt", "again", "putAbout"}, leaving},
	{"socket/netconn.go", []string{"Write"}, leaving},
	{"socket/subscription.go", []string{"news", "deliver"}, leaving},
	{"socket/room.go", []string{"tell", "tellOwners", "item", "identify"}, leaving},
	{"socket/room_runs.go", []string{"entered", "forget", "moved", "learn", "run"}, leaving},
	{"socket/watching.go", []string{"update"}, leaving},
	{"socket/queue.go", []string{"drop", "older"}, queueing},
	{"socket/personal.go", []string{"tabs"}, leaving},
}
