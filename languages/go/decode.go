package loop

// decoder makes of JSON what encoding/json does, in a fraction of the time. It gives up where encoding/json would say
// what is wrong, or do something that is rarely needed.
//
// Its texts are parts of one copy of the line. They keep that alive, which is less than making each of them costs.
type decoder struct {
	text  string
	at    int
	boxes boxes
	// values are those of the arrays that are being read, the innermost last: one slice for all of them.
	values []any
	// unescaped is where texts with escapes are put together.
	unescaped []byte
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
		text, ok := d.string()
		return d.boxes.text(text), ok
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		number, ok := d.number()
		return d.boxes.number(number), ok
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
	if key := known.expected(d.text[d.at:]); key != nil {
		d.at += len(key.written)
		d.peek()
		return key.text, true
	}
	start := d.at
	text, ok := d.string()
	if !ok || !d.take(':') {
		// Not at the end of an object either.
		d.at = len(d.text)
		return "", false
	}
	text = known.keep(text, d.text[start:d.at])
	d.peek()
	return text, true
}

func (d *decoder) array(depth int) (any, bool) {
	d.at++
	start := len(d.values)
	if d.take(']') {
		return []any{}, true
	}
	for depth < deepest {
		value, ok := d.value(depth + 1)
		if !ok {
			break
		}
		d.values = append(d.values, value)
		if !d.take(',') {
			array := append([]any(nil), d.values[start:]...)
			d.values = d.values[:start]
			return d.boxes.list(array), d.take(']')
		}
	}
	return nil, false
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
