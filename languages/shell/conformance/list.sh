echo '["a", "b"]'
