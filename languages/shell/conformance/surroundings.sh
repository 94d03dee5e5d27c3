#!/bin/bash
separator='{'
for name in $(grep -oE '\w+' <<<"${1#*:}"); do
  printf '%s"%s": "%s"' "$separator" "$name" "${!name-(unset)}"
  separator=', '
done
echo '}'
