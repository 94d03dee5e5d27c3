read_all() { cat "$1"; }
