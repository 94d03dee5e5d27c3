package main

import "fmt"

func Main(args map[string]any) map[string]any {
	name, ok := args["name"].(string)
	if !ok {
		name = "stranger"
	}
	fmt.Println("greeting", name)
	return map[string]any{"greeting": "Hello " + name + "!"}
}
