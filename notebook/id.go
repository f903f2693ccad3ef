package notebook

import "quire/auth"

// ID identifies a node or a run.
type ID = auth.ID
