package loop

import (
	"bytes"
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"unicode/utf8"
)

// appendResult appends JSON as encoding/json makes it, in a fraction of the time: on one line, keys sorted, and with
// <, > and & as they are.
func appendResult(to []byte, value any) ([]byte, error) {
	return appendValue(to, value, 0)
}

func appendValue(to []byte, value any, depth int) ([]byte, error) {
	if depth > deepest {
		// It knows values that hold themselves.
		return appendOther(to, value)
	}
	switch value := value.(type) {
	case nil:
		return append(to, "null"...), nil
	case bool:
		return strconv.AppendBool(to, value), nil
	case string:
		return appendString(to, value), nil
	case float64:
		return appendNumber(to, value)
	case int:
		return strconv.AppendInt(to, int64(value), 10), nil
	case map[string]any:
		return appendObject(to, value, depth)
	case []any:
		return appendArray(to, value, depth)
	default:
		return appendOther(to, value)
	}
}

func appendObject(to []byte, object map[string]any, depth int) ([]byte, error) {
	if object == nil {
		return append(to, "null"...), nil
	}
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	to = append(to, '{')
	for i, key := range keys {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendString(to, key), ':')
		var err error
		if to, err = appendValue(to, object[key], depth+1); err != nil {
			return to, err
		}
	}
	return append(to, '}'), nil
}

func appendArray(to []byte, array []any, depth int) ([]byte, error) {
	if array == nil {
		return append(to, "null"...), nil
	}
	to = append(to, '[')
	for i, value := range array {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendValue(to, value, depth+1); err != nil {
			return to, err
		}
	}
	return append(to, ']'), nil
}

func appendNumber(to []byte, number float64) ([]byte, error) {
	if whole := int64(number); float64(whole) == number && -1e15 < number && number < 1e15 && !isMinusZero(number) {
		return strconv.AppendInt(to, whole, 10), nil
	}
	return appendOther(to, number)
}

func isMinusZero(number float64) bool {
	return number == 0 && math.Signbit(number)
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

// appendOther lets encoding/json do what it alone can do.
func appendOther(to []byte, value any) ([]byte, error) {
	buffer := bytes.NewBuffer(to)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return to, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}
