package main

import (
	"os"
	"strings"
)

var names = []string{"api_host", "api_key", "namespace", "action_name", "action_version", "activation_id", "deadline"}

func Main(_ map[string]interface{}) map[string]interface{} {
	seen := map[string]interface{}{}
	for _, name := range names {
		seen[name] = os.Getenv("__OW_" + strings.ToUpper(name))
	}
	return seen
}
