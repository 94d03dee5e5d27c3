# The JSON of the value is on stdin, the last line that is printed is the result. The name keeps its escapes.
name=$(sed -nE 's/.*[{ ]"name": "(([^"\\]|\\.)*)".*/\1/p')
[ -n "$name" ] || name=stranger
printf 'greeting %s\n' "$name"
printf '{"greeting":"Hello %s!"}\n' "$name"
