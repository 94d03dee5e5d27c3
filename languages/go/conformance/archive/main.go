package main

import "example.com/archive/text"

func Main(args map[string]any) (map[string]any, error) {
	data, err := text.Read("data.txt")
	return map[string]any{"data": data}, err
}
