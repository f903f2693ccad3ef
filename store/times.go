package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// nullTime is a time for which zero stands for NULL, as an argument and as a
// target. Times come out in UTC.
type nullTime struct{ time.Time }

// Scan implements sql.Scanner.
func (t *nullTime) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = v.UTC()
	default:
		return fmt.Errorf("%T is not a time", src)
	}
	return nil
}

// Value implements driver.Valuer.
func (t nullTime) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.Time, nil
}

// timeOrNull is a time in a slice of arguments, for which zero stands for NULL too.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
