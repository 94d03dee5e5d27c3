package loop

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

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
	found := append(d.unescaped[:0], d.text[start:d.at]...)
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			d.unescaped = found
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

func (d *decoder) number() (float64, bool) {
	start := d.at
	d.skipByte('-')
	first := d.at
	whole := d.digits()
	count := d.at - first
	if count == 0 || count > 1 && d.text[first] == '0' {
		return 0, false
	}
	isInteger := true
	if d.skipByte('.') {
		isInteger = false
		if before := d.at; d.digits() == 0 && d.at == before {
			return 0, false
		}
	}
	if d.skipByte('e') || d.skipByte('E') {
		isInteger = false
		if !d.skipByte('-') {
			d.skipByte('+')
		}
		if before := d.at; d.digits() == 0 && d.at == before {
			return 0, false
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
