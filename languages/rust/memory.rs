//! What the allocator of the system does with memory that is free; it is that of actions that cargo makes.

/// glibc gives freed memory back to the system, and an activation with 100 KiB of JSON then faults it in again: a third
/// of its time (measured). Up to this much is kept.
#[cfg(target_env = "gnu")]
pub fn keep() {
    const TRIM_THRESHOLD: i32 = -1;
    const MMAP_THRESHOLD: i32 = -3;
    const MOST_BYTES: i32 = 32 << 20;
    extern "C" {
        fn mallopt(parameter: i32, value: i32) -> i32;
    }
    for parameter in [TRIM_THRESHOLD, MMAP_THRESHOLD] {
        // SAFETY: it takes any numbers, and says by its result what it did not take.
        unsafe { mallopt(parameter, MOST_BYTES) };
    }
}

#[cfg(not(target_env = "gnu"))]
pub fn keep() {}
