package loop

import (
	"encoding/json"
	"strings"
)

// any is known to Go from 1.18 on, and a user's go.mod may say that all of its module is written in an older one.
type any = interface{}

// activation is one line of stdin, taken apart.
type activation struct {
	// value is decoded if the action takes what encoding/json decodes to by itself; raw is its JSON otherwise.
	value any
	raw   []byte
	// context has the variables of the environment.
	context map[string]string
}

func readActivation(line []byte, isDynamic bool) (activation, error) {
	found, ok := readQuickly(line, isDynamic)
	var err error
	if !ok {
		found, err = readThoroughly(line, isDynamic)
	}
	if found.value == nil {
		found.value = map[string]any{}
	}
	if found.raw == nil {
		found.raw = []byte("{}")
	}
	return found, err
}

// readQuickly does not know everything that JSON can be, nor what is wrong with a line.
func readQuickly(line []byte, isDynamic bool) (activation, bool) {
	d := decoder{text: string(line)}
	found := activation{context: map[string]string{}}
	if !d.take('{') {
		return found, false
	}
	for isFirst := true; ; isFirst = false {
		key, isMember := d.key(isFirst)
		if !isMember {
			return found, d.skipByte('}') && d.isAtEnd()
		}
		start := d.at
		if key == "value" && !isDynamic {
			if !d.skip() {
				return found, false
			}
			found.raw = line[start:d.at]
			continue
		}
		value, ok := d.value(1)
		if !ok {
			return found, false
		}
		if key == "value" {
			found.value = value
		} else if value != nil {
			found.context[nameOf(key)] = textOf(value, d.text[start:d.at])
		}
	}
}

func nameOf(key string) string {
	return prefix + strings.ToUpper(key)
}

func textOf(value any, raw string) string {
	if text, isText := value.(string); isText {
		return text
	}
	return raw
}

func readThoroughly(line []byte, isDynamic bool) (activation, error) {
	found := activation{context: map[string]string{}}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return found, err
	}
	for key, raw := range members {
		if key == "value" {
			found.raw = raw
			continue
		}
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			return found, err
		}
		if value != nil {
			found.context[nameOf(key)] = textOf(value, string(raw))
		}
	}
	if !isDynamic || found.raw == nil {
		return found, nil
	}
	return found, json.Unmarshal(found.raw, &found.value)
}
