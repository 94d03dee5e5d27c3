package main

func Main(args map[string]any) []string {
	return []string{"a", "b"}
}
