package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"quire/auth"
)

// registerTypes teaches a connection that auth.ID is a uuid and auth.PrincipalID
// a bigint, alone and in slices, as arguments and as targets. For both the zero
// value is NULL: no node and no principal bears it. So a column that may be NULL
// needs no pointer, and comparing it with one that may be zero needs IS NOT
// DISTINCT FROM.
func registerTypes(_ context.Context, conn *pgx.Conn) error {
	m := conn.TypeMap()
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrapEncode}, m.TryWrapEncodePlanFuncs...)
	m.TryWrapScanPlanFuncs = append([]pgtype.TryWrapScanPlanFunc{wrapScan}, m.TryWrapScanPlanFuncs...)
	return nil
}

func wrapEncode(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	switch v := value.(type) {
	case auth.ID:
		return &encodePlan{}, asUUID(v), true
	case auth.PrincipalID:
		return &encodePlan{}, asInt8(v), true
	}
	return nil, nil, false
}

// encodePlan encodes the pgtype value that stands for an id.
type encodePlan struct{ next pgtype.EncodePlan }

func (p *encodePlan) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *encodePlan) Encode(value any, buf []byte) ([]byte, error) {
	switch v := value.(type) {
	case auth.ID:
		return p.next.Encode(asUUID(v), buf)
	default:
		return p.next.Encode(asInt8(v.(auth.PrincipalID)), buf)
	}
}

func asUUID(id auth.ID) pgtype.UUID { return pgtype.UUID{Bytes: id, Valid: !id.IsZero()} }

func asInt8(p auth.PrincipalID) pgtype.Int8 { return pgtype.Int8{Int64: int64(p), Valid: p != 0} }

func wrapScan(target any) (pgtype.WrappedScanPlanNextSetter, any, bool) {
	switch t := target.(type) {
	case *auth.ID:
		return &scanPlan{}, (*idTarget)(t), true
	case *auth.PrincipalID:
		return &scanPlan{}, (*principalTarget)(t), true
	}
	return nil, nil, false
}

// scanPlan scans into what an id is for pgtype.
type scanPlan struct{ next pgtype.ScanPlan }

func (p *scanPlan) SetNext(next pgtype.ScanPlan) { p.next = next }

func (p *scanPlan) Scan(src []byte, target any) error {
	switch t := target.(type) {
	case *auth.ID:
		return p.next.Scan(src, (*idTarget)(t))
	default:
		return p.next.Scan(src, (*principalTarget)(t.(*auth.PrincipalID)))
	}
}

type idTarget auth.ID

// ScanUUID implements pgtype.UUIDScanner.
func (t *idTarget) ScanUUID(v pgtype.UUID) error {
	*t = idTarget(v.Bytes) // zero for NULL
	return nil
}

type principalTarget auth.PrincipalID

// ScanInt64 implements pgtype.Int64Scanner.
func (t *principalTarget) ScanInt64(v pgtype.Int8) error {
	*t = principalTarget(v.Int64) // 0 for NULL
	return nil
}
