package loop

import "runtime"

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
		runtime.GC()
	}
}
