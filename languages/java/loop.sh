#!/bin/sh
# Starts Java: loop.sh [OPTION…] CLASS [WORD…]. Beside this file lie loop.jar, gson.jar and maybe loop.jsa.
#
# stdin and fd 3 move to 4 and 5, with /dev/null in their places: Java itself can't do that, and an action that reads
# stdin would take the next line away. Under 6 is this folder: an archive of classes is only good for the class path
# with which it was made, and the folder is moved after that.
[ -e "${0%/*}/loop.jsa" ] && set -- -XX:SharedArchiveFile=/proc/self/fd/6/loop.jsa "$@"
exec java -XX:+IgnoreUnrecognizedVMOptions -Xlog:disable -XX:-UsePerfData -XX:+ErrorFileToStderr \
  -XX:+UseSerialGC -Xms64m -XX:NewSize=32m -XX:MaxRAMPercentage=50 \
  --add-opens=java.base/java.util=ALL-UNNAMED -Dfile.encoding=UTF-8 \
  -cp /proc/self/fd/6/loop.jar:/proc/self/fd/6/gson.jar \
  "$@" 4<&0 5>&3 6<"${0%/*}" </dev/null 3>/dev/null
