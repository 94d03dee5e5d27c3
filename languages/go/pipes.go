package loop

import (
	"bytes"
	"os"
	"syscall"
)

// The private copies of stdin and fd 3. The action's own code is initialised after this package.
var (
	input   = takeOver(0)
	answers = takeOver(3)
)

const (
	chunk = 64 << 10
	// A line that was longer than this is not worth keeping the room for.
	mostKept = 4 << 20
)

// takeOver moves a pipe to a descriptor that no child inherits, and leaves /dev/null in its place: the action can
// neither read the next activation nor write an answer.
func takeOver(fd int) int {
	own, err := syscall.Dup(fd)
	if err != nil {
		return fd
	}
	syscall.CloseOnExec(own)
	null, err := syscall.Open(os.DevNull, syscall.O_RDWR, 0)
	if err != nil {
		return own
	}
	syscall.Dup3(null, fd, 0)
	syscall.Close(null)
	return own
}

// lineReader reads lines of any length.
type lineReader struct {
	fd int
	// What was read and not yet taken is buffer[start:end].
	buffer     []byte
	start, end int
}

// next returns a line without its newline, which is good until the next call, or false at the end.
func (r *lineReader) next() ([]byte, bool) {
	searched := r.start
	for {
		if at := bytes.IndexByte(r.buffer[searched:r.end], '\n'); at >= 0 {
			line := r.buffer[r.start : searched+at]
			r.start = searched + at + 1
			return line, true
		}
		unsearched := r.end - r.start
		r.makeRoom()
		searched = r.start + unsearched
		count, err := retry(func() (int, error) { return syscall.Read(r.fd, r.buffer[r.end:]) })
		if count <= 0 || err != nil {
			return nil, false
		}
		r.end += count
	}
}

// makeRoom moves what is left to the front, and grows the buffer if that is not enough.
func (r *lineReader) makeRoom() {
	rest := r.buffer[r.start:r.end]
	if len(r.buffer) < len(rest)+chunk {
		r.buffer = make([]byte, 2*len(rest)+chunk)
	} else if len(r.buffer) > mostKept && len(rest) == 0 {
		r.buffer = make([]byte, chunk)
	}
	r.start, r.end = 0, copy(r.buffer, rest)
}

// write tells whether all of it could be written.
func write(fd int, bytes []byte) bool {
	for len(bytes) > 0 {
		count, err := retry(func() (int, error) { return syscall.Write(fd, bytes) })
		if err != nil {
			return false
		}
		bytes = bytes[count:]
	}
	return true
}

// retry goes on after the signals by which Go's runtime stops its threads.
func retry(call func() (int, error)) (int, error) {
	for {
		count, err := call()
		if err != syscall.EINTR {
			return count, err
		}
	}
}
