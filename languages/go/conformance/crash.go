package main

import "os"

func Main(args map[string]any) map[string]any {
	if _, ok := args["crash"]; ok {
		os.Exit(1)
	}
	return args
}
