package main

import "fmt"

func Main(args map[string]any) map[string]any {
	delimiter := args["delimiter"].(string)
	winter := delimiter + " ☃ " + delimiter
	fmt.Println(winter)
	return map[string]any{"winter": winter}
}
