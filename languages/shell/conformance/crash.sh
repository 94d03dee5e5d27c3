#!/bin/bash
[[ $1 == *crash* ]] && exit 1
cat
