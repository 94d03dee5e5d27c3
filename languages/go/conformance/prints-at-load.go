package main

import "fmt"

func init() {
	fmt.Println("loaded")
}

func Main(args map[string]any) map[string]any {
	return args
}
