package loop

import "strings"

// keys has those of the objects that were read: the same ones come again and again, mostly in the same order. They are
// compared instead of read, and are texts of their own, which keep no line alive.
type keys struct {
	known map[string]*key
	last  *key
}

type key struct {
	text string
	// written is how it stands in JSON, with the colon.
	written string
	// next is what came after it the last time.
	next *key
}

const (
	mostKeys   = 1024
	longestKey = 64
)

var known = keys{map[string]*key{}, &key{}}

// expected is the key at the beginning of JSON, if it is the one that came next the last time.
func (k *keys) expected(json string) *key {
	next := k.last.next
	if next == nil || !strings.HasPrefix(json, next.written) {
		return nil
	}
	k.last = next
	return next
}

// keep makes a key the expected one. What it returns is equal.
func (k *keys) keep(text, written string) string {
	found := k.known[written]
	if found == nil {
		if len(k.known) == mostKeys || len(written) > longestKey {
			return text
		}
		found = &key{text: strings.Clone(text), written: strings.Clone(written)}
		k.known[found.written] = found
	}
	k.last.next, k.last = found, found
	return found.text
}
