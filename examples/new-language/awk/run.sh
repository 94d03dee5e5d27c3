# Run for every activation as: sh run.sh ACTION JSON. awk would take the JSON for the name of a file, so it comes on stdin.
exec awk -f "$1"
