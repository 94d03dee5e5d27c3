separator='{'
for name in $(printf '%s' "${1#*:}" | grep -oE '[A-Za-z0-9_]+'); do
  printf '%s"%s": "%s"' "$separator" "$name" "$(printenv "$name" || echo '(unset)')"
  separator=', '
done
echo '}'
