package auth

// Touched is what a change can change rights on: everything below some nodes, all
// that a principal reaches or is capped on, or everything.
type Touched struct {
	Nodes     []ID
	Principal PrincipalID
	All       bool
}

// Effect is what a change would do to whom.
type Effect struct {
	Gains, Losses Side
	// Notes counts those on which anybody gains or loses anything.
	Notes int
	// Outputs counts results of runs that somebody would see who does not now.
	Outputs int
	// Opened lists the notes that somebody could read who cannot now, at most a few
	// thousand of them.
	Opened []ID
	// Truncated tells that not all was looked at: numbers are too low.
	Truncated bool
}

// Side are those who gain, or those who lose.
type Side struct {
	// People counts enabled users, listed or not.
	People int
	// Readers counts those of them who gain or lose reading.
	Readers int
	// Listed are users by name, links, and Everyone for those who have nothing but
	// what everyone has.
	Listed []Affected
	// Everyone is what all who are signed in gain or lose, if they are among them.
	Everyone Actions
}

// Affected is somebody who gains or loses.
type Affected struct {
	Person      PrincipalID
	Kind        string
	Name        string
	DisplayName string
	// Actions are those gained or lost on any note, Notes counts where.
	Actions Actions
	Notes   int
}
