#!/bin/bash
printf '%s\n' "$1"
