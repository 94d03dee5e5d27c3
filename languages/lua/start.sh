#!/bin/sh
# Lua can change neither its working folder nor its environment, and can't move a descriptor. This shell can: a first Lua
# waits for the load line and tells what it says, a second one runs the action and has the loop's pipes on 4 and 5.
#
# An executable has the words FOLDER ENTRY MAIN instead of that line, and sets no variable that its action may have been given.
if [ $# -gt 0 ]; then
  set -- "$PWD/loop.lua" "$@"
  cd "$2" || exit
  exec lua5.4 "$1" "$3" "$4" executable 4<&0 5>&3 </dev/null 3>/dev/null
fi
here=$PWD
lua=$(command -v lua5.4) || exit
said=$("$lua" load.lua) || exit
[ -n "$said" ] || exit 0
eval "$said"
cd "$folder" || exit
exec env "$@" "$lua" "$here/loop.lua" "$entry" "$main" 4<&0 5>&3 </dev/null 3>/dev/null
