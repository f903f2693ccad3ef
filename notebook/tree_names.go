package notebook

import (
	"context"
	"fmt"
	"unicode/utf8"

	"quire/auth/fault"
)

// checkFree refuses a name that something in the folder has.
func checkFree(ctx context.Context, tx TreeTx, parent ID, name string) error {
	child, err := tx.Child(ctx, parent, name)
	if err == nil && child != nil {
		err = errNameTaken(name)
	}
	return err
}

// maxNumbered is how many equal names are told apart by numbers.
const maxNumbered = 1000

// freeName returns the name, or the first of "name (2)", "name (3)", … that is
// free.
func freeName(ctx context.Context, tx TreeTx, parent ID, name string) (string, error) {
	for i := 1; i <= maxNumbered; i++ {
		try := name
		if i > 1 {
			try = withSuffix(name, fmt.Sprintf(" (%d)", i))
		}
		child, err := tx.Child(ctx, parent, try)
		if err != nil || child == nil {
			return try, err
		}
	}
	return "", fault.New(fault.Conflict, "There are %d things called “%s” there already.", maxNumbered, name)
}

// withSuffix appends to a name and shortens it where it would become too long.
func withSuffix(name, suffix string) string {
	r := []rune(name)
	most := MaxNodeName - utf8.RuneCountInString(suffix)
	return string(r[:min(len(r), most)]) + suffix
}
