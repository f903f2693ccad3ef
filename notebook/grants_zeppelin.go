package notebook

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
)

// everyoneName is the reserved name of all who are signed in.
const everyoneName = "everyone"

// ZeppelinLists are a note's permissions as Zeppelin's clients put and get them:
// names of users and groups. An empty list opens its level, and the ones below, to
// everybody.
type ZeppelinLists struct{ Owners, Writers, Runners, Readers []string }

// levels returns the lists, highest first, as auth.Roles are.
func (l *ZeppelinLists) levels() [4]*[]string {
	return [...]*[]string{&l.Owners, &l.Writers, &l.Runners, &l.Readers}
}

// ZeppelinView tells undated grants to users, groups and everyone as Zeppelin's
// lists. A level that everyone holds is empty. Another one has the names that were
// granted exactly that role, or if there are none those of the nearest higher
// level, so that it is not empty, which would open it.
func ZeppelinView(own []Granted) ZeppelinLists {
	view := ZeppelinLists{Owners: []string{}, Writers: []string{}, Runners: []string{}, Readers: []string{}}
	open := auth.NoRole
	for _, g := range own {
		if g.Principal.ID == auth.Everyone && g.undated() {
			open = max(open, g.Role)
		}
	}
	var above []string
	for i, list := range view.levels() {
		role := auth.Roles[i]
		if role <= open {
			break
		}
		for _, g := range own {
			if g.undated() && g.Role == role && (g.Principal.Kind == "user" || g.Principal.Kind == "group") {
				*list = append(*list, g.Principal.Name)
			}
		}
		if len(*list) == 0 {
			*list = slices.Clone(above)
		}
		slices.Sort(*list)
		above = *list
	}
	return view
}

// FromZeppelin returns the grants that a PUT of lists means. As in Zeppelin names
// are trimmed, blank ones dropped, and where a level has names every higher level
// without any gets the caller's. A level that then still has none, or names
// everyone, is everyone's; so are those below it.
func FromZeppelin(put ZeppelinLists, caller string) []GrantWish {
	lists := put.normalised(caller)
	var wishes []GrantWish
	for i, list := range lists.levels() {
		role := auth.Roles[i]
		if len(*list) == 0 || slices.ContainsFunc(*list, isEveryone) {
			return append(wishes, GrantWish{ID: auth.Everyone, Role: role})
		}
		for _, name := range *list {
			wishes = append(wishes, GrantWish{Name: name, Role: role})
		}
	}
	return wishes
}

func isEveryone(name string) bool { return strings.EqualFold(name, everyoneName) }

// normalised follows Zeppelin's NotebookRestApi.putNotePermissions.
func (l *ZeppelinLists) normalised(caller string) ZeppelinLists {
	var n ZeppelinLists
	named := false // a lower level has names
	for i := len(auth.Roles) - 1; i >= 0; i-- {
		list := n.levels()[i]
		for _, name := range *l.levels()[i] {
			if name = strings.TrimSpace(name); name != "" && !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
		if len(*list) == 0 && named {
			*list = []string{caller}
		}
		named = named || len(*list) > 0
	}
	return n
}

// ZeppelinGrants returns a note's own grants as Zeppelin's lists.
func (t *Tree) ZeppelinGrants(ctx context.Context, id ID) (ZeppelinLists, error) {
	g, err := t.grants(ctx, id)
	return ZeppelinView(g.Own), err
}

// SetZeppelinGrants replaces a note's own undated grants to users, groups and
// everyone by what the lists mean; links, dated and inherited grants stay. It fails
// as SetGrants does, but never as Stale.
func (t *Tree) SetZeppelinGrants(ctx context.Context, id ID, put ZeppelinLists) error {
	a, err := auth.ActorFrom(ctx)
	if err != nil {
		return err
	}
	c := GrantChange{Version: anyVersion, Grants: FromZeppelin(put, a.Name)}
	_, err = t.setGrants(ctx, id, c, exactly)
	return err
}
