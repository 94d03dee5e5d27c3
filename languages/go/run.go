// Package loop runs a Go action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).
package loop

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
)

// Run answers activations with the function of the given name until stdin ends.
func Run(name string, function any) {
	action, err := newAction(name, function)
	if err != nil {
		refuse(err)
	}
	acknowledge()
	defer runtime.KeepAlive(ballast)
	environment := newEnvironment()
	lines := lineReader{fd: input}
	var answer []byte
	var garbage collector
	for number := 1; ; number++ {
		line, ok := lines.next()
		if !ok {
			return
		}
		answer = answer[:0]
		if isNumbered {
			answer = append(strconv.AppendInt(answer, int64(number), 10), ' ')
		}
		answer = activate(action, environment, line, answer)
		if !write(answers, append(answer, '\n')) {
			os.Exit(1)
		}
		answer = spare(answer)
		garbage.after(line)
	}
}

func activate(action *action, environment *environment, line, answer []byte) []byte {
	activation, err := readActivation(line, action.isDynamic)
	var result any
	if err == nil {
		environment.enter(activation.context)
		result, err = action.call(activation)
	}
	if err == nil {
		var whole []byte
		if whole, err = appendResult(answer, result); err == nil {
			return whole
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return appendFailure(answer, err)
}

func appendFailure(to []byte, err error) []byte {
	to = append(to, `{"error":`...)
	to = appendString(to, err.Error())
	return append(to, '}')
}

// What other launchers than ours say is the first one alone.
var (
	isAwaited  = os.Getenv("__OW_WAIT_FOR_ACK") != ""
	isNumbered = os.Getenv("__OW_NUMBERED_ANSWERS") != ""
)

func acknowledge() {
	switch {
	case isNumbered:
		write(answers, []byte("{\"ok\":true,\"numbered\":true}\n"))
	case isAwaited:
		write(answers, []byte("{\"ok\":true}\n"))
	}
}

func refuse(err error) {
	if isAwaited || isNumbered {
		text, _ := json.Marshal(map[string]string{"error": err.Error()})
		write(answers, append(text, '\n'))
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}
