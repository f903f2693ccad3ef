package main

// equivalents are mutants that are not wrong.
var equivalents = []equivalent{
	{"auth/decide.go", "highest: without its first part: !likely.has(g.Principal) || !contains(principals, g.Principal)",
		"the sieve is for speed: what it lets through is looked up"},
	{"auth/decide.go", "highest: >= for >: g.Role > role", "the same role once more is the same role"},
	{"auth/guest.go", "checkGuest: without its first part: err != nil || !who.Guest", "an error comes without an identity, which is no guest's; it is returned either way"},
	{"auth/gate.go", "remember: without its first part: at < g.view.epoch || at < g.epoch.Load()", "the gate's epoch is never lower than the view's"},
	{"auth/gate.go", "remember: without its second part: at < g.view.epoch || at < g.epoch.Load()", "a view of another epoch than the gate's answers nothing"},
	{"auth/gate.go", "remember: >= for >: len(g.view.chains)+len(g.view.identities)+len(g.view.users) > maxRemembered", "it bounds memory, to one more or less"},
	{"store/records.go", "others' links are read", "for speed: who is not asked for is joined with nobody"},
	{"store/records.go", "links held twice", "one holds a link once, by its primary key"},
	{"store/records.go", "removed accounts are signed in", "accounts are disabled and never removed; links and groups are"},
	{"store/records.go", "the operator acts as removed accounts", "likewise"},
	{"store/records.go", "grants that are over are read", "for speed: auth.Decide looks at the end itself"},
	{"notebook/keeper_commit.go", "append: without its first part: !ok || !allowed.Has(op.Action())", "a pass that does not stand has no actions"},
	{"socket/carets.go", "pass: without its first part: ok && actions.Has(auth.NoteCaret.Action())", "likewise"},
	{"socket/standing.go", "standingOf: without its first part: ok && actions.Has(auth.Read)", "likewise"},
	{"socket/standing.go", "identity: without its first part: err == nil && !who.Until.IsZero()", "an error comes without an identity, which has no end"},
	{"socket/subscription.go", "news: without its first part: !sub.started || actions == sub.told && !sub.elsewhere",
		"a subscription is looked at, and has frames that wait, only once it has started"},
	{"socket/room_runs.go", "learn: without its first part: !ok || known.run != run.ID", "what is not known has no run, which is no run's id"},
	{"socket/watching.go", "update: without its second part: w.stopped || len(w.paragraphs) == 0 && len(w.feeds) == 0", "for speed: then there is nothing to start or to stop"},
	{"socket/write.go", "send: without its second part: sent || err != nil", "what fails was not left out, and so counts as sent"},
	{"socket/write.go", "again: without its first part: w.due || w.held != nil", "what waits while notes are to be looked at again is held back as well"},
	{"socket/subscription.go", "deliver: without its first part: ok && caret.Presence.Tab == sub.c.tab", "what is no caret is nobody's"},
	{"socket/room_runs.go", "learn: without its first part: ok && known.seq > seq", "what is not known is of no entry, and none is before that"},
}
