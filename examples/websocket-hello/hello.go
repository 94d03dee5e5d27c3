package main

import (
	"fmt"
	"os"
)

func Main(args map[string]any) map[string]any {
	name, ok := args["name"].(string)
	if !ok {
		name = "stranger"
	}
	over := "HTTP"
	if os.Getenv("__OW_WEBSOCKET_ID") != "" {
		over = "WebSocket"
	}
	fmt.Println("greeting", name)
	return map[string]any{"greeting": "Hello " + name + "!", "over": over}
}
