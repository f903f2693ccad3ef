package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteSize is a number of bytes as people write it: 5GiB, 500 MB, 1024.
type byteSize int64

// units are the powers of 1024 and of 1000, as the names say (IEC 80000-13).
var units = map[string]float64{
	"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	"k": 1e3, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteSize) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	unit, known := units[strings.ToLower(s[len(digits):])]
	if err != nil || !known || n < 0 || n*unit > math.MaxInt64/2 {
		return fmt.Errorf("%q is not a size such as 5GiB or 500MB", s)
	}
	*b = byteSize(n * unit)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (b byteSize) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(b), 10), nil }
