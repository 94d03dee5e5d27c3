package loop

import (
	"os"
	"strings"
)

const prefix = "__OW_"

// environment sets the __OW_ variables of the running activation over those that were there after loading.
type environment struct {
	// loaded has a variable's value of that time, or nothing if it was not set.
	loaded map[string]string
	given  map[string]bool
}

func newEnvironment() *environment {
	loaded := map[string]string{}
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, prefix) {
			loaded[name] = value
		}
	}
	return &environment{loaded, map[string]bool{}}
}

func (e *environment) enter(context map[string]string) {
	for name := range e.given {
		if _, isGiven := context[name]; !isGiven {
			e.restore(name)
		}
	}
	for name, value := range context {
		// What no environment can hold is left out.
		if os.Getenv(name) != value && os.Setenv(name, value) != nil {
			continue
		}
		e.given[name] = true
	}
}

func (e *environment) restore(name string) {
	delete(e.given, name)
	if value, isSet := e.loaded[name]; isSet {
		os.Setenv(name, value)
	} else {
		os.Unsetenv(name)
	}
}
