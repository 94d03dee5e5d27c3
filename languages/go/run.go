// Package loop runs a Go action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).
package loop

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
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
	var answer answer
	var garbage collector
	for number := 1; ; number++ {
		line, ok := lines.next()
		if !ok {
			return
		}
		answer.begin(number)
		if err := activate(action, environment, line, &answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			answer.failure(err)
		}
		answer.end()
		garbage.after(line)
	}
}

func activate(action *action, environment *environment, line []byte, answer *answer) error {
	activation, err := readActivation(line, action.isDynamic)
	if err != nil {
		return err
	}
	environment.enter(activation.context)
	result, err := action.call(activation)
	if err != nil {
		return err
	}
	return answer.result(result)
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
