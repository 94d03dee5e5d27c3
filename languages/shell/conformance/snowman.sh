#!/bin/bash
delimiter=${1#*: \"}
winter="${delimiter%\"*} ☃ ${delimiter%\"*}"
echo "$winter"
echo "{\"winter\": \"$winter\"}"
