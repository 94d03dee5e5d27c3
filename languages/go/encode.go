package loop

import (
	"bytes"
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"unicode/utf8"
)

// encoder appends JSON as encoding/json makes it, in a fraction of the time: on one line, keys sorted, and with <, > and
// & as they are.
type encoder struct {
	out   []byte
	ahead func(json []byte) []byte
	// members are those of the objects that are being written, the innermost last: one slice for all of them.
	members []member
	// keys are those of the last object of a size, sorted.
	keys [16][]string
}

type member struct {
	key   string
	value any
}

// aheadBytes of a long result are worth sending: the launcher reads them while the rest is being made.
const aheadBytes = 32 << 10

// appendResult hands what there is of a long result to ahead, if any, which returns the room to go on in.
func appendResult(to []byte, value any, ahead func([]byte) []byte) ([]byte, error) {
	e := encoder{out: to, ahead: ahead}
	err := e.value(value, 0)
	return e.out, err
}

func (e *encoder) value(value any, depth int) error {
	if depth > deepest {
		// It knows values that hold themselves.
		return e.other(value)
	}
	switch value := value.(type) {
	case nil:
		e.out = append(e.out, "null"...)
	case bool:
		e.out = strconv.AppendBool(e.out, value)
	case string:
		e.out = appendString(e.out, value)
	case float64:
		return e.number(value)
	case int:
		e.out = strconv.AppendInt(e.out, int64(value), 10)
	case map[string]any:
		return e.object(value, depth)
	case []any:
		return e.array(value, depth)
	default:
		return e.other(value)
	}
	return nil
}

func (e *encoder) object(object map[string]any, depth int) error {
	if object == nil {
		return e.value(nil, depth)
	}
	start := len(e.members)
	if !e.openAsLast(object) {
		e.open(object)
	}
	end := len(e.members)
	e.out = append(e.out, '{')
	for i := start; i < end; i++ {
		if i > start {
			e.out = append(e.out, ',')
		}
		each := e.members[i]
		e.out = append(appendString(e.out, each.key), ':')
		if err := e.value(each.value, depth+1); err != nil {
			return err
		}
		e.sendAhead()
	}
	e.out = append(e.out, '}')
	e.members = e.members[:start]
	return nil
}

// openAsLast finds the members of an object that has the keys of the last one of its size, as those of a list mostly do.
func (e *encoder) openAsLast(object map[string]any) bool {
	start := len(e.members)
	for _, key := range e.keys[len(object)%len(e.keys)] {
		value, has := object[key]
		if !has {
			break
		}
		e.members = append(e.members, member{key, value})
	}
	if len(e.members)-start == len(object) {
		return true
	}
	e.members = e.members[:start]
	return false
}

// open sorts the members of an object.
func (e *encoder) open(object map[string]any) {
	start := len(e.members)
	for key, value := range object {
		e.members = append(e.members, member{key, value})
	}
	members := e.members[start:]
	sortMembers(members)
	keys := e.keys[len(object)%len(e.keys)][:0]
	for _, each := range members {
		keys = append(keys, each.key)
	}
	e.keys[len(object)%len(e.keys)] = keys
}

// sortMembers inserts few, and lets the library sort many.
func sortMembers(members []member) {
	if len(members) > 16 {
		sort.Slice(members, func(i, j int) bool { return members[i].key < members[j].key })
		return
	}
	for i := 1; i < len(members); i++ {
		for j := i; j > 0 && members[j].key < members[j-1].key; j-- {
			members[j], members[j-1] = members[j-1], members[j]
		}
	}
}

func (e *encoder) array(array []any, depth int) error {
	if array == nil {
		return e.value(nil, depth)
	}
	e.out = append(e.out, '[')
	for i, value := range array {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		if err := e.value(value, depth+1); err != nil {
			return err
		}
		e.sendAhead()
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *encoder) sendAhead() {
	if len(e.out) >= aheadBytes && e.ahead != nil {
		e.out = e.ahead(e.out)
	}
}

// number is written as ECMAScript does, which is what encoding/json does.
func (e *encoder) number(number float64) error {
	size := math.Abs(number)
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return e.other(number)
	}
	if whole := int64(number); size < 1e15 && float64(whole) == number && (whole != 0 || !math.Signbit(number)) {
		e.out = strconv.AppendInt(e.out, whole, 10)
		return nil
	}
	if size == 0 || 1e-6 <= size && size < 1e21 {
		e.out = strconv.AppendFloat(e.out, number, 'f', -1, 64)
		return nil
	}
	e.out = strconv.AppendFloat(e.out, number, 'e', -1, 64)
	// e-09 is e-9.
	if last := len(e.out) - 1; e.out[last-3] == 'e' && e.out[last-1] == '0' {
		e.out = append(e.out[:last-1], e.out[last])
	}
	return nil
}

const hex = "0123456789abcdef"

func appendString(to []byte, text string) []byte {
	to = append(to, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			to = appendEscape(append(to, text[start:i]...), c)
			i++
			start = i
			continue
		}
		char, size := utf8.DecodeRuneInString(text[i:])
		if char == utf8.RuneError && size == 1 {
			to = append(append(to, text[start:i]...), `\ufffd`...)
			start = i + size
		} else if char == '\u2028' || char == '\u2029' {
			to = append(append(to, text[start:i]...), `\u202`...)
			to = append(to, hex[char&0xf])
			start = i + size
		}
		i += size
	}
	to = append(to, text[start:]...)
	return append(to, '"')
}

func appendEscape(to []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(to, '\\', c)
	case '\b':
		return append(to, '\\', 'b')
	case '\f':
		return append(to, '\\', 'f')
	case '\n':
		return append(to, '\\', 'n')
	case '\r':
		return append(to, '\\', 'r')
	case '\t':
		return append(to, '\\', 't')
	default:
		return append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
	}
}

// other lets encoding/json do what it alone can do.
func (e *encoder) other(value any) error {
	buffer := bytes.NewBuffer(e.out)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	e.out = bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	return nil
}
