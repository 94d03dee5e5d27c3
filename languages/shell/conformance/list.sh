#!/bin/bash
echo '["a", "b"]'
