#!/bin/bash
echo '"no object"'
