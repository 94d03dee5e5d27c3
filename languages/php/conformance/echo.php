<?php
function main(array $args): array
{
    echo "hello stdout\n";
    error_log('hello stderr');
    return $args;
}
