delimiter=${1#*: \"}
winter="${delimiter%\"*} ☃ ${delimiter%\"*}"
printf '%s\n' "$winter"
printf '{"winter": "%s"}\n' "$winter"
