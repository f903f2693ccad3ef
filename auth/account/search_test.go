package account_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/account"
	"quire/auth/fault"
)

func TestSearchPeople(t *testing.T) {
	w := newWorld(t)
	ana := w.user(t, account.Invitation{Name: "ana", DisplayName: "Ana Silva"})
	off := w.named(t, "anton")
	w.user(t, account.Invitation{Name: "x_y%z", DisplayName: "Percy"})
	crew := w.group(t, "Anchors")
	gone := w.group(t, "ancient")
	require.NoError(t, w.RemoveGroup(operator(t), gone.ID))
	_, err := w.ChangeUser(operator(t), off.ID, account.UserChange{Disabled: ptr(true)})
	require.NoError(t, err)
	ctx := w.as(t, ana.Secret)
	for prefix, want := range map[string][]string{
		"an": {"ana", "Anchors"}, "AN": {"ana", "Anchors"}, "ａｎａ": {"ana"}, "sil": {"ana"}, "ana s": {"ana"},
		"x_": {"x_y%z"}, "%": {}, "_": {}, "na": {}, "every": {}, `\`: {}, "anton": {},
	} {
		found, err := w.SearchPeople(ctx, prefix, 0)
		require.NoError(t, err)
		require.Equal(t, want, foundNames(found), "%q", prefix)
	}
	found, err := w.SearchPeople(ctx, "anch", 0)
	require.NoError(t, err)
	require.Equal(t, []account.PersonOrGroup{{ID: crew.ID, Kind: "group", Name: "Anchors"}}, found)
	_, err = w.SearchPeople(t.Context(), "a", 0)
	requireCode(t, fault.Unauthenticated, err)
}

func TestASearchFindsNoMoreThanItsLimit(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		w.group(t, fmt.Sprintf("group %02d", i))
	}
	for limit, want := range map[int]int{0: 8, -1: 8, 3: 3, 1000: 50} {
		found, err := w.SearchPeople(operator(t), "group", limit)
		require.NoError(t, err)
		require.Len(t, found, want)
	}
}

func foundNames(people []account.PersonOrGroup) []string {
	list := []string{}
	for _, p := range people {
		list = append(list, p.Name)
	}
	return list
}
