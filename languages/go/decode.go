package loop

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decoder makes of JSON what encoding/json does, in a fraction of the time. It gives up where encoding/json would say
// what is wrong, or do something that is rarely needed.
//
// Its texts are parts of one copy of the line. They keep that alive, which is less than making each of them costs.
type decoder struct {
	text string
	at   int
}

const deepest = 1000

// value reads one value. White space before it has been passed over.
func (d *decoder) value(depth int) (any, bool) {
	switch d.peek() {
	case '{':
		return d.object(depth)
	case '[':
		return d.array(depth)
	case '"':
		return d.string()
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		return d.number()
	}
}

func (d *decoder) object(depth int) (any, bool) {
	d.at++
	object := map[string]any{}
	for isFirst := true; depth < deepest; isFirst = false {
		key, isMember := d.key(isFirst)
		if !isMember {
			return object, d.skipByte('}')
		}
		value, ok := d.value(depth + 1)
		if !ok {
			break
		}
		object[key] = value
	}
	return nil, false
}

// key passes over all that stands between two values of an object; false: there is no further one.
func (d *decoder) key(isFirst bool) (string, bool) {
	if d.peek() == '}' || !isFirst && !d.skipByte(',') {
		return "", false
	}
	d.peek()
	key, ok := d.string()
	if !ok || !d.take(':') {
		// Not at the end of an object either.
		d.at = len(d.text)
		return "", false
	}
	d.peek()
	return key, true
}

func (d *decoder) array(depth int) (any, bool) {
	d.at++
	array := []any{}
	if d.take(']') {
		return array, true
	}
	for depth < deepest {
		value, ok := d.value(depth + 1)
		if !ok {
			break
		}
		array = append(array, value)
		if !d.take(',') {
			return array, d.take(']')
		}
	}
	return nil, false
}

func (d *decoder) string() (string, bool) {
	if d.at >= len(d.text) || d.text[d.at] != '"' {
		return "", false
	}
	start := d.at + 1
	isASCII := true
	for at := start; at < len(d.text); at++ {
		switch c := d.text[at]; {
		case c == '"':
			d.at = at + 1
			found := d.text[start:at]
			return found, isASCII || utf8.ValidString(found)
		case c == '\\':
			d.at = at
			return d.escaped(start)
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			isASCII = false
		}
	}
	return "", false
}

// escaped goes on with a string from its first backslash.
func (d *decoder) escaped(start int) (string, bool) {
	found := append(make([]byte, 0, d.at-start+32), d.text[start:d.at]...)
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			return string(found), utf8.Valid(found)
		case c == '\\':
			char, ok := d.escape()
			if !ok {
				return "", false
			}
			found = utf8.AppendRune(found, char)
		case c < ' ':
			return "", false
		default:
			found = append(found, c)
			d.at++
		}
	}
	return "", false
}

var escapes = [256]rune{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

func (d *decoder) escape() (rune, bool) {
	if d.at+1 >= len(d.text) {
		return 0, false
	}
	if char := escapes[d.text[d.at+1]]; char != 0 {
		d.at += 2
		return char, true
	}
	first, ok := d.unit()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	second, ok := d.unit()
	char := utf16.DecodeRune(first, second)
	return char, ok && char != utf8.RuneError
}

// unit reads \uXXXX.
func (d *decoder) unit() (rune, bool) {
	if d.at+6 > len(d.text) || d.text[d.at:d.at+2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(d.text[d.at+2:d.at+6], 16, 16)
	d.at += 6
	return rune(unit), err == nil
}

// mostExact digits make a number that float64 holds as it is.
const mostExact = 15

func (d *decoder) number() (any, bool) {
	start := d.at
	d.skipByte('-')
	first := d.at
	whole := d.digits()
	count := d.at - first
	if count == 0 || count > 1 && d.text[first] == '0' {
		return nil, false
	}
	isInteger := true
	if d.skipByte('.') {
		isInteger = false
		if before := d.at; d.digits() == 0 && d.at == before {
			return nil, false
		}
	}
	if d.skipByte('e') || d.skipByte('E') {
		isInteger = false
		if !d.skipByte('-') {
			d.skipByte('+')
		}
		if before := d.at; d.digits() == 0 && d.at == before {
			return nil, false
		}
	}
	if isInteger && count <= mostExact {
		if first > start {
			return math.Copysign(float64(whole), -1), true
		}
		return float64(whole), true
	}
	number, err := strconv.ParseFloat(d.text[start:d.at], 64)
	return number, err == nil
}

// digits reads as many as there are; what they amount to may have overflown.
func (d *decoder) digits() int64 {
	var number int64
	for ; d.at < len(d.text) && '0' <= d.text[d.at] && d.text[d.at] <= '9'; d.at++ {
		number = number*10 + int64(d.text[d.at]-'0')
	}
	return number
}

// skip passes over a value that somebody else is going to read.
func (d *decoder) skip() bool {
	for depth := 0; ; {
		switch d.peek() {
		case 0:
			return false
		case '{', '[':
			depth++
			d.at++
		case '}', ']':
			depth--
			d.at++
		case '"':
			if _, ok := d.string(); !ok {
				return false
			}
		case ',', ':':
			d.at++
			continue
		default:
			d.skipScalar()
		}
		if depth <= 0 {
			return depth == 0
		}
	}
}

func (d *decoder) skipScalar() {
	for ; d.at < len(d.text); d.at++ {
		switch d.text[d.at] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return
		}
	}
}

func (d *decoder) isAtEnd() bool {
	return d.peek() == 0 && d.at == len(d.text)
}

// peek passes over white space. 0 stands for the end.
func (d *decoder) peek() byte {
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take passes over a byte if it comes next, and the white space before it.
func (d *decoder) take(c byte) bool {
	d.peek()
	return d.skipByte(c)
}

func (d *decoder) skipByte(c byte) bool {
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

func (d *decoder) word(word string) bool {
	if len(d.text)-d.at < len(word) || d.text[d.at:d.at+len(word)] != word {
		return false
	}
	d.at += len(word)
	return true
}
