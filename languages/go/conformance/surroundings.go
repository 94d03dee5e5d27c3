package main

import "os"

type Input struct {
	Names []string `json:"names"`
}

func Main(input Input) map[string]string {
	values := map[string]string{}
	for _, name := range input.Names {
		value, isSet := os.LookupEnv(name)
		if !isSet {
			value = "(unset)"
		}
		values[name] = value
	}
	return values
}
