#!/bin/bash
# Run once for every message: argument 1 is the JSON, the last line of stdout is the result.
# The name stays as JSON wrote it, so its escapes are right in the answer.

json=${1-$(cat)} # more than 131071 bytes don't fit an argument and come on stdin only
name=stranger
name_of='[{ ]"name": "(([^"\\]|\\.)*)"'
if [[ $json =~ $name_of ]]; then name=${BASH_REMATCH[1]}; fi
over=${__OW_WEBSOCKET_ID:+WebSocket}

printf 'greeting %s\n' "$name"
printf '{"greeting":"Hello %s!","over":"%s"}\n' "$name" "${over:-HTTP}"
