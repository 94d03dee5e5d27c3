#!/bin/sh
# Installs what the rockspecs declare into lua_modules, where the loop looks for it.
missing=127 # docs/loop-protocol.md

command -v luarocks >/dev/null || exit $missing
for rockspec in *.rockspec; do
  said=$(luarocks --lua-version=5.4 --tree=lua_modules install --only-deps "$rockspec" 2>&1) && continue
  status=$?
  printf '%s\n' "$said"
  # It asks for them even where a rock has nothing to compile.
  case $said in *'Lua header files'*) exit $missing ;; esac
  exit $status
done
