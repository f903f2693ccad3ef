package server

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// asFile makes an answer a file to save. It never becomes a page of ours: it is an
// attachment, nothing may guess another type, and the policy lets nothing run.
func asFile(h http.Header, name, kind string) {
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
}

// disposition writes the name twice (RFC 6266, section 4.3): in ASCII for old
// programs, and as it is (RFC 8187).
func disposition(name string) string {
	name = safeName(name)
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || r == '"' || r == '%' {
			return '_'
		}
		return r
	}, name)
	var b strings.Builder
	for _, c := range []byte(name) {
		if c < 0x80 && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, b.String())
}

// maxFileName is how long a name may be on every system, in bytes.
const maxFileName = 200

// safeName is a name that every system can keep and that leads nowhere: what is
// special to one of them becomes "_".
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	for len(name) > maxFileName {
		cut := maxFileName
		for cut > 0 && name[cut]&0xC0 == 0x80 {
			cut--
		}
		name = name[:cut]
	}
	if name == "" {
		return "file"
	}
	return name
}
