<?php

function main(array $args): array
{
    $name = $args['name'] ?? 'stranger';
    echo "greeting $name\n";
    return ['greeting' => "Hello $name!"];
}
