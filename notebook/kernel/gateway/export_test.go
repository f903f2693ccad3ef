package gateway

import "time"

// Hurry has kernels looked after more often.
func (g *Gateway) Hurry(check, ping, silence time.Duration) {
	g.rhythm = rhythm{check, ping, silence}
}

// The framings, for round trips and for what no gateway would send.
var (
	EncodeV1     = encodeV1
	DecodeV1     = decodeV1
	EncodeLegacy = encodeLegacy
	DecodeLegacy = decodeLegacy
	ErrGarbage   = errGarbage
)
