echo '{"error": "sorry"}'
