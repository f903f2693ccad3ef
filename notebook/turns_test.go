package notebook

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEverybodyComesInTurn(t *testing.T) {
	var q turns[string]
	take := func() string {
		one, _ := q.next()
		return one
	}
	for _, one := range []string{"a1", "a2", "a3", "a4"} {
		q.add(1, one)
	}
	require.Equal(t, "a1", take())
	q.add(2, "b1") // later, but a had the last turn
	q.add(2, "b2")
	q.add(3, "c1")
	require.Equal(t, []string{"b1", "c1", "a2", "b2", "a3", "a4"}, q.inOrder())
	q.remove(1, "a3")
	q.remove(3, "c1")
	var got []string
	for _, want := range q.inOrder() {
		one := take()
		require.Equal(t, want, one, "the order that was told is the order that comes")
		got = append(got, one)
	}
	require.Equal(t, []string{"b1", "a2", "b2", "a4"}, got)
	require.True(t, q.empty())
	_, ok := q.next()
	require.False(t, ok)
}
