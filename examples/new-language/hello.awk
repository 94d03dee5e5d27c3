# The JSON of the value is on stdin, the last line that is printed is the result.
{
  name = "stranger"
  if (match($0, /[{ ]"name": "([^"\\]|\\.)*"/)) name = substr($0, RSTART + 10, RLENGTH - 11)
}

END {
  print "greeting " name
  print "{\"greeting\":\"Hello " name "!\"}"
}
