package loop

import (
	"runtime"
	"runtime/debug"
)

// ballast is never touched, so that it takes no memory. Go collects garbage when the heap has doubled: without this that
// is every 4 MiB, and an activation with 100 KiB of JSON spends a quarter of its time on it.
var ballast = make([]byte, 16<<20)

// worthALook is how many bytes of lines leave garbage that may be worth collecting.
const worthALook = 256 << 10

// collector takes away garbage after an answer, when it costs nobody time, if it would soon be due within an activation.
type collector struct {
	// unseen is how many bytes were read since it looked.
	unseen int
}

func (c *collector) after(line []byte) {
	c.unseen += len(line)
	if c.unseen < worthALook {
		return
	}
	c.unseen = 0
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > memory.NextGC/4*3 {
		collect()
	}
}

// collect begins to, and does not wait: runtime.GC takes the garbage away at once, one yield of the processor for each
// piece, which costs more than the next activations do when they take what they need of it.
func collect() {
	percent := debug.SetGCPercent(1)
	trigger = make([]byte, triggering)
	debug.SetGCPercent(percent)
}

// trigger is more than what Go allocates without a look at whether a collection is due, and is on the heap.
var trigger []byte

const triggering = 64 << 10
