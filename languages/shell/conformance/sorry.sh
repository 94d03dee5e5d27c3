#!/bin/bash
echo '{"error": "sorry"}'
