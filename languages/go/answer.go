package loop

import (
	"os"
	"strconv"
)

// takenBack at its end makes a line no answer. No JSON has that character.
const takenBack = "\x18\n"

// answer is a line on fd 3.
type answer struct {
	number int
	// line is what has not been sent of it.
	line    []byte
	isBegun bool
}

func (a *answer) begin(number int) {
	if cap(a.line) > mostKept {
		a.line = nil
	}
	a.number, a.line, a.isBegun = number, a.line[:0], false
	if isNumbered {
		a.line = append(strconv.AppendInt(a.line, int64(number), 10), ' ')
	}
}

// result may fail when much of it has been sent. Where answers have no number, no line can be taken back.
func (a *answer) result(value any) error {
	var ahead func([]byte) []byte
	if isNumbered {
		ahead = a.send
	}
	line, err := appendResult(a.line, value, ahead)
	a.line = line
	return err
}

// failure stands in the place of what there is.
func (a *answer) failure(err error) {
	if a.isBegun {
		a.send([]byte(takenBack))
	}
	a.begin(a.number)
	a.line = append(a.line, `{"error":`...)
	a.line = append(appendString(a.line, err.Error()), '}')
}

func (a *answer) end() {
	a.send(append(a.line, '\n'))
}

// send makes room. Who can't be answered has gone.
func (a *answer) send(bytes []byte) []byte {
	if !write(answers, bytes) {
		os.Exit(1)
	}
	a.isBegun = true
	return bytes[:0]
}
