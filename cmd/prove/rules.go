package main

// What is broken, and which tests are to notice it: quick ones first.

var (
	rule    = [][]string{{"./auth"}, agree}
	agree   = []string{"./store/prove", "-run", "TheRuleIsTheSame"}
	listing = []string{"./store/prove", "-run", "Lists"}
	shown   = []string{"./notebook", "-run", "Lists|Shared|Scratch|Trash|ShowStops|ANodeTells|Restore|SearchHits|SearchKeeps"}
	lists   = [][]string{listing, shown}
	facts   = [][]string{agree, {"./store", "-run", "Identit|Chain|Guest|Epoch"}, listing, {"./auth/account", "-run", "OwnerRole|Leaders"}}
	doors   = []string{"./notebook", "-run", "OperationsBy"}
	gates   = [][]string{{"./auth"}, standing, {"./socket"}, {"./auth/account", "-run", "Prolonged|Expires|Disabling"}}
	checks  = [][]string{{"./auth"}, {"./auth/account", "-run", "Leaders|Caps|Only|Token|MyGroups|Operator"}, doors}
	asks    = [][]string{{"./notebook", "-run", "Request"}, listing}
	places  = [][]string{{"./notebook", "-run", "Closed|Move|Folders|OperationsBy|Grants"}}
	reaches = [][]string{{"./notebook", "-run", "Reach"}}
	people  = [][]string{{"./auth/account", "-run", "Search"}}
	viewing = [][]string{{"./notebook", "-run", "View"}, own, keeper, {"./socket", "-run", "Own|Forty|ForAWhile"}}
	keeping = [][]string{own, keeper, {"./socket", "-run", "Own|Forty|ForAWhile"}}
	keeper  = []string{"./notebook", "-run", "Rights|Repeat|Runners|Earlier|Subscribers|Operations"}
	own     = []string{"./notebook", "-run", "Own|Whose|KernelsOf|View|Paragraph|ListOfRuns|Public|Export|CancellingTouches|LostRight"}

	// Of the sockets first what needs no database and waits for nothing.
	quick    = []string{"./socket", "-skip", "Idle|Leaves|Unconfirmed|HeldBack|TheEndOfANote|TakenAway|Grant|Forty|ForAWhile|Request|Revoked|Real|Piece|Stream|Status|Hints|Small|Pings|Widget"}
	standing = []string{"./socket", "-run", "Taken|Leaves|TheEndOfANote|Rights|SignIn|Unconfirmed|HeldBack|Ended|Began|Idle"}
	leaving  = [][]string{quick, standing, {"./socket"}, {"./cmd/quire", "-run", "EveryFrame|WhoHears"}}
	queueing = [][]string{quick, {"./socket"}}
)

// conditions are the files of the rule, and of where something comes in or leaves.
var conditions = []branched{
	{inGo, "auth/decide.go", nil, rule},
	{inGo, "auth/role.go", []string{"Has"}, rule},
	{inGo, "auth/check.go", nil, checks},
	{inGo, "auth/guest.go", nil, checks},
	{caches, "auth/pass.go", nil, gates},
	{caches, "auth/gate.go", nil, gates},
	{outgoing, "notebook/view.go", nil, viewing},
	{outgoing, "notebook/kernelmode.go", []string{"own"}, [][]string{own}},
	{outgoing, "notebook/keeper_commit.go", []string{"check", "append"}, keeping},
	{outgoing, "notebook/service_runs.go", []string{"checkKernels", "checkOutput", "dropForbidden"}, [][]string{own, keeper, {"./notebook", "-run", "Cancel|Right|Disabled"}}},
	{outgoing, "notebook/exported.go", []string{"Export"}, [][]string{own}},
	{outgoing, "socket/standing.go", nil, leaving},
	{outgoing, "socket/carets.go", []string{"pass"}, leaving},
	{outgoing, "socket/frame.go", []string{"pick"}, leaving},
	{outgoing, "socket/write.go", []string{"send", "see", "lookAround", "doubt", "again", "putAbout"}, leaving},
	{outgoing, "socket/netconn.go", []string{"Write"}, leaving},
	{outgoing, "socket/subscription.go", []string{"news", "deliver"}, leaving},
	{outgoing, "socket/room.go", []string{"tell", "tellOwners", "item", "identify"}, leaving},
	{outgoing, "socket/room_runs.go", []string{"entered", "forget", "moved", "learn", "run"}, leaving},
	{outgoing, "socket/watching.go", []string{"update"}, leaving},
	{caches, "socket/queue.go", []string{"drop", "older"}, queueing},
	{outgoing, "socket/personal.go", []string{"tabs"}, leaving},
}
