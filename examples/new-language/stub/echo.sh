# Greets on both streams, and returns its value.
echo hello stdout
echo hello stderr >&2
cat
