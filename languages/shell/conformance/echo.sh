#!/bin/bash
echo hello stdout
echo hello stderr >&2
cat
