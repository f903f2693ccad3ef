package notebook

import (
	"fmt"
	"strings"
	"time"

	"quire/auth"
)

// turn words the changes that would turn the answer.
func (x *explainer) turn(e auth.Explanation) *AccessTurn {
	t := &AccessTurn{Changes: []AccessChange{}, Exact: e.Exact}
	var words []string
	for _, c := range e.Change {
		a := x.change(c)
		t.Changes = append(t.Changes, a)
		words = append(words, a.Words)
	}
	t.Words = strings.Join(words, ", and ") + "."
	t.Words = strings.ToUpper(t.Words[:1]) + t.Words[1:]
	return t
}

func (x *explainer) change(c auth.Change) AccessChange {
	a := AccessChange{Kind: string(c.Kind)}
	switch c.Kind {
	case auth.ChangeRevoke:
		a.Grant, a.Node = c.Grant.ID, x.place(c.Node)
		a.Words = fmt.Sprintf("take %s of %s on %s back", c.Grant.Role, x.called(c.Grant.Principal, true), x.where(c.Node))
	case auth.ChangeLeave:
		member, group := x.party(c.Membership.Member, false), x.party(c.Membership.Into, x.granted(c.Membership.Into))
		a.Member, a.Group = &member, &group
		a.Words = fmt.Sprintf("take %s out of %s", x.called(c.Membership.Member, false), x.called(c.Membership.Into, x.granted(c.Membership.Into)))
	case auth.ChangeClose:
		a.Node = x.place(c.Node)
		a.Words = fmt.Sprintf("close %s, so that only grants on it and below count", x.where(c.Node))
	case auth.ChangeEnable:
		a.Words = "enable the account"
	case auth.ChangeRestore:
		a.Node, a.Words = x.place(0), "restore it from the trash"
	case auth.ChangeLift:
		a.Cap = c.Cap.ID
		a.Words = fmt.Sprintf("lift the cap on %s", x.called(c.Cap.Group, x.Person == x.asker.User))
	case auth.ChangeScope:
		a.Words = "use a sign-in or token that may do this"
	case auth.ChangeGrant:
		a.Node, a.Role = x.place(c.Node), c.Role.String()
		a.Words = fmt.Sprintf("grant %s to %s, a group of theirs or everyone, on %s or a folder above that counts there", c.Role, x.called(x.Person, true), x.where(c.Node))
	}
	return a
}

// granted tells whether something in the chain was granted to the principal, which
// those who may ask see.
func (x *explainer) granted(p auth.PrincipalID) bool {
	for _, n := range x.Chain {
		for _, g := range n.Grants {
			if g.Principal == p {
				return true
			}
		}
	}
	return p == x.OwnerOfAll
}

// called is what somebody is called in a sentence.
func (x *explainer) called(p auth.PrincipalID, known bool) string {
	party := x.party(p, known)
	switch {
	case party.Hidden:
		return "a group you may not see"
	case party.Kind == "link":
		return fmt.Sprintf("the link “%s”", party.Name)
	case party.Kind == "everyone":
		return "everyone"
	case party.DisplayName != "":
		return party.DisplayName
	}
	return party.Name
}

// where is what a node of the chain is called in a sentence.
func (x *explainer) where(i int) string {
	if n := x.Nodes[i]; n.MayRead {
		return fmt.Sprintf("“%s”", n.Name)
	}
	return "a folder you may not read"
}

// sentence is the answer in one.
func (x *explainer) sentence(a AccessAnswer, e auth.Explanation) string {
	who := x.called(x.Person, true)
	may, verb := "may", a.Action
	if x.At.Before(x.Created) {
		return fmt.Sprintf("%s did not exist yet.", x.where(0))
	}
	past := x.past()
	if past {
		may = "could"
	}
	if a.Allowed {
		ways := len(a.Paths) + a.More
		return fmt.Sprintf("%s %s %s %s: in %s.%s", who, may, verb, x.where(0), plural(ways, "way"), x.doubt(a))
	}
	return fmt.Sprintf("%s %s not %s %s: %s.%s", who, may, verb, x.where(0), x.because(e), x.doubt(a))
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// because is the first reason of a no that would have been a yes without it.
func (x *explainer) because(e auth.Explanation) string {
	words := map[auth.Why]string{
		auth.WhyDisabled: "the account is disabled", auth.WhyTrashed: "it is in the trash, where only owners see it and nobody changes it",
		auth.WhyCapped: "a cap forbids it", auth.WhyScope: "the sign-in or token may not do this",
		auth.WhyTooLow: "what is granted is too low", auth.WhyNotYet: "what is granted begins later", auth.WhyEnded: "what was granted has ended",
		auth.WhyClosed: "what is granted above does not count here, because a folder or note on the way is closed",
		auth.WhyLeft:   "they have left the group it is granted to", auth.WhyRevoked: "it was taken back",
	}
	for _, why := range []auth.Why{auth.WhyDisabled, auth.WhyTrashed, auth.WhyCapped, auth.WhyScope, auth.WhyTooLow,
		auth.WhyNotYet, auth.WhyEnded, auth.WhyClosed, auth.WhyLeft, auth.WhyRevoked} {
		for _, i := range e.Ignored {
			if i.Why == why {
				return words[why]
			}
		}
	}
	return "nothing grants it"
}

func (x *explainer) past() bool { return !x.Now.IsZero() && x.At.Before(x.Now) }

// doubt says that a past answer rests on things as they are now.
func (x *explainer) doubt(a AccessAnswer) string {
	if len(a.Unsure) == 0 {
		return ""
	}
	return " This may not be how it was: " + strings.Join(a.Unsure, "; ") + "."
}

// unsure lists what has changed since a past moment of which no history is kept.
func (x *explainer) unsure(at time.Time) []string {
	words := map[string]string{
		"node.move": "it or a folder above it was moved since", "node.trash": "it or a folder above it was in the trash since",
		"node.restore": "it or a folder above it was restored from the trash since", "grants.change": "it or a folder above it was closed or opened since",
		"user.change": "the account was enabled or disabled since", "settings": "who owns everything was changed since",
	}
	list := []string{}
	for _, op := range x.Moved {
		if w := words[op]; w != "" && !at.IsZero() {
			list = append(list, w)
		}
	}
	return list
}
