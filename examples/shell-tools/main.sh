#!/bin/bash
# Summarises an access log with the tools that every system has: sed, tail, cut, sort, uniq, wc and awk.
# {"path": "/api"} looks only at requests whose path starts so, {"top": 5} lists five paths instead of three.
set -euo pipefail

# field NAME PATTERN DEFAULT: a top-level value of the JSON in argument 1
field() {
  local found
  found=$(sed -nE "s|.*[{ ]\"$1\": ($2).*|\1|p" <<< "${json}")
  printf '%s' "${found:-$3}"
}

# object: lines of "count key" as a JSON object
object() {
  awk '{ printf "%s\"%s\": %d", (NR > 1 ? ", " : ""), $2, $1 }'
}

# percentile N: of the sorted numbers on stdin
percentile() {
  awk -v n="$1" '{ value[NR] = $1 } END { print NR ? value[int((NR - 1) * n / 100) + 1] : "null" }'
}

json=${1-\{\}}
path=$(field path '"[^"\\]*"' '""')
top=$(field top '[0-9]+' 3)

requests=$(mktemp)
trap 'rm -f "$requests"' EXIT
tail -n +2 access.csv | awk -F, -v path="${path//\"/}" 'index($3, path) == 1 || path == ""' > "$requests"

echo "summarising $(wc -l < "$requests") requests" >&2
printf '{"requests": %d, "bytes": %d, "statuses": {%s}, "paths": {%s}, "ms": {"median": %s, "p95": %s}}\n' \
  "$(wc -l < "$requests")" \
  "$(awk -F, '{ sum += $6 } END { print sum + 0 }' "$requests")" \
  "$(cut -d, -f4 "$requests" | sort | uniq -c | object)" \
  "$(cut -d, -f3 "$requests" | sort | uniq -c | sort -k1,1nr -k2,2 | awk -v top="$top" 'NR <= top' | object)" \
  "$(cut -d, -f5 "$requests" | sort -n | percentile 50)" \
  "$(cut -d, -f5 "$requests" | sort -n | percentile 95)"
