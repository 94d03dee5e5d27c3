// Package text reads texts.
package text

import "os"

// Read returns what a file says.
func Read(name string) (string, error) {
	bytes, err := os.ReadFile(name)
	return string(bytes), err
}
