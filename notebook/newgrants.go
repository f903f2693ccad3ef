package notebook

import "quire/auth"

// seenBy is who a new node is for.
type seenBy uint8

const (
	byDefault        seenBy = iota // as the server's default says at the top; as the folder says in one
	byEveryone                     // everyone may write it
	byMaker                        // nobody but its maker
	byMakerAndFolder               // its maker, and whoever the folder gives something
)

// given is what the first node that is made gets.
type given struct {
	maker  auth.PrincipalID
	grants []GrantRow // the first makes its maker owner
	closed bool
}

// givenTo follows docs/decisions/new-notes.md. A folder always carries grants, so
// that the default counts only at the top. What is its maker's alone there has all
// four roles as grants, as Zeppelin writes it; inside a folder it is closed.
func givenTo(maker auth.PrincipalID, seen seenBy, public, top bool) given {
	g := given{maker: maker, grants: []GrantRow{{Principal: maker, Role: auth.Owner}}}
	if seen == byDefault && top {
		seen = byMaker
		if public {
			seen = byEveryone
		}
	}
	switch {
	case seen == byEveryone:
		g.grants = append(g.grants, GrantRow{Principal: auth.Everyone, Role: auth.Writer})
	case seen == byMaker && top:
		for _, role := range []auth.Role{auth.Writer, auth.Runner, auth.Reader} {
			g.grants = append(g.grants, GrantRow{Principal: maker, Role: role})
		}
	case seen == byMaker:
		g.closed = true
	}
	return g
}
